/** Records as plain values, for tests of readers and writers. */
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TraceBatch, TraceOp, type TraceReader } from '../../../traces/batch.js';
import { openTrace, traceFormats } from '../../../traces/formats/index.js';
import type { TraceOptions } from '../../../traces/formats/trace-format.js';
import { everything, type WriteLimits } from '../../../traces/formats/write-limits.js';

export interface PlainRecord {
  readonly time: number;
  readonly op: TraceOp;
  readonly offset: number;
  readonly bytes: number;
}

const ops: readonly TraceOp[] = [TraceOp.READ, TraceOp.WRITE, TraceOp.FLUSH, TraceOp.DISCARD];

/** Reads a reader to its end and closes it, whatever happens. */
export function drain(reader: TraceReader, capacity = 4096): PlainRecord[] {
  const batch = new TraceBatch(capacity);
  const records: PlainRecord[] = [];
  try {
    while (reader.read(batch) > 0) {
      for (let i = 0; i < batch.size; i++) {
        records.push({ time: batch.time[i]!, op: ops[batch.op[i]!]!, offset: batch.offset[i]!, bytes: batch.bytes[i]! });
      }
    }
  } finally {
    reader.close();
  }
  return records;
}

export const readTrace = (file: string, options: TraceOptions = {}, capacity = 4096): PlainRecord[] =>
  drain(openTrace(file, options), capacity);

export function writeTrace(file: string, format: string, records: readonly PlainRecord[], batchRecords = 1000): void {
  const writer = traceFormats.get(format, 'test').writes!.create(file, file);
  const batch = new TraceBatch(batchRecords);
  for (let i = 0; i < records.length; i += batchRecords) {
    batch.size = 0;
    for (const { time, op, offset, bytes } of records.slice(i, i + batchRecords)) batch.push(time, op, offset, bytes);
    writer.write(batch);
  }
  writer.end();
  writer.close();
}

/** Traces as a recording has them: the first time is 0, times never decrease, places in whole sectors, a flush has no place. */
export const anyRecords = (maxLength: number): fc.Arbitrary<PlainRecord[]> =>
  fc
    .array(
      fc.record({
        gap: fc.oneof(fc.constant(0), fc.nat(1_000_000), fc.integer({ min: 0, max: 2 ** 40 })),
        op: fc.constantFrom(TraceOp.READ, TraceOp.WRITE, TraceOp.FLUSH, TraceOp.DISCARD),
        sector: fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 40 })),
        sectors: fc.integer({ min: 1, max: 2 ** 20 }),
      }),
      { minLength: 1, maxLength },
    )
    .map((parts) => {
      let time = 0;
      return parts.map(({ gap, op, sector, sectors }, i) => {
        if (i > 0) time += gap;
        return op === TraceOp.FLUSH ? { time, op, offset: 0, bytes: 0 } : { time, op, offset: sector * 512, bytes: sectors * 512 };
      });
    });

/** The formats that can be written. */
export const writableFormats: readonly string[] = [...traceFormats].flatMap(([name, format]) =>
  format.writes === undefined ? [] : [name],
);

/** What a format needs to be told to read what was written in it. */
export const optionsFor = (format: string): TraceOptions => (format === 'disksim' ? { timeUnit: 'ms' } : {});

/** The records that a format can hold, as it holds them: times in its unit, from the first. */
export function heldBy(format: string, records: readonly PlainRecord[]): PlainRecord[] {
  const { ops: held, timeUnit, bytesMax }: WriteLimits = traceFormats.get(format, 'test').writes?.limits ?? everything;
  const kept = records.filter(({ op, bytes }) => held.includes(op) && bytes <= (bytesMax ?? Infinity));
  const floor = (time: number): number => time - (time % timeUnit);
  return kept.map((record) => ({ ...record, time: floor(record.time) - floor(kept[0]!.time) }));
}

/** A folder that is there for the tests of one `describe`. */
export function scratchFolder(): { readonly file: (name: string) => string } {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapsim-traces-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return { file: (name) => path.join(folder, name) };
}
