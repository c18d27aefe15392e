/**
 * What a disk must hold: sectors with the mark of their last write, and copies of them by snapshot. A sector that was discarded holds that
 * or zeros: one mark stands for both.
 */
import { sector } from './host-store.js';

/** Beside a mark: the sector was discarded since. */
const discarded = 0x40000000;

/** Whether a sector may hold `found` where `mark` is to be. */
export const isAllowed = (found: number, mark: number): boolean =>
  found === mark || ((mark & discarded) !== 0 && (found === 0 || found === (mark & ~discarded)));

export class ReferenceDisk {
  marks: Int32Array;
  readonly snapshots = new Map<string, Int32Array>();

  constructor(bytes: number) {
    this.marks = new Int32Array(bytes / sector);
  }

  write(offset: number, bytes: number, mark: number): void {
    this.marks.fill(mark, offset / sector, (offset + bytes) / sector);
  }

  discard(offset: number, bytes: number): void {
    for (let i = offset / sector; i < (offset + bytes) / sector; i++) if (this.marks[i] !== 0) this.marks[i]! |= discarded;
  }
}
