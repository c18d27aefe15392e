/**
 * vscsiStats' binary traces, little-endian: version 1 in records of 32 bytes, version 2 in records of 40 with a response time.
 * Each holds a serial number, a length in bytes, a number of scatter-gather elements, a SCSI command, the version, a sector, and
 * microseconds. Commands: SCSI Block Commands (SBC-3).
 */
import { microsecond, sectorBytes, type Nanoseconds } from '../../sim/units.js';
import { TraceOp } from '../batch.js';
import type { ByteWindow } from '../source/byte-window.js';
import { MergingReader } from './merging-reader.js';
import { InputError } from '../../sim/errors.js';
import { SkippingStream } from './skipping-stream.js';
import type { Skips } from './skips.js';
import { lookAheadRecords, type TimeWindow } from './time-window.js';
import type { EventTraceReader, TraceFormat } from './trace-format.js';
import { noData, scsiCommands, unknownCommand } from './scsi-commands.js';
import { vscsiWriter, type VscsiLayout } from './vscsi-writer.js';

const versionOne: VscsiLayout = {
  version: 1,
  recordBytes: 32,
  serial: 0,
  length: 4,
  elements: 8,
  command: 12,
  sector: 16,
  time: 24,
  response: null,
};
const versionTwo: VscsiLayout = {
  version: 2,
  recordBytes: 40,
  command: 0,
  serial: 4,
  length: 8,
  elements: 12,
  sector: 16,
  time: 24,
  response: 32,
};

const vscsiFormat = (layout: VscsiLayout, about: string): TraceFormat => ({
  about,
  uses: ['skipBad'],
  recognises: (head) => isVscsi(head, layout),
  open: (input, options) => new VscsiReader(input, layout, options.skips),
  writes: vscsiWriter(layout),
});

export const vscsiV1 = vscsiFormat(versionOne, "vscsiStats' binary trace of version 1");
export const vscsiV2 = vscsiFormat(versionTwo, "vscsiStats' binary trace of version 2, with response times");

/** Whether each whole record of the first bytes has the version and a SCSI command. */
function isVscsi(head: Uint8Array, { recordBytes, command, version }: VscsiLayout): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const records = Math.floor(head.length / recordBytes);
  for (let i = 0; i < records; i++) {
    const at = i * recordBytes + command;
    if (view.getUint16(at + 2, true) !== version << 8 || scsiCommands.kindOf(view.getUint16(at, true)) === unknownCommand) return false;
  }
  return records > 0;
}

class VscsiReader extends MergingReader implements EventTraceReader {
  private readonly counts: Float64Array;

  constructor(input: ByteWindow, layout: VscsiLayout, skips: Skips) {
    const counts = new Float64Array(256);
    super([new VscsiStream(input, layout, counts, skips)], () => {
      throw new InputError(input.source.path, 'no request', 'at least one read, write or flush');
    });
    this.counts = counts;
  }

  get byAction(): Readonly<Record<string, number>> {
    return scsiCommands.named(this.counts);
  }
}

class VscsiStream extends SkippingStream {
  private start = 0;
  /** Microseconds of the first request: later ones count from it, so that those since 1970 stay exact. */
  private origin = NaN;

  constructor(
    private readonly input: ByteWindow,
    private readonly layout: VscsiLayout,
    private readonly counts: Float64Array,
    skips: Skips,
  ) {
    super(skips);
  }

  protected advance(): boolean {
    const { input } = this;
    const { recordBytes } = this.layout;
    if (input.end - input.start < recordBytes && !input.has(recordBytes)) {
      if (input.end === input.start) return false;
      throw input.error(input.position, `${input.end - input.start} bytes at the end`, `a record of ${recordBytes} bytes`);
    }
    this.start = input.start;
    input.start += recordBytes;
    return true;
  }

  protected release(): void {
    this.input.close();
  }

  protected decode(window: TimeWindow): void {
    const { layout, start } = this;
    const { view } = this.input;
    const found = view.getUint16(start + layout.command + 2, true);
    if (found !== layout.version << 8) throw this.error(`the version ${found / 256}`, `version ${layout.version}`);
    const command = view.getUint16(start + layout.command, true);
    const kind = scsiCommands.kindOf(command);
    if (kind === unknownCommand) throw this.error(`the SCSI command 0x${command.toString(16)}`, 'a command that reads, writes or flushes');
    this.counts[command]!++;
    if (kind === noData) return;
    const isFlush = kind === TraceOp.FLUSH;
    const bytes = isFlush ? 0 : view.getUint32(start + layout.length, true);
    if (bytes === 0 && !isFlush) throw this.error('a request of 0 bytes', 'at least one byte');
    const sector = isFlush ? 0 : this.uint64(layout.sector, 'sector');
    if (sector * sectorBytes + bytes > Number.MAX_SAFE_INTEGER) throw this.error(`the sector ${sector}`, 'a disk below 2^53 bytes');
    const time = this.time();
    if (!window.push(time, kind, sector * sectorBytes, bytes, this.response())) {
      throw this.error(`the time ${time / microsecond} us`, `a time that is at most ${lookAheadRecords} records late`);
    }
  }

  /** Since the first request. */
  private time(): Nanoseconds {
    const microseconds = this.uint64(this.layout.time, 'time in us');
    if (Number.isNaN(this.origin)) this.origin = microseconds;
    const time = (microseconds - this.origin) * microsecond;
    if (Math.abs(time) > Number.MAX_SAFE_INTEGER)
      throw this.error(`the time ${microseconds} us`, 'a time less than 2^53 ns (104 days) from the first');
    return time;
  }

  private response(): Nanoseconds {
    const { response } = this.layout;
    if (response === null) return NaN;
    const microseconds = this.uint64(response, 'response time in us');
    if (microseconds * microsecond > Number.MAX_SAFE_INTEGER) throw this.error(`the response time ${microseconds} us`, 'one below 2^53 ns');
    return microseconds === 0 ? NaN : microseconds * microsecond;
  }

  private uint64(at: number, what: string): number {
    const { view } = this.input;
    const high = view.getUint32(this.start + at + 4, true);
    if (high >= 2 ** 21) throw this.error(`a ${what} of ${view.getBigUint64(this.start + at, true)}`, 'a number below 2^53');
    return high * 2 ** 32 + view.getUint32(this.start + at, true);
  }

  private error(found: string, expected: string): Error {
    return this.input.error(this.input.position - this.layout.recordBytes, found, expected);
  }
}
