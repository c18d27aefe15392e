/** The fields of one CSV row, where they lie and what they say. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { TraceOp } from '../batch.js';
import type { LineWindow } from '../source/line-window.js';
import { BLANKS, type CsvMapping } from './csv-mapping.js';
import { ascii } from './field-cursor.js';

const columnsMax = 1000;
const digitsMax = 18;
/** Digits behind the point that can matter: 1e-15 of an hour is below a nanosecond. */
const fractionDigitsMax = 15;
const zero = ascii('0');
const point = ascii('.');
const space = ascii(' ');
const tab = ascii('\t');

export class CsvFields {
  private readonly starts = new Int32Array(columnsMax);
  private readonly ends = new Int32Array(columnsMax);
  private count = 0;
  private readonly words: readonly { readonly word: Uint8Array; readonly op: TraceOp }[];
  /** The first row's time, from which times count, so that even those of 18 digits stay exact. */
  private hasOrigin = false;
  private originHigh = 0;
  private originLow = 0;
  /** The time that was parsed last. */
  private high = NaN;
  private low = NaN;
  private fraction = NaN;

  constructor(
    private readonly lines: LineWindow,
    private readonly mapping: CsvMapping,
    /** Added to what is expected in a first line that looks like a header; empty where the mapping is not the user's. */
    private readonly headerHint: string,
  ) {
    this.words = [...mapping.op.words].map(([word, op]) => ({ word: new TextEncoder().encode(word), op }));
  }

  /** Finds the fields of the current line; answers how many. Where spaces delimit, several count as one. */
  split(): number {
    const { bytes, end } = this.lines;
    const { delimiter } = this.mapping;
    this.count = 0;
    if (delimiter === BLANKS) return this.splitAtBlanks();
    let from = this.lines.start;
    for (let at = from; at < end; at++) {
      if (bytes[at] !== delimiter) continue;
      this.add(from, at);
      from = at + 1;
    }
    this.add(from, end);
    return this.count;
  }

  private splitAtBlanks(): number {
    const { bytes, end } = this.lines;
    let at = this.lines.start;
    for (;;) {
      while (at < end && (bytes[at] === space || bytes[at] === tab)) at++;
      if (at === end) return this.count;
      const from = at;
      while (at < end && bytes[at] !== space && bytes[at] !== tab) at++;
      if (this.count === columnsMax) throw this.lines.error(`more than ${columnsMax} columns`, 'fewer');
      this.starts[this.count] = from;
      this.ends[this.count++] = at;
    }
  }

  /** The fields of the current line as texts. */
  names(): readonly string[] {
    const count = this.split();
    return Array.from({ length: count }, (_, column) => this.text(column).trim());
  }

  /** Nanoseconds from the first row's time. */
  time(column: number): Nanoseconds {
    const { unit } = this.mapping.time;
    this.parseTime(column, unit);
    if (!this.hasOrigin) {
      this.hasOrigin = true;
      this.originHigh = this.high;
      this.originLow = this.low;
    }
    const time = ((this.high - this.originHigh) * 1e9 + (this.low - this.originLow)) * unit + this.fraction;
    if (Math.abs(time) > Number.MAX_SAFE_INTEGER) throw this.error(column, 'a time less than 2^53 ns (104 days) from the first');
    return time;
  }

  /** A length of time. */
  duration(column: number, unit: Nanoseconds): Nanoseconds {
    this.parseTime(column, unit);
    const time = (this.high * 1e9 + this.low) * unit + this.fraction;
    if (time > Number.MAX_SAFE_INTEGER) throw this.error(column, 'a time below 2^53 ns (104 days)');
    return time;
  }

  /** As `duration`; NaN where nothing or 0 stands there: no disk answers at once, so nobody measured. */
  response(column: number, unit: Nanoseconds): Nanoseconds {
    if (this.startOf(column) === this.endOf(column)) return NaN;
    const time = this.duration(column, unit);
    return time === 0 ? NaN : time;
  }

  /** Whole units as billions and the rest, and what stands behind the point in ns: numbers of 18 digits stay exact. */
  private parseTime(column: number, unit: Nanoseconds): void {
    const { bytes } = this.lines;
    const end = this.endOf(column);
    let at = this.startOf(column);
    let dot = at;
    while (dot < end && bytes[dot] !== point) dot++;
    const split = Math.max(at, dot - 9);
    if (dot - at > digitsMax || (dot === at && dot + 1 >= end)) throw this.error(column, `a time of at most ${digitsMax} digits`);
    this.high = this.digits(at, split, column);
    this.low = this.digits(split, dot, column);
    at = Math.min(end, dot + 1 + fractionDigitsMax);
    this.fraction = dot + 1 < end ? Math.round((this.digits(dot + 1, at, column) / 10 ** (at - dot - 1)) * unit) : 0;
    if (at < end) this.digits(at, end, column);
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

  /** Where a field begins among the line's bytes; below 0, columns count from the right. */
  startOf(column: number): number {
    return this.starts[this.indexOf(column)]!;
  }

  /** The byte behind a field. */
  endOf(column: number): number {
    return this.ends[this.indexOf(column)]!;
  }

  private indexOf(column: number): number {
    const index = column < 0 ? column + this.count : column;
    if (index >= this.count || index < 0) {
      throw this.lines.error(`${this.count} columns`, column < 0 ? `at least ${-column}` : `a column ${column + 1}`);
    }
    return index;
  }

  private text(column: number): string {
    return new TextDecoder('latin1').decode(this.lines.bytes.subarray(this.startOf(column), this.endOf(column)));
  }

  private error(column: number, expected: string): Error {
    const hint = this.lines.line === 1 && this.mapping.headerRows === 0 && !this.hasNumber() ? this.headerHint : '';
    return this.lines.error(`${JSON.stringify(this.text(column).slice(0, 60))} in column ${this.indexOf(column) + 1}`, expected + hint);
  }

  private hasNumber(): boolean {
    for (let column = 0; column < this.count; column++) if (/^[0-9.]+$/.test(this.text(column))) return true;
    return false;
  }
}
