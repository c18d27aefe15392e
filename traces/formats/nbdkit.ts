/**
 * The log of nbdkit's log filter: one line when a request begins, another when it ends. The records are the begins of reads, writes,
 * flushes and trims; a zeroing is a write. Fields: the manual page of nbdkit-log-filter(1).
 */
import { InputError } from '../../sim/errors.js';
import { microsecond, second } from '../../sim/units.js';
import { TraceOp, type TraceReader } from '../batch.js';
import { openSource } from '../source/byte-source.js';
import { ByteWindow } from '../source/byte-window.js';
import { LineWindow } from '../source/line-window.js';
import { ascii, asciiText, FieldCursor } from './field-cursor.js';
import { headLines } from './head-text.js';
import { LineStream } from './line-stream.js';
import { MergingReader } from './merging-reader.js';
import { Skips } from './skips.js';
import { lookAheadRecords, type TimeWindow } from './time-window.js';
import type { TraceFormat } from './trace-format.js';

const expectedLine = 'a line such as `2026-11-20 23:18:07.620265 connection=1 Write id=111 offset=0x0 count=0x1000 fua=0 ...`';
const dash = ascii('-');
const colon = ascii(':');
const point = ascii('.');
const space = ascii(' ');
const connection = asciiText('connection=');
const id = asciiText('id=');
const offsetIs = asciiText('offset=0x');
const countIs = asciiText('count=0x');
const dots = asciiText('...');

/** What a connection does: requests first, in the order of `ops`. */
const words = ['Read', 'Write', 'Zero', 'Trim', 'Flush', 'Extents', 'Cache', 'Connect', 'Disconnect'];
const ops = [TraceOp.READ, TraceOp.WRITE, TraceOp.WRITE, TraceOp.DISCARD, TraceOp.FLUSH];
const actions = words.map(asciiText);
const ends = words.map((name) => asciiText(`...${name}`));
const ofServer = ['Ready', 'Preconnect', '...Preconnect', 'Fork'].map(asciiText);

export const nbdkit: TraceFormat = {
  about: "the log of nbdkit's log filter",
  uses: ['skipBad'],
  recognises: (head) =>
    headLines(head).every((line) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} ((\.\.\.)?Preconnect|Ready|Fork|connection=)/.test(line)),
  open: (input, { skips }) => openNbdkitLog(input, skips),
};

/** Reads the log at `path`, its times counted from its first line; strict. Throws InputError as its reader does. */
export const openDiskLog = (path: string): TraceReader => openNbdkitLog(new ByteWindow(openSource(path)), new Skips(0, () => undefined), 0);

/** Reads a log. @param origin 0 where times are to count from the log's first line, not from its first request */
function openNbdkitLog(input: ByteWindow, skips: Skips, origin = NaN): TraceReader {
  const refuseEmpty = (): never => {
    throw new InputError(input.source.path, 'no request', 'at least one read, write, flush or trim');
  };
  return new MergingReader([new NbdkitStream(new LineWindow(input), skips)], refuseEmpty, origin);
}

class NbdkitStream extends LineStream {
  private readonly cursor: FieldCursor;
  /** The date that was read last as a number of eight digits, and its days since 1970. */
  private date = -1;
  private day = 0;
  /** Microseconds of the first line. */
  private first = NaN;

  constructor(lines: LineWindow, skips: Skips) {
    super(lines, skips);
    this.cursor = new FieldCursor(lines.bytes);
  }

  protected decode(window: TimeWindow): void {
    const { cursor, lines } = this;
    cursor.begin(lines.start, lines.end);
    const time = this.time();
    if (!cursor.isGood()) throw lines.error(null, expectedLine);
    if (Number.isNaN(this.first)) this.first = time;
    const since = (time - this.first) * microsecond;
    if (Math.abs(since) > Number.MAX_SAFE_INTEGER) throw lines.error(null, 'a time less than 2^53 ns (104 days) from the first');
    if (cursor.current === ascii('c')) this.decodeConnection(window, since);
    else cursor.oneOf(ofServer);
    if (!cursor.isGood()) throw lines.error(null, expectedLine);
  }

  private decodeConnection(window: TimeWindow, time: number): void {
    const { cursor, lines } = this;
    cursor.expectText(connection);
    cursor.wholeNumber();
    cursor.expect(space);
    if (cursor.current === point) {
      cursor.oneOf(ends);
      return;
    }
    const action = cursor.oneOf(actions);
    if (action < 0 || action >= ops.length) return;
    cursor.expect(space);
    cursor.expectText(id);
    cursor.wholeNumber();
    cursor.expect(space);
    const op = ops[action]!;
    const isFlush = op === TraceOp.FLUSH;
    const offset = isFlush ? 0 : this.field(offsetIs);
    const bytes = isFlush ? 0 : this.field(countIs);
    cursor.at = Math.max(cursor.at, lines.end - dots.length);
    cursor.expectText(dots); // of a line that is cut they are missing
    if (!cursor.isGood()) return;
    if (bytes === 0 && !isFlush) throw lines.error('a request of 0 bytes', 'at least one byte');
    if (offset + bytes > Number.MAX_SAFE_INTEGER) throw lines.error(`an end at byte ${offset + bytes}`, 'a disk below 2^53 bytes');
    if (!window.push(time, op, offset, bytes)) throw lines.error(null, `a time that is at most ${lookAheadRecords} requests late`);
  }

  private field(name: Uint8Array): number {
    const { cursor } = this;
    cursor.expectText(name);
    const value = cursor.hexNumber();
    cursor.expect(space);
    return value;
  }

  /** Microseconds since 1970 by the log's own clock. */
  private time(): number {
    const year = this.digits(4, dash);
    const month = this.digits(2, dash);
    const date = year * 1e4 + month * 100 + this.digits(2, space);
    if (date !== this.date) {
      this.date = date;
      this.day = Date.UTC(year, month - 1, date % 100) / 86_400_000;
    }
    const hour = this.digits(2, colon);
    const minute = this.digits(2, colon);
    const seconds = this.digits(2, point);
    if (month < 1 || month > 12 || date % 100 < 1 || date % 100 > 31 || hour > 23 || minute > 59 || seconds > 60) this.cursor.fail();
    return ((this.day * 24 + hour) * 60 + minute) * 6e7 + (seconds * second) / microsecond + this.digits(6, space);
  }

  /** So many digits, and the byte that follows them. */
  private digits(count: number, behind: number): number {
    const { cursor } = this;
    const from = cursor.at;
    const value = cursor.wholeNumber();
    if (cursor.at - from !== count) cursor.fail();
    cursor.expect(behind);
    return value;
  }
}
