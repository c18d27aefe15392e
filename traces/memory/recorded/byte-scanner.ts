/** Reads whole numbers and single bytes from a source of any line length, and knows at which line it is. It does not know what they mean. */
import { InputError } from '../../../sim/errors.js';
import { ByteWindow } from '../../source/byte-window.js';
import { openSource } from '../../source/byte-source.js';

const newline = 10;
const zero = 48;
/** At the end of the source. */
export const END = -1;

export class ByteScanner {
  line = 1;
  private readonly window: ByteWindow;

  constructor(readonly path: string) {
    this.window = new ByteWindow(openSource(path));
  }

  /** The next byte, which stays; END at the end. */
  peek(): number {
    const { window } = this;
    if (window.start === window.end && !window.more()) return END;
    return window.bytes[window.start]!;
  }

  /** Steps over the next byte and answers it. */
  take(): number {
    const byte = this.peek();
    if (byte === END) return END;
    if (byte === newline) this.line += 1;
    this.window.start += 1;
    return byte;
  }

  /** A whole number below 2^53. Throws InputError where there is none; `what` says what it should be. */
  number(what: string): number {
    let value = 0;
    let digits = 0;
    for (let digit = this.peek() - zero; digit >= 0 && digit <= 9; digit = this.peek() - zero) {
      value = value * 10 + digit;
      digits += 1;
      this.window.start += 1;
    }
    if (digits === 0) throw this.error(this.shown(), what);
    if (value > Number.MAX_SAFE_INTEGER) throw this.error('a number above 2^53', what);
    return value;
  }

  /** The rest of the line, and steps to the next one. Throws InputError at more than `most` bytes. */
  restOfLine(most: number): string {
    let text = '';
    for (let byte = this.peek(); byte !== END && byte !== newline; byte = this.peek()) {
      if (text.length === most) throw this.error(`a line of more than ${most} bytes`, 'a shorter one');
      text += String.fromCharCode(this.take());
    }
    this.take();
    return text;
  }

  error(found: string, expected: string): InputError {
    return new InputError(`${this.path}:${this.line}`, found, expected);
  }

  /** The next byte as a person reads it. */
  shown(): string {
    const byte = this.peek();
    if (byte === END) return 'the end of the file';
    return byte === newline ? 'the end of the line' : JSON.stringify(String.fromCharCode(byte));
  }

  close(): void {
    this.window.close();
  }
}
