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

/** The operations in words, by their number. */
export const opNames = ['read', 'write', 'flush', 'discard'] as const;

export class TraceBatch {
  /** Records that are filled in, from index 0. */
  size = 0;
  /** Nanoseconds since the first record of the trace. */
  readonly time: Float64Array;
  readonly op: Uint8Array;
  /** Bytes from the start of the traced disk. */
  readonly offset: Float64Array;
  readonly bytes: Float64Array;
  /** Nanoseconds from arrival to completion as they were recorded; NaN where the trace does not say. */
  readonly response: Float64Array;

  constructor(readonly capacity = 4096) {
    this.time = new Float64Array(capacity);
    this.op = new Uint8Array(capacity);
    this.offset = new Float64Array(capacity);
    this.bytes = new Float64Array(capacity);
    this.response = new Float64Array(capacity).fill(NaN);
  }

  push(time: Nanoseconds, op: TraceOp, offset: Bytes, bytes: Bytes, response: Nanoseconds = NaN): void {
    const i = this.size++;
    this.time[i] = time;
    this.op[i] = op;
    this.offset[i] = offset;
    this.bytes[i] = bytes;
    this.response[i] = response;
  }
}

/** Something that yields records: a trace file, a generated workload. Times never decrease. */
export interface TraceReader {
  /** Empties and refills `batch`; answers its new size, 0 at the end. Throws InputError (file:line or file:byte) at what is no record. */
  read(batch: TraceBatch): number;
  /** Lets go of files and helpers. May be called more than once. */
  close(): void;
}
