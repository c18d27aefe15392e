/**
 * Where the units of a disk lie in a file that takes them in order of first write: one entry a unit, as in the block map, grain table,
 * block allocation table or cluster table of most formats. It knows neither files nor I/O.
 */
import type { Bytes } from '../../sim/units.js';

const empty = 0;

export class AllocationTable {
  /** Number of the place plus one, by unit. */
  private readonly entries: Uint32Array;
  /** Units that have a place. */
  allocated = 0;

  /**
   * @param unitBytes how much of the disk has one entry
   * @param firstPlace where the content of place 0 begins in the file
   * @param placeBytes how far apart places lie: more than a unit where each has a header of its own
   */
  constructor(
    readonly unitBytes: Bytes,
    diskBytes: Bytes,
    private readonly firstPlace: Bytes,
    private readonly placeBytes: Bytes = unitBytes,
  ) {
    this.entries = new Uint32Array(Math.ceil(diskBytes / unitBytes));
  }

  get units(): number {
    return this.entries.length;
  }

  clear(): void {
    this.entries.fill(empty);
    this.allocated = 0;
  }

  unitAt(offset: Bytes): number {
    return Math.floor(offset / this.unitBytes);
  }

  has(unit: number): boolean {
    return this.entries[unit] !== empty;
  }

  /** Whether each unit that a range touches has a place. */
  hasAll(offset: Bytes, bytes: Bytes): boolean {
    const last = this.unitAt(offset + bytes - 1);
    for (let unit = this.unitAt(offset); unit <= last; unit++) if (!this.has(unit)) return false;
    return true;
  }

  /** Gives a unit that has none the place behind the last one. */
  append(unit: number): void {
    this.put(unit, this.allocated);
  }

  /** Gives a unit that has none place number `place`. */
  put(unit: number, place: number): void {
    this.entries[unit] = place + 1;
    this.allocated += 1;
  }

  /** Where `offset` of the disk lies in the file; -1 where its unit has no place. */
  placeOf(offset: Bytes): Bytes {
    const entry = this.entries[this.unitAt(offset)]!;
    return entry === empty ? -1 : this.firstPlace + (entry - 1) * this.placeBytes + (offset % this.unitBytes);
  }

  /** End of the places that are taken in order. */
  get end(): Bytes {
    return this.firstPlace + this.allocated * this.placeBytes;
  }

  /** How far from `offset` on, at most `bytes`, its unit goes. */
  unitRun(offset: Bytes, bytes: Bytes): Bytes {
    return Math.min(bytes, this.unitBytes - (offset % this.unitBytes));
  }

  /** How far from `offset` on, at most `bytes`, the file goes on in one piece, or there is nothing. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    const place = this.placeOf(offset);
    let run = this.unitBytes - (offset % this.unitBytes);
    while (run < bytes && this.placeOf(offset + run) === (place === -1 ? -1 : place + run)) run += this.unitBytes;
    return Math.min(bytes, run);
  }
}
