/** A table of an image with one entry for each unit of the disk: what its sectors say, and what stands in those that survived. It knows no format. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { LIVE, type ImageFormat } from '../../../models/io/image-format.js';
import type { FileSizes, Place, Recovered, Survivors, Words } from './recovery.js';

/** Where the unit lies in file 0, or 0 where it does not. */
type Entry = Bytes;

export interface TablePlace {
  /** Where the entry of unit 0 stands. */
  readonly start: Bytes;
  readonly entryBytes: Bytes;
  /** How much of the disk an entry stands for. */
  readonly unitBytes: Bytes;
  readonly units: number;
}

/** Where the units of an image's live disk lie in its file at the moment. */
export function entriesOf(image: ImageFormat, unitBytes: Bytes): Entry[] {
  const entries = new Array<Entry>(Math.ceil(image.diskBytes / unitBytes)).fill(0);
  for (const { file, guestOffset, bytes, offset } of image.extents(LIVE)) {
    if (file !== 0) continue;
    for (let at = guestOffset; at < guestOffset + bytes; at += unitBytes) entries[at / unitBytes] = offset + at - guestOffset;
  }
  return entries;
}

export class EntryTable {
  constructor(private readonly place: TablePlace) {}

  /** What the sector at `offset` says of the entries that stand in it. */
  words(entries: readonly Entry[], offset: Bytes): Words {
    const first = this.firstIn(offset);
    return entries.slice(first, Math.max(first, this.firstIn(offset + sectorBytes)));
  }

  /** The entries that survived; a sector that is no table holds none. */
  read(survivors: Survivors): Entry[] {
    const { start, entryBytes, units } = this.place;
    return Array.from({ length: units }, (_, unit) => {
      const byte = start + unit * entryBytes;
      const sector = byte - (byte % sectorBytes);
      const words = survivors(0, sector);
      return typeof words === 'number' ? 0 : Number(words[unit - this.firstIn(sector)] ?? 0);
    });
  }

  /** The first unit whose entry begins at or behind `offset`. */
  private firstIn(offset: Bytes): number {
    return Math.max(0, Math.ceil((offset - this.place.start) / this.place.entryBytes));
  }
}

/** A disk of which some units lie where entries say, and the rest in the backing image, as far as that goes. */
export const mapped =
  (entries: readonly Entry[], unitBytes: Bytes, backing: { readonly file: number; readonly bytes: Bytes }) =>
  (offset: Bytes): Place | null => {
    const entry = entries[Math.floor(offset / unitBytes)]!;
    if (entry !== 0) return { file: 0, offset: entry + (offset % unitBytes) };
    return offset < backing.bytes ? { file: backing.file, offset } : null;
  };

/** What a driver makes of a table's surviving entries. */
interface Judged {
  readonly leaks: number;
  readonly dangling: number;
  readonly needsRepair?: boolean;
}

/** How an image whose only table is one of entries is recovered. */
export interface EntryImage {
  readonly unitBytes: Bytes;
  /** The table that the driver reads on opening. */
  readonly table: EntryTable;
  /** Sectors without which the file is not recognised. */
  readonly needed: readonly Bytes[];
  /** What a sector of metadata says. */
  says(offset: Bytes, entries: readonly Entry[]): Words;
  /** Holds the entries against what else survived; `fileBytes` is the file's length. */
  readonly judge: (entries: readonly Entry[], fileBytes: Bytes, survivors: Survivors) => Judged;
}

/** Recovers an image as a fresh open does that reads one table of entries. */
export function recoverEntries(
  { unitBytes, table, needed, judge }: EntryImage,
  survivors: Survivors,
  sizes: FileSizes,
  backing: { readonly file: number; readonly bytes: Bytes },
): Recovered | null {
  if (needed.some((offset) => typeof survivors(0, offset) === 'number')) return null;
  const entries = table.read(survivors);
  return { views: new Map([[LIVE, mapped(entries, unitBytes, backing)]]), ...judge(entries, sizes(0), survivors) };
}
