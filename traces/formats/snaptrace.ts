/**
 * Our own columns, for traces that are replayed often: little-endian, of fixed layout, read almost as fast as memory.
 *
 * File: `SNAPTRC` and the version as one byte; records in a block (u32); 0 (u32); records in all (f64); end of the farthest request (f64).
 * Each block but the last is full: times (f64 each), offsets (f64), bytes (f64), operations (u8, padded to a multiple of 8).
 */
import type { InputError } from '../../sim/errors.js';
import { TraceOp, type TraceBatch, type TraceReader } from '../batch.js';
import type { ByteWindow } from '../source/byte-window.js';
import { SequentialFile } from './sequential-file.js';
import type { TraceFormat, TraceWriter } from './trace-format.js';
import { everything } from './write-limits.js';

const magic = new TextEncoder().encode('SNAPTRC');
const version = 1;
const headerBytes = 32;
const blockRecords = 4096;
const blockBytes = (records: number): number => records * 24 + Math.ceil(records / 8) * 8;

export const snaptrace: TraceFormat = {
  about: "this simulator's own binary columns, the fastest to read",
  uses: [],
  recognises: (head) => magic.every((byte, i) => head[i] === byte),
  open: (input) => new SnaptraceReader(input),
  writes: { limits: everything, create: (path, name) => new SnaptraceWriter(path, name) },
};

/** One block of columns over one piece of memory. */
class Block {
  readonly memory = new Uint8Array(blockBytes(blockRecords));
  time = new Float64Array(0);
  offset = new Float64Array(0);
  bytes = new Float64Array(0);
  op = new Uint8Array(0);

  /** Lays the columns out for so many records. */
  shape(records: number): void {
    const { buffer } = this.memory;
    this.time = new Float64Array(buffer, 0, records);
    this.offset = new Float64Array(buffer, records * 8, records);
    this.bytes = new Float64Array(buffer, records * 16, records);
    this.op = new Uint8Array(buffer, records * 24, records);
  }
}

class SnaptraceReader implements TraceReader {
  private readonly block = new Block();
  private readonly records: number;
  private passed = 0;
  private held = 0;
  private at = 0;
  private lastTime = 0;

  constructor(private readonly input: ByteWindow) {
    if (!input.has(headerBytes)) throw this.error(`${input.end - input.start} bytes`, `a header of ${headerBytes} bytes`);
    const { view, start } = input;
    const found = view.getUint8(start + 7);
    if (found !== version) throw this.error(`version ${found}`, `version ${version} of the format`);
    if (view.getUint32(start + 8, true) !== blockRecords) throw this.error('blocks of another size', `blocks of ${blockRecords} records`);
    this.records = view.getFloat64(start + 16, true);
    if (!Number.isSafeInteger(this.records) || this.records < 1)
      throw this.error(`a count of ${this.records} records`, 'at least one record, in a file that was written to its end');
    input.start += headerBytes;
  }

  read(batch: TraceBatch): number {
    if (this.at === this.held) this.nextBlock();
    const count = Math.min(batch.capacity, this.held - this.at);
    const { block, at } = this;
    batch.size = count;
    batch.time.set(block.time.subarray(at, at + count));
    batch.op.set(block.op.subarray(at, at + count));
    batch.offset.set(block.offset.subarray(at, at + count));
    batch.bytes.set(block.bytes.subarray(at, at + count));
    batch.response.fill(NaN, 0, count); // the columns do not hold it
    this.at += count;
    return count;
  }

  close(): void {
    this.input.close();
  }

  private nextBlock(): void {
    const { input, block } = this;
    const records = Math.min(blockRecords, this.records - this.passed);
    this.at = 0;
    this.held = records;
    if (records === 0) {
      if (input.has(1)) throw this.error('more bytes', `the end of the file, after ${this.records} records`);
      return;
    }
    const bytes = blockBytes(records);
    if (!input.has(bytes))
      throw this.error(`${input.end - input.start} bytes at the end`, `a block of ${bytes} bytes, for ${this.records} records in all`);
    block.memory.set(input.bytes.subarray(input.start, input.start + bytes));
    if (block.time.length !== records) block.shape(records);
    this.check(records);
    input.start += bytes;
    this.passed += records;
  }

  /** A file may be damaged: what is not a record is told at once, not replayed. */
  private check(records: number): void {
    const { time, offset, bytes, op } = this.block;
    let last = this.lastTime;
    for (let i = 0; i < records; i++) {
      const isTime = time[i]! >= last && time[i]! <= Number.MAX_SAFE_INTEGER && Number.isInteger(time[i]);
      const isPlace = offset[i]! >= 0 && bytes[i]! >= 0 && offset[i]! + bytes[i]! <= Number.MAX_SAFE_INTEGER;
      const isWhole = Number.isInteger(offset[i]) && Number.isInteger(bytes[i]);
      if (!isTime || !isPlace || !isWhole || op[i]! > TraceOp.DISCARD) {
        const found = `record ${this.passed + i}: time ${time[i]!}, operation ${op[i]!}, offset ${offset[i]!}, ${bytes[i]!} bytes`;
        throw this.error(found, 'whole numbers, times that never decrease, an operation from 0 to 3');
      }
      last = time[i]!;
    }
    this.lastTime = last;
  }

  private error(found: string, expected: string): InputError {
    return this.input.error(this.input.position, found, expected);
  }
}

class SnaptraceWriter implements TraceWriter {
  private readonly file: SequentialFile;
  private readonly block = new Block();
  private held = 0;
  private records = 0;
  private highestEnd = 0;

  constructor(path: string, name: string) {
    this.file = new SequentialFile(path, name);
    this.file.writeBytes(new Uint8Array(headerBytes)); // a file that is not ended has no magic number
    this.block.shape(blockRecords);
  }

  write(batch: TraceBatch): void {
    const { block } = this;
    for (let i = 0; i < batch.size; i++) {
      block.time[this.held] = batch.time[i]!;
      block.op[this.held] = batch.op[i]!;
      block.offset[this.held] = batch.offset[i]!;
      block.bytes[this.held] = batch.bytes[i]!;
      this.highestEnd = Math.max(this.highestEnd, batch.offset[i]! + batch.bytes[i]!);
      if (++this.held === blockRecords) this.writeBlock();
    }
  }

  end(): void {
    this.writeBlock();
    const header = new DataView(new ArrayBuffer(headerBytes));
    magic.forEach((byte, i) => header.setUint8(i, byte));
    header.setUint8(7, version);
    header.setUint32(8, blockRecords, true);
    header.setFloat64(16, this.records, true);
    header.setFloat64(24, this.highestEnd, true);
    this.file.patch(0, new Uint8Array(header.buffer));
  }

  close(): void {
    this.file.close();
  }

  private writeBlock(): void {
    if (this.held === 0) return;
    const full = this.block;
    const out = new Block();
    out.shape(this.held);
    out.time.set(full.time.subarray(0, this.held));
    out.offset.set(full.offset.subarray(0, this.held));
    out.bytes.set(full.bytes.subarray(0, this.held));
    out.op.set(full.op.subarray(0, this.held));
    this.file.writeBytes(out.memory.subarray(0, blockBytes(this.held)));
    this.records += this.held;
    this.held = 0;
  }
}
