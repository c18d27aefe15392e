/**
 * blktrace's binary format: 48-byte events in either byte order, one file a CPU (`X.blktrace.0`, `X.blktrace.1`, ...), merged by time.
 * Layout: struct blk_io_trace of include/uapi/linux/blktrace_api.h of Linux.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { sectorBytes } from '../../sim/units.js';
import { TraceOp } from '../batch.js';
import { ByteWindow } from '../source/byte-window.js';
import { openSource } from '../source/byte-source.js';
import { actionLetters, EventSelection } from './block-events.js';
import { MergingReader } from './merging-reader.js';
import { SkippingStream } from './skipping-stream.js';
import type { Skips } from './skips.js';
import { lookAheadRecords, type TimeWindow } from './time-window.js';
import type { EventTraceReader, TraceFormat } from './trace-format.js';

const eventBytes = 48;
const magic = 0x65617407; // the low byte is the version
const at = { magic: 0, time: 8, sector: 16, bytes: 24, action: 28, device: 36, pduLength: 46 } as const;

/** Bits of the category half of `action`. */
const enum Category {
  WRITE = 0x0002,
  FLUSH = 0x0004,
  PACKET_COMMAND = 0x0200,
  NOTIFY = 0x0400,
  DISCARD = 0x2000,
}
const codeMask = 0xff; // of the other half; above it stands the flag of a cgroup id in the pdu

export const blktrace: TraceFormat = {
  about: "blktrace's binary events; the files of the other CPUs are found beside the given one and merged by time",
  uses: ['action', 'device', 'skipBad'],
  recognises: (head) => head.length >= 4 && (isMagic(head, true) || isMagic(head, false)),
  open(input, options) {
    const selection = new EventSelection(input.source.path, options.action, options.device);
    const inputs: ByteWindow[] = [];
    try {
      for (const file of filesOfAllCpus(input.source.path)) {
        inputs.push(file === input.source.path ? input : new ByteWindow(openSource(file)));
      }
    } catch (error) {
      for (const open of new Set([input, ...inputs])) open.close();
      throw error;
    }
    return new BlktraceReader(inputs, selection, options.skips);
  },
};

class BlktraceReader extends MergingReader implements EventTraceReader {
  constructor(
    inputs: readonly ByteWindow[],
    private readonly selection: EventSelection,
    skips: Skips,
  ) {
    super(
      inputs.map((input) => new CpuStream(input, selection, skips)),
      () => selection.refuseEmpty(),
    );
  }

  get byAction(): Readonly<Record<string, number>> {
    return this.selection.byAction;
  }
}

/** One CPU's file. */
class CpuStream extends SkippingStream {
  private isLittleEndian: boolean | null = null;
  /** Where the current event begins in the window, and which byte of the file that is. */
  private start = 0;
  private position = 0;

  constructor(
    private readonly input: ByteWindow,
    private readonly selection: EventSelection,
    skips: Skips,
  ) {
    super(skips);
  }

  /** Steps over the next event with what it carries; where that does not end as it says, the file cannot be read on. */
  protected advance(): boolean {
    const { input } = this;
    if (input.end - input.start < eventBytes && !input.has(eventBytes)) {
      if (input.end === input.start) return false;
      this.position = input.position;
      throw this.error(`${input.end - input.start} bytes at the end`, `an event of ${eventBytes} bytes`);
    }
    this.position = input.position;
    const little = this.isLittleEndian ?? this.detectByteOrder();
    if (input.view.getUint32(input.start, little) !== magic) throw this.badMagic(little);
    const pduBytes = input.view.getUint16(input.start + at.pduLength, little);
    const bytes = eventBytes + pduBytes;
    if (input.end - input.start < bytes && !input.has(bytes)) {
      throw this.error(`${input.end - input.start - eventBytes} bytes at the end`, `the ${pduBytes} bytes that the last event carries`);
    }
    this.start = input.start;
    input.start += bytes;
    return true;
  }

  protected release(): void {
    this.input.close();
  }

