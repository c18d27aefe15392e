/**
 * Block records in columns: what a guest (or a host) asked of a disk, and when. A batch is filled and refilled; nothing is
 * allocated a record.
 */
import type { Bytes, Nanoseconds } from '../sim/units.js';

/** What a record asks for. */
export const enum TraceOp {
  READ = 0,
  WRITE = 1,
  FLUSH = 2,
  DISCARD = 3,
}

export class TraceBatch {
  /** Records that are filled in, from index 0. */
  size = 0;
  /** Nanoseconds since the first record of the trace. */
  readonly time: Float64Array;
  readonly op: Uint8Array;
  /** Bytes from the start of the traced disk. */
  readonly offset: Float64Array;
  readonly bytes: Float64Array;

  constructor(readonly capacity = 4096) {
    this.time = new Float64Array(capacity);
    this.op = new Uint8Array(capacity);
    this.offset = new Float64Array(capacity);
    this.bytes = new Float64Array(capacity);
  }

  push(time: Nanoseconds, op: TraceOp, offset: Bytes, bytes: Bytes): void {
    const i = this.size++;
    this.time[i] = time;
    this.op[i] = op;
    this.offset[i] = offset;
    this.bytes[i] = bytes;
  }
}

/** Something that yields records: a trace file, a generated workload. Times never decrease. */
export interface TraceReader {
  /** Empties and refills `batch`; answers its new size, 0 at the end. Throws InputError (file:line or file:byte) at what is no record. */
  read(batch: TraceBatch): number;
  /** Lets go of files and helpers. May be called more than once. */
  close(): void;
}
