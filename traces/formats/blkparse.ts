/**
 * blkparse's text in its default format: device, CPU, sequence, time, process, action, operation, then sector and count.
 * Fields: the manual page of blkparse(1), section "Default output".
 */
import { sectorBytes } from '../../sim/units.js';
import { TraceOp } from '../batch.js';
import type { ByteWindow } from '../source/byte-window.js';
import { LineWindow } from '../source/line-window.js';
import { actionLetters, deviceNumber, EventSelection } from './block-events.js';
import { ascii, FieldCursor, word } from './field-cursor.js';
import { MergingReader } from './merging-reader.js';
import { blkparseWriter } from './blkparse-writer.js';
import { headText } from './head-text.js';
import { LineStream } from './line-stream.js';
import { lookAheadRecords, type TimeWindow } from './time-window.js';
import type { EventTraceReader, OpenOptions, TraceFormat } from './trace-format.js';

const expectedLine = 'an event such as `8,0 1 2 0.000000123 4567 Q WS 2048 + 8 [name]`';

/** The lines that blkparse prints after the events; once one of the first kind was seen, all that follows are of these kinds. */
const summaryBegin = /^(CPU[0-9]+|Total) \(.*\):$/;
const summaryLine = /^(CPU[0-9]+ \(.*\):|Total \(.*\):|\s+\S.*:.*|Throughput \(R\/W\):.*|Events \(.*\):.*|Skips:.*|\s*)$/;
/** What it may print before them. */
const preamble = /^Input file \S+ added$/;

const comma = ascii(',');
const point = ascii('.');
const plus = ascii('+');
const parenthesis = ascii('(');
const bracket = ascii('[');
const digit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Event code by the action's letter, 0 where there is none. */
const codeOfLetter = new Uint8Array(256);
actionLetters.forEach((letter, code) => {
  if (letter.length === 1) codeOfLetter[ascii(letter)] = code;
});
const timerUnplug = word('UT');
const message = word('m');

/** What one letter of the operation says: bits of the constants below, 0 where it is no such letter. */
const enum Letter {
  FLUSH = 1,
  READ = 2,
  WRITE = 4,
  DISCARD = 8,
  NONE = 16,
  HINT = 32,
}
const meaningOf = new Uint8Array(256);
for (const [letter, meaning] of Object.entries({ F: 1, R: 2, W: 4, D: 8, N: 16, S: 32, A: 32, M: 32, E: 32 })) {
  meaningOf[ascii(letter)] = meaning;
}

export const blkparse: TraceFormat = {
  about: "blkparse's text output in its default format",
  uses: ['action', 'device', 'skipBad'],
  recognises: (head) =>
    /^(Input file \S+ added\r?\n)*\s*[0-9]+,[0-9]+\s+[0-9]+\s+[0-9]+\s+[0-9]+\.[0-9]{9}\s+[0-9]+\s+[A-Za-z]/.test(headText(head)),
  open: (input, options) => new BlkparseReader(input, options, new EventSelection(input.source.path, options.action, options.device)),
  writes: blkparseWriter,
};

class BlkparseReader extends MergingReader implements EventTraceReader {
  constructor(
    input: ByteWindow,
    options: OpenOptions,
    private readonly selection: EventSelection,
  ) {
    super([new BlkparseStream(new LineWindow(input), options, selection)], () => selection.refuseEmpty());
  }

  get byAction(): Readonly<Record<string, number>> {
    return this.selection.byAction;
  }
}

class BlkparseStream extends LineStream {
  private readonly cursor: FieldCursor;
  private isInSummary = false;

  constructor(
    lines: LineWindow,
    options: OpenOptions,
    private readonly selection: EventSelection,
  ) {
    super(lines, options.skips);
    this.cursor = new FieldCursor(lines.bytes);
  }

  protected decode(window: TimeWindow): void {
    if (this.isInSummary || !this.decodeEvent(window)) this.passOver();
  }

