/** Requests and bytes over a trace's time, in a bounded number of bins: they get longer as the trace does. */
import { millisecond, type Nanoseconds } from '../../sim/units.js';
import { TraceOp, type TraceBatch } from '../../traces/batch.js';

const bins = 400;

/** One value a bin, from the begin of the trace. */
export interface Activity {
  readonly binLength: Nanoseconds;
  readonly readRequests: readonly number[];
  readonly writeRequests: readonly number[];
  readonly readBytes: readonly number[];
  readonly writtenBytes: readonly number[];
}

export class ActivityPass {
  private binLength: Nanoseconds = millisecond;
  private used = 0;
  /** By operation: requests, then bytes. */
  private readonly columns = Array.from({ length: 4 }, () => new Float64Array(bins));

  /** Takes in the next records of the trace. */
  add(batch: TraceBatch): void {
    for (let i = 0; i < batch.size; i++) {
      while (batch.time[i]! >= this.binLength * bins) this.double();
      const bin = Math.floor(batch.time[i]! / this.binLength);
      this.used = Math.max(this.used, bin + 1);
      const op = batch.op[i]!;
      if (op > TraceOp.WRITE) continue;
      this.columns[op]![bin]!++;
      this.columns[2 + op]![bin]! += batch.bytes[i]!;
    }
  }

  get activity(): Activity {
    const [readRequests, writeRequests, readBytes, writtenBytes] = this.columns.map((column) => [...column.subarray(0, this.used)]);
    return {
      binLength: this.binLength,
      readRequests: readRequests!,
      writeRequests: writeRequests!,
      readBytes: readBytes!,
      writtenBytes: writtenBytes!,
    };
  }

  /** Makes the bins twice as long. */
  private double(): void {
    for (const column of this.columns) {
      for (let bin = 0; bin < bins / 2; bin++) column[bin] = column[2 * bin]! + column[2 * bin + 1]!;
      column.fill(0, bins / 2);
    }
    this.binLength *= 2;
    this.used = Math.ceil(this.used / 2);
  }
}
