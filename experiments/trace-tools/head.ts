/** `snapsim trace head`: the first records of a trace. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { opNames, TraceBatch } from '../../traces/batch.js';
import { table } from '../cli/table.js';
import { openTrace } from '../../traces/formats/index.js';
import type { TraceOptions } from '../../traces/formats/trace-format.js';

export interface TraceRecord {
  readonly time: Nanoseconds;
  readonly op: (typeof opNames)[number];
  readonly offset: Bytes;
  readonly bytes: Bytes;
}

/** The first `count` records, or all where there are fewer. Throws InputError as the reader does. */
export function traceHead(path: string, count: number, options: TraceOptions = {}): readonly TraceRecord[] {
  const reader = openTrace(path, options);
  const records: TraceRecord[] = [];
  try {
    const batch = new TraceBatch(Math.max(1, Math.min(count, 4096)));
    while (records.length < count && reader.read(batch) > 0) {
      for (let i = 0; i < batch.size && records.length < count; i++) {
        records.push({ time: batch.time[i]!, op: opNames[batch.op[i]!]!, offset: batch.offset[i]!, bytes: batch.bytes[i]! });
      }
    }
  } finally {
    reader.close();
  }
  return records;
}

/** The same as a table for people. */
export function traceHeadText(records: readonly TraceRecord[]): string {
  return table(
    ['time s', 'op', 'offset B', 'bytes'],
    records.map(({ time, op, offset, bytes }) => [(time / 1e9).toFixed(9), op, String(offset), String(bytes)]),
  );
}
