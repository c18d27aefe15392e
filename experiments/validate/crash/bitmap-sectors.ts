/** A bitmap of units of the disk in an image's first file, sector by sector, each as the list of units whose bits are set. It knows no format. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { Survivors, Words } from './recovery.js';

interface BitmapPlace {
  readonly unitBytes: Bytes;
  /** How much of the disk has bits: what lies behind counts as set. */
  readonly trackedBytes: Bytes;
  /** Where its first byte lies. */
  readonly start: Bytes;
}

export class BitmapSectors {
  constructor(private readonly place: BitmapPlace) {}

  /** What the sector at `offset` says when it holds the bits of the units for which `isSet`; nothing where it holds none of the bitmap. */
  says(offset: Bytes, isSet: (unit: number) => boolean): Words {
    const words: number[] = [];
    const end = this.unitAt(offset + sectorBytes);
    for (let unit = this.unitAt(offset); unit < end; unit++) if (isSet(unit)) words.push(unit);
    return words;
  }

  /** Whether the bit of what lies at `offset` of the disk survived. */
  isSet(survivors: Survivors, offset: Bytes): boolean {
    const { unitBytes, trackedBytes, start } = this.place;
    if (offset >= trackedBytes) return true;
    const unit = Math.floor(offset / unitBytes);
    const byte = start + Math.floor(unit / 8);
    const words = survivors(0, byte - (byte % sectorBytes));
    return typeof words !== 'number' && words.includes(unit);
  }

  /** The first unit whose bit lies at a byte of the file or behind it. */
  private unitAt(byte: Bytes): number {
    const { unitBytes, trackedBytes, start } = this.place;
    return Math.min(Math.ceil(trackedBytes / unitBytes), Math.max(0, (byte - start) * 8));
  }
}
