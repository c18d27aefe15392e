/** Lines of a source, one at a time and without making strings: where each lies among the window's bytes, and its number. */
import { BadRecord } from './bad-record.js';
import type { ByteWindow } from './byte-window.js';

const newline = 10;
const carriageReturn = 13;
const lineBytesMax = 1 << 16;

export class LineWindow {
  /** The current line is from `start` to before `end` of `bytes`, without its end of line. */
  start = 0;
  end = 0;
  /** Number of the current line, from 1. */
  line = 0;
  /** False only at a last line that has no end of line: it may be cut. */
  isWhole = true;
  readonly bytes: Uint8Array;

  constructor(private readonly input: ByteWindow) {
    this.bytes = input.bytes;
  }

  /** Steps to the next line; false at the end. Throws InputError at a line that is longer than any record. */
  next(): boolean {
    const { input } = this;
    let from = input.start;
    for (;;) {
      const at = this.bytes.indexOf(newline, from);
      if (at >= 0 && at < input.end) return this.found(at, true);
      const searched = input.end - input.start;
      if (searched > lineBytesMax) {
        this.line++;
        throw this.error('a line of more than 64 KiB', 'lines with one record each');
      }
      if (!input.more()) break;
      from = input.start + searched;
    }
    return input.end > input.start && this.found(input.end, false);
  }

  private found(at: number, isWhole: boolean): boolean {
    this.start = this.input.start;
    this.end = at > this.start && this.bytes[at - 1] === carriageReturn ? at - 1 : at;
    this.input.start = isWhole ? at + 1 : at;
    this.isWhole = isWhole;
    this.line++;
    return true;
  }

  /** The current line, for errors and for the few lines that are looked at as text. */
  get text(): string {
    return new TextDecoder('latin1').decode(this.bytes.subarray(this.start, this.end));
  }

  /** An error at the current line; `found` is the line itself where it is not given. */
  error(found: string | null, expected: string): BadRecord {
    const text = this.text;
    const shown = text.length > 100 ? `${text.slice(0, 100)}...` : text;
    return new BadRecord(`${this.input.source.path}:${this.line}`, found ?? JSON.stringify(shown), expected);
  }

  close(): void {
    this.input.close();
  }
}
