/** One pass over a trace before its replay: which parts of the disk must exist before it begins, and how far it reaches. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { TraceBatch, TraceOp, type TraceReader } from '../../traces/batch.js';
import { UnitBitmap, unitBytes, type ByteRuns } from './unit-bitmap.js';

export interface Touched {
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
  /** The 4 KiB units whose first access is a read, as runs. */
  readonly readFirst: ByteRuns;
  readonly readFirstBytes: Bytes;
}

/**
 * Reads a trace to its end (it does not close the reader). A unit is read first where its first access is a read; a write or a
 * discard of any part of it settles that it was not. Throws what the reader throws.
 */
export function touchedBeforeWritten(reader: TraceReader): Touched {
  const batch = new TraceBatch();
  const settled = new UnitBitmap();
  const used = new UnitBitmap();
  const readFirst = new UnitBitmap();
  const byOp = [0, 0, 0, 0];
  let span = 0;
  let highestEnd = 0;
  while (reader.read(batch) > 0) {
    span = batch.time[batch.size - 1]!;
    for (let i = 0; i < batch.size; i++) {
      const op = batch.op[i]!;
      byOp[op]!++;
      if (op === TraceOp.FLUSH) continue;
      const end = batch.offset[i]! + batch.bytes[i]!;
      highestEnd = Math.max(highestEnd, end);
      const afterLast = Math.ceil(end / unitBytes);
      for (let unit = Math.floor(batch.offset[i]! / unitBytes); unit < afterLast; unit++) {
        if (op !== TraceOp.DISCARD && !used.add(unit)) continue;
        if (settled.add(unit) && op === TraceOp.READ) readFirst.add(unit);
      }
    }
  }
  return {
    records: byOp.reduce((sum, count) => sum + count, 0),
    reads: byOp[TraceOp.READ]!,
    writes: byOp[TraceOp.WRITE]!,
    flushes: byOp[TraceOp.FLUSH]!,
    discards: byOp[TraceOp.DISCARD]!,
    span,
    highestEnd,
    footprintBytes: used.count * unitBytes,
    readFirst: readFirst.runs(),
    readFirstBytes: readFirst.count * unitBytes,
  };
}
