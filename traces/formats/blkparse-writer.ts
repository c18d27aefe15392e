/** Writes traces as blkparse's text, which many tools of others read. */
import { InputError } from '../../sim/errors.js';
import { sectorBytes, type Bytes } from '../../sim/units.js';
import { TraceOp, type TraceBatch } from '../batch.js';
import { SequentialFile } from './sequential-file.js';
import type { TraceWriter } from './trace-format.js';

const lettersOf = ['R', 'W', 'FN', 'D'];

/** Writes each record as a queued request of device 8,0, as blkparse prints it by default. Holds whole sectors only. */
export class BlkparseWriter implements TraceWriter {
  private readonly file: SequentialFile;
  private written = 0;

  constructor(path: string, name: string) {
    this.file = new SequentialFile(path, name);
  }

  write(batch: TraceBatch): void {
    for (let i = 0; i < batch.size; i++) {
      this.written++;
      const time = batch.time[i]!;
      const op = batch.op[i]!;
      const seconds = Math.floor(time / 1e9);
      const stamp = `${seconds}.${String(time - seconds * 1e9).padStart(9, '0')}`;
      const place = op === TraceOp.FLUSH ? '' : this.place(batch.offset[i]!, batch.bytes[i]!);
      this.file.writeText(
        `  8,0    0 ${String(this.written).padStart(8)} ${stamp.padStart(15)}     0  Q ${lettersOf[op]!.padStart(3)}${place} [0]\n`,
      );
    }
  }

  end(): void {
    this.file.flush();
  }

  close(): void {
    this.file.close();
  }

  private place(offset: Bytes, bytes: Bytes): string {
    if (offset % sectorBytes === 0 && bytes % sectorBytes === 0 && bytes > 0) return ` ${offset / sectorBytes} + ${bytes / sectorBytes}`;
    throw new InputError(
      this.file.name,
      `${bytes} bytes at byte ${offset} in record ${this.written}`,
      'offsets and sizes in whole sectors of 512 bytes',
    );
  }
}
