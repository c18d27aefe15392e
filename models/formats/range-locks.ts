/** Ranges of the disk that requests in flight hold against others, first come first served. It knows no I/O. */
import type { Bytes } from '../../sim/units.js';
import type { RequestId } from '../io/image-format.js';
import { RequestQueue } from '../io/request-queue.js';

export class RangeLocks {
  private readonly start: Float64Array;
  private readonly end: Float64Array;
  /** Requests that hold a range, in no order. */
  private readonly holders: Int32Array;
  private held = 0;
  private readonly waiting = new RequestQueue();

  constructor(slots: number) {
    this.start = new Float64Array(slots);
    this.end = new Float64Array(slots);
    this.holders = new Int32Array(slots);
  }

  get isEmpty(): boolean {
    return this.held === 0;
  }

  /** Whether a range is free of others. */
  isFree(offset: Bytes, bytes: Bytes): boolean {
    for (let i = 0; i < this.held; i++) {
      const r = this.holders[i]!;
      if (offset < this.end[r]! && offset + bytes > this.start[r]!) return false;
    }
    return true;
  }

  hold(r: RequestId, offset: Bytes, bytes: Bytes): void {
    this.start[r] = offset;
    this.end[r] = offset + bytes;
    this.holders[this.held++] = r;
  }

  /** Has `r` try again when a range is let go. */
  wait(r: RequestId): void {
    this.waiting.push(r);
  }

  /** Lets go of the range of `r`; all that wait try again, in order. */
  release(r: RequestId, released: RequestQueue): void {
    let i = 0;
    while (this.holders[i] !== r) i += 1;
    this.holders[i] = this.holders[--this.held]!;
    while (this.waiting.size > 0) released.push(this.waiting.shift());
  }
}
