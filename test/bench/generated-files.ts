/** Trace files for benchmarks: made when first asked for, removed when the process ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TraceBatch, type TraceReader } from '../../traces/batch.js';
import { traceFormats } from '../../traces/formats/index.js';
import { syntheticWorkloads } from '../../traces/synthetic/index.js';
import { encodeRecords } from '../traces/support/blktrace-encoder.js';
import { drain } from '../traces/support/records.js';

const generated = (requests: number): TraceReader =>
  syntheticWorkloads.get('mixed', 'bench').open({ requests, flushEvery: 100 }, 1, 'bench');

let folder: string | null = null;
const files = new Map<string, string>();

/** A generated trace of so many requests in a format. */
export function generatedFile(format: string, requests: number): string {
  const name = `${format}-${requests}`;
  const known = files.get(name);
  if (known !== undefined) return known;
  if (folder === null) {
    const made = (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-bench-')));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  const file = path.join(folder, name);
  if (format === 'blktrace') writeFileSync(file, encodeRecords(drain(generated(requests))));
  else writeTrace(format, file, generated(requests));
  files.set(name, file);
  return file;
}

function writeTrace(format: string, file: string, reader: TraceReader): void {
  const writer = traceFormats.get(format, 'bench').create!(file, file);
  const batch = new TraceBatch();
  while (reader.read(batch) > 0) writer.write(batch);
  writer.end();
  writer.close();
}
