/** Steps through the fields of a line of ASCII bytes. Numbers are read in place; what does not match is noted, and asked for once a line. */

export const ascii = (character: string): number => character.charCodeAt(0);
const zero = ascii('0');
const nine = ascii('9');
const hexA = ascii('a');
const hexF = ascii('f');
const space = ascii(' ');
const tab = 9;

export class FieldCursor {
  at = 0;
  end = 0;
  private hasFailed = false;

  constructor(private readonly bytes: Uint8Array) {}

  begin(start: number, end: number): void {
    this.at = start;
    this.end = end;
    this.hasFailed = false;
  }

  /** False as soon as something expected was not there. */
  isGood(): boolean {
    return !this.hasFailed;
  }

  /** Notes that something expected was not there. */
  fail(): void {
    this.hasFailed = true;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** The byte at the cursor; 0 at the end of the line. */
  get current(): number {
    return this.at < this.end ? this.bytes[this.at]! : 0;
  }

  skipBlanks(): void {
    const { bytes, end } = this;
    let at = this.at;
    while (at < end && (bytes[at] === space || bytes[at] === tab)) at++;
    this.at = at;
  }

  /** Steps over one byte that must be there. */
  expect(byte: number): void {
    if (this.current === byte) this.at++;
    else this.fail();
  }

  /** Steps over the blanks that must follow a field. */
  expectBlanks(): void {
    const before = this.at;
    this.skipBlanks();
    if (this.at === before) this.fail();
  }

  /** A whole number below 2^53. */
  wholeNumber(): number {
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    let value = 0;
    while (at < end) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    if (at === start || value > Number.MAX_SAFE_INTEGER) this.fail();
    this.at = at;
    return value;
  }

  /** A whole number below 2^53 in hexadecimal digits. */
  hexNumber(): number {
    const start = this.at;
    let value = 0;
    for (; this.at < this.end; this.at++) {
      const byte = this.bytes[this.at]!;
      const digit = byte >= zero && byte <= nine ? byte - zero : (byte | 32) >= hexA && (byte | 32) <= hexF ? (byte | 32) - hexA + 10 : -1;
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (this.at === start || value > Number.MAX_SAFE_INTEGER) this.fail();
    return value;
  }

  /** Steps over a text that must be there. */
  expectText(text: Uint8Array): void {
    if (this.isText(text, this.at, this.end)) this.at += text.length;
    else this.fail();
  }

  /** Which of `words` stands here, up to the next blank or the end; -1, and a failure, where it is none of them. */
  oneOf(words: readonly Uint8Array[]): number {
    const { bytes, end } = this;
    let behind = this.at;
    while (behind < end && bytes[behind] !== space && bytes[behind] !== tab) behind++;
    for (let i = 0; i < words.length; i++) {
      if (words[i]!.length !== behind - this.at || !this.isText(words[i]!, this.at, behind)) continue;
      this.at = behind;
      return i;
    }
    this.fail();
    return -1;
  }

  /** Steps over everything up to the next blank or the end, of which there must be something. */
  skipWord(): void {
    const start = this.at;
    while (this.at < this.end && this.bytes[this.at] !== space && this.bytes[this.at] !== tab) this.at++;
    if (this.at === start) this.fail();
  }

  private isText(text: Uint8Array, from: number, end: number): boolean {
    if (from + text.length > end) return false;
    for (let i = 0; i < text.length; i++) if (this.bytes[from + i] !== text[i]) return false;
    return true;
  }

  /** The bytes up to the next blank or the end, up to four of them, as one number: see `word`. */
  shortWord(): number {
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    let value = 0;
    while (at < end && bytes[at] !== space && bytes[at] !== tab) value = (value << 8) | bytes[at++]!;
    if (at === start || at > start + 4) this.fail();
    this.at = at;
    return value;
  }
}

/** Texts as `oneOf` and `expectText` compare them. */
export const asciiText = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A text of up to four characters as `FieldCursor.shortWord` reads it. */
export const word = (text: string): number => new TextEncoder().encode(text).reduce((value, byte) => (value << 8) | byte, 0);
