/** One pass over a trace before its replay: which parts of the disk must exist before it begins, and how far it reaches. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { TraceBatch, TraceOp, type TraceReader } from '../../traces/batch.js';
import type { UnitRanks } from './unit-ranks.js';
import { UnitBitmap, unitBytes, type ByteRuns } from './unit-bitmap.js';

/** How much a trace holds and how far it reaches. */
export interface TraceTotals {
  readonly records: number;
  readonly reads: number;
  readonly writes: number;
  readonly flushes: number;
  readonly discards: number;
  /** From the first record to the last. */
  readonly span: Nanoseconds;
  /** The end of the request that reaches farthest: the disk is at least so large. */
  readonly highestEnd: Bytes;
  /** Every 4 KiB unit that is read or written at all. */
  readonly footprintBytes: Bytes;
  /** Every 4 KiB unit whose first access is a read. */
  readonly readFirstBytes: Bytes;
}

export interface Touched extends TraceTotals {
  /** The 4 KiB units whose first access is a read, as runs. */
  readonly readFirst: ByteRuns;
}

/**
 * Reads a trace to its end (it does not close the reader). A unit is read first where its first access is a read; a write or a
 * discard of any part of it settles that it was not. Throws what the reader throws.
 */
export function touchedBeforeWritten(reader: TraceReader): Touched {
  const batch = new TraceBatch();
  const pass = new TouchedPass();
  while (reader.read(batch) > 0) pass.add(batch);
  return { ...pass.totals, readFirst: pass.readFirstRuns };
}

/** The same for a caller who reads the trace for several purposes at once. */
export class TouchedPass {
  private readonly settled = new UnitBitmap();
  private readonly used = new UnitBitmap();
  private readonly readFirst = new UnitBitmap();
  private readonly byOp = new Float64Array(4);
  private span = 0;
  private highestEnd = 0;

  /** Takes in the next records of the trace. */
  add(batch: TraceBatch): void {
    for (let i = 0; i < batch.size; i++) {
      const op = batch.op[i]!;
      this.byOp[op]!++;
      if (op !== TraceOp.FLUSH) this.addRange(op, batch.offset[i]!, batch.offset[i]! + batch.bytes[i]!);
    }
    if (batch.size > 0) this.span = batch.time[batch.size - 1]!;
  }

  get totals(): TraceTotals {
    return {
      records: this.byOp.reduce((sum, count) => sum + count, 0),
      reads: this.byOp[TraceOp.READ]!,
      writes: this.byOp[TraceOp.WRITE]!,
      flushes: this.byOp[TraceOp.FLUSH]!,
      discards: this.byOp[TraceOp.DISCARD]!,
      span: this.span,
      highestEnd: this.highestEnd,
      footprintBytes: this.used.count * unitBytes,
      readFirstBytes: this.readFirst.count * unitBytes,
    };
  }

  /** Where each unit that is read or written stands among them. */
  get usedRanks(): UnitRanks {
    return this.used.ranks();
  }

  get readFirstRuns(): ByteRuns {
    return this.readFirst.runs();
  }

  private addRange(op: number, begin: Bytes, end: Bytes): void {
    if (end > this.highestEnd) this.highestEnd = end;
    const afterLast = Math.ceil(end / unitBytes);
    for (let unit = Math.floor(begin / unitBytes); unit < afterLast; unit++) {
      if (op !== TraceOp.DISCARD && !this.used.add(unit)) continue;
      if (this.settled.add(unit) && op === TraceOp.READ) this.readFirst.add(unit);
    }
  }
}
