/** What a disk must hold: sectors with the mark of their last write, and copies of them by snapshot. */
import { sector } from './host-store.js';

export class ReferenceDisk {
  marks: Int32Array;
  readonly snapshots = new Map<string, Int32Array>();

  constructor(bytes: number) {
    this.marks = new Int32Array(bytes / sector);
  }

  write(offset: number, bytes: number, mark: number): void {
    this.marks.fill(mark, offset / sector, (offset + bytes) / sector);
  }
}
