/** Writes traces as vscsiStats' binary records, of either version. */
import { microsecond, sectorBytes, type Bytes } from '../../sim/units.js';
import { TraceOp, type TraceBatch } from '../batch.js';
import { SequentialFile } from './sequential-file.js';
import type { TraceWriter, WrittenFormat } from './trace-format.js';
import { checkRecord, type WriteLimits } from './write-limits.js';

/** Where in a record each field lies, in bytes. */
export interface VscsiLayout {
  readonly version: number;
  readonly recordBytes: Bytes;
  readonly serial: number;
  readonly length: number;
  readonly elements: number;
  /** The version follows it. */
  readonly command: number;
  readonly sector: number;
  readonly time: number;
  /** Null where the version has none. */
  readonly response: number | null;
}

const read16 = 0x88;
const write16 = 0x8a;
const synchronizeCache16 = 0x91;
const limits: WriteLimits = {
  timeUnit: microsecond,
  unit: sectorBytes,
  ops: [TraceOp.READ, TraceOp.WRITE, TraceOp.FLUSH],
  bytesMax: 2 ** 32 - sectorBytes,
};

export const vscsiWriter = (layout: VscsiLayout): WrittenFormat => ({
  limits,
  create: (path, name) => new VscsiWriter(new SequentialFile(path, name), layout),
});

class VscsiWriter implements TraceWriter {
  private records = 0;
  private readonly record: Uint8Array;
  private readonly view: DataView;

  constructor(
    private readonly file: SequentialFile,
    private readonly layout: VscsiLayout,
  ) {
    this.record = new Uint8Array(layout.recordBytes);
    this.view = new DataView(this.record.buffer);
  }

  write(batch: TraceBatch): void {
    const { layout, view } = this;
    for (let i = 0; i < batch.size; i++) {
      this.records++;
      const time = checkRecord(limits, batch, i, this.file.name, this.records);
      const op = batch.op[i]!;
      const command = op === TraceOp.READ ? read16 : op === TraceOp.WRITE ? write16 : synchronizeCache16;
      view.setUint32(layout.serial, this.records, true);
      view.setUint32(layout.length, batch.bytes[i]!, true);
      view.setUint32(layout.elements, 1, true);
      view.setUint16(layout.command, command, true);
      view.setUint16(layout.command + 2, layout.version << 8, true);
      view.setBigUint64(layout.sector, BigInt(batch.offset[i]! / sectorBytes), true);
      view.setBigUint64(layout.time, BigInt(time / microsecond), true);
      if (layout.response !== null) view.setBigUint64(layout.response, this.microseconds(batch.response[i]!), true);
      this.file.append(this.record);
    }
  }

  end(): void {
    this.file.flush();
  }

  close(): void {
    this.file.close();
  }

  /** A response time; 0 where it is not known. */
  private microseconds(response: number): bigint {
    return Number.isNaN(response) ? 0n : BigInt(Math.max(1, Math.round(response / microsecond)));
  }
}
