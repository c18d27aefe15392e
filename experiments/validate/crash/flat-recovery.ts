/** Recovery of the images in which data lies place for place as on the disk: raw, and those with a bitmap beside it. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { LIVE, type ImageFormat } from '../../../models/io/image-format.js';
import { imageSettings } from './settings.js';
import type { MakeRecovery, Range, RecoveryModel, Survivors, Words } from './recovery.js';

export const recoverRaw: MakeRecovery = () => ({
  says: (file, offset) => {
    throw new Error(`raw has no metadata: a write of some at file ${file}, byte ${offset}`);
  },
  recover: () => ({ views: new Map([[LIVE, (offset: Bytes) => ({ file: 0, offset })]]), leaks: 0, dangling: 0 }),
});

/** A bitmap that says which units are in the image; the rest is in the backing image, as far as that goes. */
interface BitmapPlace {
  readonly unitBytes: Bytes;
  /** How much of the disk has bits: what lies behind is in the image. */
  readonly trackedBytes: Bytes;
  readonly bitmapStart: Bytes;
  readonly dataFile: number;
  readonly dataStart: Bytes;
}

/** The units whose bits a sector of the file holds; a byte holds those of eight. */
const unitsOf = (place: BitmapPlace, offset: Bytes): { first: number; end: number } => {
  const units = Math.ceil(place.trackedBytes / place.unitBytes);
  const unitAt = (byte: Bytes): number => Math.min(units, Math.max(0, (byte - place.bitmapStart) * 8));
  return { first: unitAt(offset), end: unitAt(offset + sectorBytes) };
};

const viewOf = (place: BitmapPlace, image: ImageFormat, backingBytes: Bytes, survivors: Survivors) => (offset: Bytes) => {
  const inImage = { file: place.dataFile, offset: place.dataStart + offset };
  if (offset >= place.trackedBytes) return inImage;
  const unit = Math.floor(offset / place.unitBytes);
  const byte = place.bitmapStart + Math.floor(unit / 8);
  const words = survivors(0, byte - (byte % sectorBytes));
  if (Array.isArray(words) && words.includes(unit)) return inImage;
  return offset < backingBytes ? { file: image.files.length - 1, offset } : null;
};

/** Sectors of a bitmap, each as the list of units whose bits are set. */
const bitmapRecovery = (
  place: BitmapPlace,
  image: ImageFormat,
  backingBytes: Bytes,
  isSet: (unit: number, range: Range, before: Words) => boolean,
): RecoveryModel => {
  const issued = new Map<Bytes, Words>();
  return {
    says(file, offset, range) {
      if (file !== 0) throw new Error(`metadata at file ${file}, byte ${offset}: expected in file 0`);
      const before = issued.get(offset) ?? [];
      const { first, end } = unitsOf(place, offset);
      const words: number[] = [];
      for (let unit = first; unit < end; unit++) if (isSet(unit, range, before)) words.push(unit);
      issued.set(offset, words);
      return words;
    },
    recover: (survivors) => ({ views: new Map([[LIVE, viewOf(place, image, backingBytes, survivors)]]), leaks: 0, dangling: 0 }),
  };
};

/** The bits on disk are those of requests that recorded theirs: this one's are added to them. */
export const recoverFvdPaper: MakeRecovery = (image, backingBytes) => {
  const unitBytes = imageSettings.clusterBytes;
  const place = { unitBytes, trackedBytes: backingBytes, bitmapStart: 4096, dataFile: 1, dataStart: 0 };
  const touches = (unit: number, { offset, bytes }: Range): boolean => unit * unitBytes < offset + bytes && offset < (unit + 1) * unitBytes;
  return bitmapRecovery(place, image, backingBytes, (unit, range, before) => before.includes(unit) || touches(unit, range));
};

/** The host writes the map back as it stands in memory: a bit for each sector that the image shows as its own. */
export const recoverCow: MakeRecovery = (image, backingBytes) => {
  const bitmapStart = 1048;
  const dataStart = Math.ceil((bitmapStart + image.diskBytes / sectorBytes / 8) / sectorBytes) * sectorBytes;
  const place = { unitBytes: sectorBytes, trackedBytes: image.diskBytes, bitmapStart, dataFile: 0, dataStart };
  const isOwn = (unit: number): boolean =>
    image.extents(LIVE).some((extent) => {
      const at = unit * sectorBytes - extent.guestOffset;
      return extent.file === 0 && at >= 0 && at < extent.bytes;
    });
  return bitmapRecovery(place, image, backingBytes, isOwn);
};
