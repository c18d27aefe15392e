/** What a format can hold of a record. What it cannot is refused, save for the part of a time below its unit, which is dropped. */
import { InputError } from '../../sim/errors.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { opNames, TraceOp, type TraceBatch } from '../batch.js';

export interface WriteLimits {
  /** Times are rounded down to multiples of this. */
  readonly timeUnit: Nanoseconds;
  /** Offsets and sizes are multiples of this. */
  readonly unit: Bytes;
  readonly ops: readonly TraceOp[];
  /** The largest size that fits. */
  readonly bytesMax?: Bytes;
}

const transfers = [TraceOp.READ, TraceOp.WRITE];

/** Any record but one that asks for nothing. */
export const everything: WriteLimits = { timeUnit: 1, unit: 1, ops: [...transfers, TraceOp.FLUSH, TraceOp.DISCARD] };
/** Reads and writes only. */
export const readsAndWrites = (timeUnit: Nanoseconds, unit: Bytes): WriteLimits => ({ timeUnit, unit, ops: transfers });

/**
 * Answers record `i`'s time in whole units.
 * @throws InputError naming the file where the format cannot hold the record, which is the `number`th
 */
export function checkRecord(
  limits: WriteLimits,
  batch: Pick<TraceBatch, 'time' | 'op' | 'offset' | 'bytes'>,
  i: number,
  name: string,
  number: number,
): Nanoseconds {
  const op: TraceOp = batch.op[i]!;
  const offset = batch.offset[i]!;
  const bytes = batch.bytes[i]!;
  const at = `in record ${number}`;
  if (!limits.ops.includes(op)) {
    const held = limits.ops.map((held) => `${opNames[held]}s`).join(', ');
    throw new InputError(name, `a ${opNames[op]} ${at}`, `${held} only: the format holds nothing else`);
  }
  if (op !== TraceOp.FLUSH) {
    if (bytes === 0) throw new InputError(name, `0 bytes at byte ${offset} ${at}`, 'at least one byte');
    if (offset % limits.unit !== 0 || bytes % limits.unit !== 0) {
      throw new InputError(name, `${bytes} bytes at byte ${offset} ${at}`, 'offsets and sizes in whole sectors of 512 bytes');
    }
    if (bytes > (limits.bytesMax ?? Infinity)) throw new InputError(name, `${bytes} bytes ${at}`, `at most ${limits.bytesMax!} bytes`);
  }
  const time = batch.time[i]!;
  return time - (time % limits.timeUnit);
}
