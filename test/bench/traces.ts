/** Reading traces: generated files, read from the page cache again and again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TraceBatch } from '../../traces/batch.js';
import { openTrace, traceFormats } from '../../traces/formats/index.js';
import { syntheticWorkloads } from '../../traces/synthetic/index.js';
import { encodeRecords } from '../traces/support/blktrace-encoder.js';
import { drain } from '../traces/support/records.js';
import type { Benchmark } from './bench.js';

const recordsOfFile = 300_000;
const generated = () => syntheticWorkloads.get('mixed', 'bench').open({ requests: recordsOfFile, flushEvery: 100 }, 1, 'bench');

let folder: string | null = null;
const files = new Map<string, string>();

/** The generated trace in a format; made when it is first asked for, and removed when the process ends. */
function fileOf(format: string): string {
  const known = files.get(format);
  if (known !== undefined) return known;
  if (folder === null) {
    const made = (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-bench-')));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  const file = path.join(folder, format);
  if (format === 'blktrace') writeFileSync(file, encodeRecords(drain(generated())));
  else {
    const writer = traceFormats.get(format, 'bench').create!(file, file);
    const reader = generated();
    const batch = new TraceBatch();
    while (reader.read(batch) > 0) writer.write(batch);
    writer.end();
    writer.close();
  }
  files.set(format, file);
  return file;
}

const reading = (format: string, target: number, amount: number): Benchmark => ({
  name: `trace reader, ${format}`,
  unit: 'records',
  target,
  amount,
  run: (wanted) => {
    const batch = new TraceBatch();
    let work = 0;
    let hash = 0;
    while (work < wanted) {
      const reader = openTrace(fileOf(format));
      while (reader.read(batch) > 0) {
        work += batch.size;
        hash = (Math.imul(hash, 31) + batch.time[batch.size - 1]! + batch.offset[0]!) | 0;
      }
      reader.close();
    }
    return { work, hash };
  },
});

export const traceBenchmarks: readonly Benchmark[] = [
  reading('blktrace', 3, 6_000_000),
  reading('blkparse', 1.5, 3_000_000),
  reading('csv', 1.5, 3_000_000),
  reading('snaptrace', 10, 30_000_000),
];
