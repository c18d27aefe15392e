/** The fields of one CSV row, where they lie and what they say. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { TraceOp } from '../batch.js';
import type { LineWindow } from '../source/line-window.js';
import type { CsvMapping } from './csv-mapping.js';
import { ascii } from './field-cursor.js';

const columnsMax = 1000;
const digitsMax = 18;
/** Digits behind the point that can matter: 1e-15 of an hour is below a nanosecond. */
const fractionDigitsMax = 15;
const zero = ascii('0');
const point = ascii('.');
const space = ascii(' ');

export class CsvFields {
  private readonly starts = new Int32Array(columnsMax);
  private readonly ends = new Int32Array(columnsMax);
  private count = 0;
  private readonly words: readonly { readonly word: Uint8Array; readonly op: TraceOp }[];
  /** The first row's time, from which times count, so that even those of 18 digits stay exact. */
  private hasOrigin = false;
  private originHigh = 0;
  private originLow = 0;

  constructor(
    private readonly lines: LineWindow,
    private readonly mapping: CsvMapping,
  ) {
    this.words = [...mapping.op.words].map(([word, op]) => ({ word: new TextEncoder().encode(word), op }));
  }

  /** Finds the fields of the current line; answers how many. Where spaces delimit, several count as one. */
  split(): number {
    const { bytes, end } = this.lines;
    const { delimiter } = this.mapping;
    this.count = 0;
    let from = this.lines.start;
    for (let at = from; at < end; at++) {
      if (bytes[at] !== delimiter) continue;
      this.add(from, at);
      from = at + 1;
    }
    this.add(from, end);
    return this.count;
  }

  /** The fields of the current line as texts. */
  names(): readonly string[] {
    const count = this.split();
    return Array.from({ length: count }, (_, column) => this.text(column).trim());
  }

  /** Nanoseconds from the first row's time. */
  time(column: number): Nanoseconds {
    const { bytes } = this.lines;
    const { unit } = this.mapping.time;
    const end = this.endOf(column);
    let at = this.startOf(column);
    let dot = at;
    while (dot < end && bytes[dot] !== point) dot++;
    const split = Math.max(at, dot - 9);
    if (dot - at > digitsMax || (dot === at && dot + 1 >= end)) throw this.error(column, `a time of at most ${digitsMax} digits`);
    const high = this.digits(at, split, column);
    const low = this.digits(split, dot, column);
    at = Math.min(end, dot + 1 + fractionDigitsMax);
    const fraction = dot + 1 < end ? this.digits(dot + 1, at, column) / 10 ** (at - dot - 1) : 0;
    if (at < end) this.digits(at, end, column);
    if (!this.hasOrigin) {
      this.hasOrigin = true;
      this.originHigh = high;
      this.originLow = low;
    }
    const time = ((high - this.originHigh) * 1e9 + (low - this.originLow)) * unit + Math.round(fraction * unit);
    if (Math.abs(time) > Number.MAX_SAFE_INTEGER) throw this.error(column, 'a time less than 2^53 ns (104 days) from the first');
    return time;
  }

  /** A whole number of `unit`, in bytes. */
  size(column: number, unit: Bytes, what: string): Bytes {
    const start = this.startOf(column);
    const end = this.endOf(column);
    if (end === start || end - start > digitsMax) throw this.error(column, `${what} as a whole number`);
    const value = this.digits(start, end, column) * unit;
    if (value > Number.MAX_SAFE_INTEGER) throw this.error(column, `${what} below 2^53 bytes`);
    return value;
  }

  /** The operation, in letters of either case. */
  op(column: number): TraceOp {
    const start = this.startOf(column);
    const end = this.endOf(column);
    for (let i = 0; i < this.words.length; i++) {
      const { word, op } = this.words[i]!;
      if (word.length === end - start && this.isWord(word, start)) return op;
    }
    throw this.error(column, `one of ${[...this.mapping.op.words.keys()].join(', ')}`);
  }

  private isWord(word: Uint8Array, start: number): boolean {
    const { bytes } = this.lines;
    for (let i = 0; i < word.length; i++) {
      const byte = bytes[start + i]!;
      const lower = byte >= 65 && byte <= 90 ? byte + 32 : byte;
      if (lower !== word[i]) return false;
    }
    return true;
  }

  private digits(from: number, to: number, column: number): number {
    const { bytes } = this.lines;
    let value = 0;
    for (let at = from; at < to; at++) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) throw this.error(column, 'a number');
      value = value * 10 + digit;
    }
    return value;
  }

  private add(from: number, to: number): void {
    if (this.mapping.delimiter === space && from === to) return;
    if (this.count === columnsMax) throw this.lines.error(`more than ${columnsMax} columns`, 'fewer');
    const { bytes } = this.lines;
    let start = from;
    let end = to;
    while (start < end && bytes[start] === space) start++;
    while (end > start && bytes[end - 1] === space) end--;
    this.starts[this.count] = start;
    this.ends[this.count++] = end;
  }

  private startOf(column: number): number {
    if (column >= this.count) throw this.lines.error(`${this.count} columns`, `a column ${column + 1}`);
    return this.starts[column]!;
  }

  private endOf(column: number): number {
    return column < this.count ? this.ends[column]! : this.lines.end;
  }

  private text(column: number): string {
    return new TextDecoder('latin1').decode(this.lines.bytes.subarray(this.starts[column], this.ends[column]));
  }

  private error(column: number, expected: string): Error {
    return this.lines.error(`${JSON.stringify(this.text(column).slice(0, 60))} in column ${column + 1}`, expected);
  }
}
