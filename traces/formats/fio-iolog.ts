/**
 * fio's I/O logs, as `--write_iolog` makes them and `--read_iolog` takes them: version 2 (waits between the actions) and version 3 (a time
 * in each line). Source: the chapter "Trace file format" of fio's manual; version 3's times are in microseconds, as fio 3.33 writes them.
 */
import { microsecond } from '../../sim/units.js';
import { TraceOp, type TraceReader } from '../batch.js';
import type { ByteWindow } from '../source/byte-window.js';
import { LineWindow } from '../source/line-window.js';
import { DeviceChoice } from './device-choice.js';
import { asciiText, FieldCursor } from './field-cursor.js';
import { headLines } from './head-text.js';
import { LineStream } from './line-stream.js';
import { MergingReader } from './merging-reader.js';
import { rowWriter } from './row-writer.js';
import { lookAheadRecords, type TimeWindow } from './time-window.js';
import type { OpenOptions, TraceFormat, WrittenFormat } from './trace-format.js';
import { everything } from './write-limits.js';

type Version = 2 | 3;

const actions = ['add', 'open', 'close', 'wait', 'read', 'write', 'sync', 'datasync', 'trim'].map(asciiText);
const wait = 3;
const opOfAction = [null, null, null, null, TraceOp.READ, TraceOp.WRITE, TraceOp.FLUSH, TraceOp.FLUSH, TraceOp.DISCARD] as const;
const header = (version: Version): string => `fio version ${version} iolog`;
const expectedLine: Readonly<Record<Version, string>> = {
  2: 'a line such as `/dev/sdb write 4096 512`, `/dev/sdb wait 1000 0` or `/dev/sdb open`',
  3: 'a line such as `1000 /dev/sdb write 4096 512` or `1000 /dev/sdb open`',
};

const fioFormat = (version: Version, about: string, writes: WrittenFormat): TraceFormat => ({
  about,
  uses: ['device', 'skipBad'],
  recognises: (head) => headLines(head, 1)[0] === header(version),
  open: (input, options) => openIolog(input, version, options),
  writes,
});

const name = 'disk';
const opened = (version: Version, before: string): string => `${header(version)}\n${before}${name} add\n${before}${name} open`;
const limits = { ...everything, timeUnit: microsecond };
const words = ['read', 'write', 'sync', 'trim'];

export const fioV2 = fioFormat(
  2,
  "fio's I/O log of version 2: a file, an action, offset and length, and waits between them",
  rowWriter({
    header: opened(2, ''),
    footer: () => `${name} close`,
    limits,
    row: (_time, op, offset, bytes, since) =>
      `${since > 0 ? `${name} wait ${since / microsecond} 0\n` : ''}${name} ${words[op]!} ${offset} ${bytes}`,
  }),
);

export const fioV3 = fioFormat(
  3,
  "fio's I/O log of version 3: microseconds, a file, an action, offset and length",
  rowWriter({
    header: opened(3, '0 '),
    footer: (last) => `${last / microsecond} ${name} close`,
    limits,
    row: (time, op, offset, bytes) => `${time / microsecond} ${name} ${words[op]!} ${offset} ${bytes}`,
  }),
);

function openIolog(input: ByteWindow, version: Version, options: OpenOptions): TraceReader {
  const devices = new DeviceChoice(input.source.path, options.device);
  return new MergingReader([new IologStream(new LineWindow(input), version, devices, options)], () => devices.refuseEmpty());
}

class IologStream extends LineStream {
  private readonly cursor: FieldCursor;
  /** Microseconds: the waits so far. */
  private waited = 0;

  constructor(
    lines: LineWindow,
    private readonly version: Version,
    private readonly devices: DeviceChoice,
    options: OpenOptions,
  ) {
    super(lines, options.skips);
    this.cursor = new FieldCursor(lines.bytes);
  }

  protected override begin(): void {
    const { lines, version } = this;
    if (!lines.next() || lines.text !== header(version)) throw lines.error(null, `the line \`${header(version)}\``);
  }

  protected decode(window: TimeWindow): void {
    const { cursor, lines, version } = this;
    cursor.begin(lines.start, lines.end);
    let time = this.waited;
    if (version === 3) {
      time = cursor.wholeNumber();
      cursor.expectBlanks();
    }
    const nameStart = cursor.at;
    cursor.skipWord();
    const nameEnd = cursor.at;
    cursor.expectBlanks();
    const action = cursor.oneOf(actions);
    if (action < wait || (action === wait && version === 3)) {
      this.endLine();
      if (action === wait) throw lines.error(null, 'no waits in version 3, whose lines have times');
      return;
    }
    cursor.expectBlanks();
    const first = cursor.wholeNumber();
    cursor.expectBlanks();
    const second = cursor.wholeNumber();
    this.endLine();
    if (action === wait) this.addWait(first);
    else if (this.devices.accepts(lines.bytes, nameStart, nameEnd)) this.push(window, time, opOfAction[action]!, first, second);
  }

  private endLine(): void {
    const { cursor, lines } = this;
    cursor.skipBlanks();
    if (!cursor.isGood() || !cursor.isAtEnd) throw lines.error(null, expectedLine[this.version]);
  }

  private addWait(microseconds: number): void {
    this.waited += microseconds;
    if (this.waited * microsecond > Number.MAX_SAFE_INTEGER) throw this.lines.error(null, 'waits below 2^53 ns (104 days) in all');
  }

  private push(window: TimeWindow, time: number, op: TraceOp, first: number, second: number): void {
    const { lines } = this;
    const isFlush = op === TraceOp.FLUSH;
    if (time * microsecond > Number.MAX_SAFE_INTEGER) throw lines.error(`the time ${time} us`, 'a time below 2^53 ns (104 days)');
    if (second === 0 && !isFlush) throw lines.error('a request of 0 bytes', 'at least one byte');
    if (first + second > Number.MAX_SAFE_INTEGER) throw lines.error(`an end at byte ${first + second}`, 'a disk below 2^53 bytes');
    if (!window.push(time * microsecond, op, isFlush ? 0 : first, isFlush ? 0 : second)) {
      throw lines.error(`the time ${time} us`, `a time that is at most ${lookAheadRecords} records late`);
    }
  }
}