  protected decode(window: TimeWindow): void {
    const little = this.isLittleEndian!;
    const action = this.input.view.getUint32(this.start + at.action, little);
    const category = action >>> 16;
    if ((category & Category.NOTIFY) !== 0) return;
    const code = action & codeMask;
    if (code === 0 || code >= actionLetters.length)
      throw this.error(`the event code ${code}`, `a code from 1 to ${actionLetters.length - 1}`);
    this.selection.counts[code]!++;
    if (code === this.selection.code && (category & Category.PACKET_COMMAND) === 0) this.select(window, category, little);
  }

  private select(window: TimeWindow, category: number, little: boolean): void {
    const { view } = this.input;
    const { start } = this;
    const bytes = view.getUint32(start + at.bytes, little);
    const isFlush = bytes === 0 && (category & Category.FLUSH) !== 0;
    if (bytes === 0 && !isFlush) return; // asks for nothing: the end of a flush's own bio
    if (!this.selection.accepts(view.getUint32(start + at.device, little))) return;
    const time = this.uint64(start + at.time, little, 'time in ns');
    const sector = isFlush ? 0 : this.uint64(start + at.sector, little, 'sector');
    if (sector > Number.MAX_SAFE_INTEGER / sectorBytes) throw this.error(`the sector ${sector}`, 'a disk below 2^53 bytes');
    const op = isFlush
      ? TraceOp.FLUSH
      : (category & Category.DISCARD) !== 0
        ? TraceOp.DISCARD
        : (category & Category.WRITE) !== 0
          ? TraceOp.WRITE
          : TraceOp.READ;
    if (!window.push(time, op, sector * sectorBytes, bytes)) {
      throw this.error(`the time ${time} ns`, `a time that is at most ${lookAheadRecords} requests late in its file`);
    }
  }

  private uint64(position: number, little: boolean, what: string): number {
    const { view } = this.input;
    const high = view.getUint32(position + (little ? 4 : 0), little);
    const low = view.getUint32(position + (little ? 0 : 4), little);
    if (high >= 2 ** 21) throw this.error(`a ${what} of ${view.getBigUint64(position, little)}`, 'a number below 2^53');
    return high * 2 ** 32 + low;
  }

  private detectByteOrder(): boolean {
    const head = this.input.head(4);
    this.isLittleEndian = isMagic(head, true);
    if (!this.isLittleEndian && !isMagic(head, false)) throw this.badMagic(true);
    return this.isLittleEndian;
  }

  private badMagic(little: boolean): Error {
    const found = this.input.view.getUint32(this.input.start, little);
    if (found >>> 8 === magic >>> 8) return this.error(`version ${found & 0xff} of the format`, `version ${magic & 0xff}`);
    return this.error(`the magic number ${hex(found)}`, `${hex(magic)}, which begins each event`);
  }

  private error(found: string, expected: string): Error {
    return this.input.error(this.position, found, expected);
  }
}

const hex = (x: number): string => `0x${x.toString(16).padStart(8, '0')}`;

/** True at an event's first bytes in this byte order, of whatever version. */
function isMagic(head: Uint8Array, little: boolean): boolean {
  if (head.length < 4) return false;
  return new DataView(head.buffer, head.byteOffset, 4).getUint32(0, little) >>> 8 === magic >>> 8;
}

/**
 * The files of one recording in the order of CPUs. Where a CPU's file is there twice (`.0` and `.0.zst`), the one with the ending
 * of the given file is taken. A file that is not named `*.blktrace.N` stands alone.
 */
function filesOfAllCpus(given: string): readonly string[] {
  const named = /^(.*\.blktrace\.)([0-9]+)((?:\.(?:gz|zst|xz))?)$/.exec(path.basename(given));
  if (named === null) return [given];
  const [, stem, , ending] = named as unknown as readonly [string, string, string, string];
  const byCpu = new Map<number, string>();
  for (const name of readdirSync(path.dirname(given)).sort()) {
    const match = /^([0-9]+)((?:\.(?:gz|zst|xz))?)$/.exec(name.startsWith(stem) ? name.slice(stem.length) : '');
    if (match === null) continue;
    const cpu = Number(match[1]);
    if (!byCpu.has(cpu) || match[2] === ending) byCpu.set(cpu, name);
  }
  return [...byCpu.keys()]
    .sort((a, b) => a - b)
    .map((cpu) => byCpu.get(cpu)!)
    .map((name) => (name === path.basename(given) ? given : path.join(path.dirname(given), name)));
}