  /** Decodes the line as an event; false where it does not begin like one. */
  private decodeEvent(window: TimeWindow): boolean {
    const { cursor, lines } = this;
    cursor.begin(lines.start, lines.end);
    cursor.skipBlanks();
    const major = cursor.wholeNumber();
    cursor.expect(comma);
    const minor = cursor.wholeNumber();
    if (!cursor.isGood()) return false;
    this.skipNumber(); // CPU
    this.skipNumber(); // sequence
    cursor.expectBlanks();
    const time = this.time();
    this.skipNumber(); // process
    cursor.expectBlanks();
    const code = this.eventCode(cursor.shortWord());
    cursor.expectBlanks();
    const letters = this.letters();
    if (!cursor.isGood() || code < 0) throw lines.error(null, expectedLine);
    if (time > Number.MAX_SAFE_INTEGER) throw lines.error(`the time ${time / 1e9} s`, 'a time below 2^53 ns (104 days)');
    if (!lines.isWhole && lines.bytes[lines.end - 1] !== ascii(']')) throw lines.error(null, 'a whole last line');
    if (code === 0) return true; // a message
    this.selection.counts[code]!++;
    if (code === this.selection.code && this.selection.accepts(deviceNumber(major, minor))) this.select(window, time, letters);
    return true;
  }

  private skipNumber(): void {
    this.cursor.expectBlanks();
    this.cursor.wholeNumber();
  }

  private time(): number {
    const { cursor } = this;
    const seconds = cursor.wholeNumber();
    cursor.expect(point);
    const from = cursor.at;
    const nanoseconds = cursor.wholeNumber();
    if (cursor.at - from !== 9) cursor.fail();
    return seconds * 1e9 + nanoseconds;
  }

  /** 0 for a message, -1 for no known action. */
  private eventCode(action: number): number {
    if (action === timerUnplug) return actionLetters.indexOf('UT');
    if (action === message) return 0;
    const code = codeOfLetter[action] ?? 0;
    return code === 0 ? -1 : code;
  }

  /** The operation's letters as a sum of their meanings; a flush before and one after (`FWF`) are the same bit. */
  private letters(): number {
    const { cursor, lines } = this;
    const from = cursor.at;
    let meanings = 0;
    while (!cursor.isAtEnd && cursor.current !== 32) {
      const meaning = meaningOf[lines.bytes[cursor.at]!]!;
      if (meaning === 0) cursor.fail();
      meanings |= meaning;
      cursor.at++;
    }
    if (cursor.at === from) cursor.fail();
    return meanings;
  }

  /** Reads on behind the operation: `sector + count`, `sector` alone, a packet command in parentheses, or nothing. */
  private select(window: TimeWindow, time: number, letters: number): void {
    const { cursor, lines } = this;
    cursor.skipBlanks();
    let sector = 0;
    let sectors = 0;
    if (digit(cursor.current)) {
      sector = cursor.wholeNumber();
      cursor.skipBlanks();
      if (cursor.current === plus) {
        cursor.at++;
        cursor.expectBlanks();
        sectors = cursor.wholeNumber();
        cursor.skipBlanks();
      }
    }
    if (cursor.current === parenthesis && sectors === 0) return; // a packet command is no block request
    const isFollowed = cursor.isAtEnd || cursor.current === parenthesis || cursor.current === bracket;
    if (!cursor.isGood() || !isFollowed) throw lines.error(null, expectedLine);
    const isFlush = sectors === 0 && (letters & Letter.FLUSH) !== 0;
    if (sectors === 0 && !isFlush) return; // asks for nothing: the end of a flush's own bio
    if ((sector + sectors) * sectorBytes > Number.MAX_SAFE_INTEGER) throw lines.error(null, 'sectors of a disk below 2^53 bytes');
    if (!window.push(time, opOf(isFlush, letters), isFlush ? 0 : sector * sectorBytes, sectors * sectorBytes)) {
      throw lines.error(`the time ${time} ns`, `a time that is at most ${lookAheadRecords} requests late`);
    }
  }

  /** A line that is no event: blkparse's own remarks before and after them, or rubbish. */
  private passOver(): void {
    const { lines } = this;
    const { text } = lines;
    if (summaryBegin.test(text)) this.isInSummary = true;
    if (this.isInSummary ? summaryLine.test(text) : text.trim() === '' || preamble.test(text)) return;
    throw lines.error(null, this.isInSummary ? 'the rest of the summary that blkparse prints last' : expectedLine);
  }
}

function opOf(isFlush: boolean, letters: number): TraceOp {
  if (isFlush) return TraceOp.FLUSH;
  if ((letters & Letter.DISCARD) !== 0) return TraceOp.DISCARD;
  return (letters & Letter.WRITE) !== 0 ? TraceOp.WRITE : TraceOp.READ;
}
