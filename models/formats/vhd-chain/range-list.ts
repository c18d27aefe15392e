/** Ranges of a disk in order, in columns that grow when they must. A range that goes on where the one before ends is joined to it. */
import type { Bytes } from '../../../sim/units.js';

export class RangeList {
  size = 0;
  offset = new Float64Array(8);
  bytes = new Float64Array(8);

  clear(): void {
    this.size = 0;
  }

  add(offset: Bytes, bytes: Bytes): void {
    const last = this.size - 1;
    if (last >= 0 && this.offset[last]! + this.bytes[last]! === offset) {
      this.bytes[last]! += bytes;
      return;
    }
    if (this.size === this.offset.length) this.grow();
    this.offset[this.size] = offset;
    this.bytes[this.size] = bytes;
    this.size += 1;
  }

  private grow(): void {
    const offset = new Float64Array(this.size * 2);
    const bytes = new Float64Array(this.size * 2);
    offset.set(this.offset);
    bytes.set(this.bytes);
    this.offset = offset;
    this.bytes = bytes;
  }
}
