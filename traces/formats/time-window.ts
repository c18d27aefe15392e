/**
 * Records in a ring of columns that stays sorted by time, so that small disorder in a recording is put in order.
 *
 * Nearly sorted input costs one comparison a record. Records of equal time keep the order in which they came.
 */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { TraceBatch, TraceOp } from '../batch.js';

/** A record may come at most so many records too late. */
export const lookAheadRecords = 2048;
const capacity = 2 * lookAheadRecords;
const mask = capacity - 1;

export class TimeWindow {
  size = 0;
  /** Set by whoever fills the window when nothing more will come. */
  isEnded = false;
  private head = 0;
  private lastTaken = -Infinity;
  private readonly time = new Float64Array(capacity);
  private readonly op = new Uint8Array(capacity);
  private readonly offset = new Float64Array(capacity);
  private readonly bytes = new Float64Array(capacity);
  private readonly response = new Float64Array(capacity);

  get hasRoom(): boolean {
    return this.size < capacity;
  }

  /** Records that may be taken: no record that comes earlier in time can still arrive. */
  get ready(): number {
    return this.isEnded ? this.size : Math.max(0, this.size - lookAheadRecords);
  }

  /** The earliest time held. Only where `size` > 0. */
  get firstTime(): Nanoseconds {
    return this.time[this.head & mask]!;
  }

  /** False where the record comes too late to be put in order. */
  push(time: Nanoseconds, op: TraceOp, offset: Bytes, bytes: Bytes, response: Nanoseconds = NaN): boolean {
    if (time < this.lastTaken) return false;
    let i = this.head + this.size;
    while (i > this.head && this.time[(i - 1) & mask]! > time) {
      const to = i & mask;
      const from = --i & mask;
      this.time[to] = this.time[from]!;
      this.op[to] = this.op[from]!;
      this.offset[to] = this.offset[from]!;
      this.bytes[to] = this.bytes[from]!;
      this.response[to] = this.response[from]!;
    }
    const at = i & mask;
    this.time[at] = time;
    this.op[at] = op;
    this.offset[at] = offset;
    this.bytes[at] = bytes;
    this.response[at] = response;
    this.size++;
    return true;
  }

  /** Moves the earliest record to the end of `batch`, its time counted from `origin`. */
  takeInto(batch: TraceBatch, origin: Nanoseconds): void {
    const at = this.head & mask;
    this.lastTaken = this.time[at]!;
    const to = batch.size++;
    batch.time[to] = this.lastTaken - origin;
    batch.op[to] = this.op[at]!;
    batch.offset[to] = this.offset[at]!;
    batch.bytes[to] = this.bytes[at]!;
    batch.response[to] = this.response[at]!;
    this.head = (this.head + 1) & mask;
    this.size--;
  }
}
