/**
 * Requests that a real drive served one at a time, with the time that each took: from fio's latency log, from blkparse's text, or from any trace
 * whose records say how long they took.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';
import { sectorBytes } from '../../sim/units.js';
import { TraceBatch, TraceOp } from '../../traces/batch.js';
import { openTrace } from '../../traces/formats/index.js';
import type { TraceOptions } from '../../traces/formats/trace-format.js';

/** Columns, in the order in which the drive served them. Times are nanoseconds. */
export interface Served {
  readonly file: string;
  readonly isWrite: readonly boolean[];
  readonly sector: readonly number[];
  readonly sectors: readonly number[];
  readonly started: readonly number[];
  readonly took: readonly number[];
}

/** Of fio's latency log with `log_offset=1`: milliseconds at completion, nanoseconds, direction, bytes, offset, and a priority in newer ones. */
const fioLog = 'time=1:ms,response=2:ns,op=3:0/1/2,bytes=4,offset=5,columns=varying';
const fioLogLine = /^\d+, ?\d+, ?[012], ?\d+, ?\d+(, ?(0x)?[0-9a-fA-F]+)*\s*$/;
const blkparseLine = /^\s*\d+,\d+\s+\d+\s+\d+\s+(\d+\.\d+)\s+\d+\s+([A-Z]+)\s+([A-Z]+)\s+(\d+) \+ (\d+)/;

const requestsAtMost = 1_000_000;
const bytesAtMost = 1 << 29;

/** @throws InputError where the file says nothing of times, several requests were in flight at once, or a place is no whole sector */
export function readServed(file: string, options: TraceOptions): Served {
  const head = firstLine(file);
  const columns = {
    isWrite: [] as boolean[],
    sector: [] as number[],
    sectors: [] as number[],
    started: [] as number[],
    took: [] as number[],
  };
  if (options.csv === undefined && blkparseLine.test(head)) addDispatched(file, columns);
  else addRecords(file, options.csv === undefined && fioLogLine.test(head) ? { ...options, format: 'csv', csv: fioLog } : options, columns);
  const served = { file, ...columns };
  if (served.took.length === 0)
    throw new InputError(
      file,
      'no request with the time that it took',
      'a fio latency log (write_lat_log, log_offset=1), blkparse text, or a trace with response times',
    );
  refuseOverlap(served);
  return served;
}

type Columns = { [K in Exclude<keyof Served, 'file'>]: Served[K] extends readonly (infer T)[] ? T[] : never };

function add(columns: Columns, where: string, isWrite: boolean, offset: number, bytes: number, started: number, took: number): void {
  if (offset % sectorBytes !== 0 || bytes % sectorBytes !== 0 || bytes === 0)
    throw new InputError(where, `${offset} + ${bytes} bytes`, 'whole sectors of 512 bytes');
  if (columns.took.length === requestsAtMost) throw new InputError(where, `more than ${requestsAtMost} requests`, 'a shorter measurement');
  columns.isWrite.push(isWrite);
  columns.sector.push(offset / sectorBytes);
  columns.sectors.push(bytes / sectorBytes);
  columns.started.push(started);
  columns.took.push(took);
}

function addRecords(file: string, options: TraceOptions, columns: Columns): void {
  const reader = openTrace(file, options);
  const isLog = options.csv === fioLog;
  try {
    const batch = new TraceBatch();
    while (reader.read(batch) > 0) {
      for (let i = 0; i < batch.size; i++) {
        const took = batch.response[i]!;
        const op = batch.op[i]!;
        if (Number.isNaN(took) || (op !== TraceOp.READ && op !== TraceOp.WRITE)) continue;
        // A log counts from when requests were done.
        const started = isLog ? batch.time[i]! - took : batch.time[i]!;
        add(columns, file, op === TraceOp.WRITE, batch.offset[i]!, batch.bytes[i]!, started, took);
      }
    }
  } finally {
    reader.close();
  }
}

/** From the dispatch to the driver (D) to the completion (C) of the same sectors. */
function addDispatched(file: string, columns: Columns): void {
  const text = onFile(file, () => {
    if (statSync(file).size > bytesAtMost) throw new InputError(file, `more than ${bytesAtMost} bytes`, 'a shorter measurement');
    return readFileSync(file, 'utf8');
  });
  const waiting = new Map<string, number>();
  for (const [i, line] of text.split('\n').entries()) {
    const match = blkparseLine.exec(line);
    if (match === null) continue;
    const [, seconds, action, kind, sector, sectors] = match as unknown as readonly [string, string, string, string, string, string];
    if (!/[RW]/.test(kind) || Number(sectors) === 0) continue;
    const time = Math.round(Number(seconds) * 1e9);
    const id = `${sector}+${sectors}`;
    if (action === 'D') waiting.set(id, time);
    const begun = waiting.get(id);
    if (action !== 'C' || begun === undefined) continue;
    waiting.delete(id);
    add(columns, `${file}:${i + 1}`, kind.includes('W'), Number(sector) * sectorBytes, Number(sectors) * sectorBytes, begun, time - begun);
  }
}

/** Of several in flight the drive chooses the order: their times say nothing of one seek. */
function refuseOverlap({ file, started, took }: Served): void {
  const begin = started[0]!;
  const end = started[started.length - 1]! + took[took.length - 1]!;
  const busy = took.reduce((sum, value) => sum + value, 0);
  // Logs have times of whole milliseconds.
  if (busy > (end - begin) * 1.02 + 2e6) {
    const inFlight = (busy / Math.max(1, end - begin)).toFixed(1);
    throw new InputError(file, `${inFlight} requests in flight in the mean`, 'one at a time (iodepth=1, one job)');
  }
}

function firstLine(file: string): string {
  const descriptor = onFile(file, () => openSync(file, 'r'));
  try {
    const head = Buffer.alloc(512);
    const bytes = onFile(file, () => readSync(descriptor, head, 0, head.length, 0));
    return head.toString('latin1', 0, bytes).split('\n')[0]!;
  } finally {
    closeSync(descriptor);
  }
}
