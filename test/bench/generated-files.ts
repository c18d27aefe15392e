/** Trace files for benchmarks: made when first asked for, removed when the process ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TraceReader } from '../../traces/batch.js';
import { syntheticWorkloads } from '../../traces/synthetic/index.js';
import { encodeRecords } from '../traces/support/blktrace-encoder.js';
import { readOnlyLines } from '../traces/support/mutations.js';
import { drain, heldBy, writeTrace } from '../traces/support/records.js';

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
  else if (readOnlyLines[format] !== undefined) writeFileSync(file, lines(readOnlyLines[format], generated(requests)));
  else writeFileOf(format, file, requests);
  files.set(name, file);
  return file;
}

/** A line of a format that is only read. */
const lines = (line: (i: number) => string, reader: TraceReader): string =>
  drain(reader)
    .map((_, i) => `${line(i)}\n`)
    .join('');

function writeFileOf(format: string, file: string, requests: number): void {
  writeTrace(file, format, heldBy(format, drain(generated(requests))));
}
