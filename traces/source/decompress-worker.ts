/** The helper thread of decompressed-source.ts: streams one file through its decompressor into the ring, at the reader's pace. */
import { spawn } from 'node:child_process';
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import type { Codec } from './byte-source.js';
import { Ring } from './ring.js';

/** What the thread is started with. */
export interface DecompressJob {
  readonly path: string;
  readonly codec: Codec;
  readonly memory: SharedArrayBuffer;
}

const heartbeatMs = 250;
const job = workerData as DecompressJob;
const ring = new Ring(job.memory);
const heartbeat = setInterval(() => ring.signal(), heartbeatMs);

const failed = (what: string): void => {
  clearInterval(heartbeat);
  ring.fail(what);
};
const ended = (): void => {
  clearInterval(heartbeat);
  ring.end();
};
process.on('exit', () => ring.fail('a helper thread that stopped'));
process.on('uncaughtException', (error) => failed(`a helper thread that failed (${error.message})`));

switch (job.codec) {
  case 'gzip':
    gunzip();
    break;
  case 'zstd':
    pipe('zstd', ['-dcq'], unzstd);
    break;
  case 'xz':
    pipe('xz', ['-dcq'], () => failed('xz compression, and no program xz on this machine'));
    break;
}

function gunzip(): void {
  const input = createReadStream(job.path, { highWaterMark: 1 << 18 });
  const output = createGunzip({ chunkSize: 1 << 18 });
  input.on('error', (error) => failed(error.message));
  output.on('error', (error) => failed(`a gzip stream that is cut or damaged (${error.message})`));
  output.on('data', (chunk: Buffer) => ring.put(chunk));
  output.on('end', () => {
    const rest = statSync(job.path).size - output.bytesWritten;
    if (rest > 0) failed(`${rest} bytes after the end of its gzip stream`);
    else ended();
  });
  input.pipe(output);
}

/** Decompresses by an installed program; `absent` is called where there is none. */
function pipe(program: string, options: readonly string[], absent: () => void): void {
  const file = openSync(job.path, 'r');
  const child = spawn(program, options, { stdio: [file, 'pipe', 'pipe'] });
  closeSync(file);
  let complaint = '';
  let isAbsent = false;
  child.on('error', (error) => {
    isAbsent = 'code' in error && error.code === 'ENOENT';
    if (isAbsent) absent();
    else failed(error.message);
  });
  child.stdout!.on('data', (chunk: Buffer) => ring.put(chunk));
  child.stderr!.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString('utf8')).slice(0, 400);
  });
  child.on('close', (status, signal) => {
    if (isAbsent) return;
    if (status === 0) ended();
    else failed(`a ${program} stream that is cut or damaged (${complaint.trim().replace(/\s+/g, ' ') || (signal ?? `status ${status}`)})`);
  });
}

/** Where the program zstd is not installed: the same bytes, slower. */
function unzstd(): void {
  const file = openSync(job.path, 'r');
  const chunk = new Uint8Array(1 << 16);
  try {
    const decompress = new Decompress((bytes) => void ring.put(bytes));
    for (;;) {
      const count = readSync(file, chunk, 0, chunk.length, null);
      decompress.push(chunk.slice(0, count), count === 0);
      if (count === 0) break;
    }
    ended();
  } catch (error) {
    failed(`a zstd stream that is cut or damaged (${error instanceof Error ? error.message : String(error)})`);
  } finally {
    closeSync(file);
  }
}
