/** Writes a trace as lines of text: what the writers of such formats share. It knows no syntax. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { TraceOp } from '../batch.js';
import { checkRecord, everything, type WriteLimits } from './write-limits.js';
import { SequentialFile } from './sequential-file.js';
import type { WrittenFormat, TraceWriter } from './trace-format.js';

export interface RowSyntax {
  /** The lines before the first record, if there are any. */
  readonly header?: string;
  /** The lines behind the last one. */
  readonly footer?: (lastTime: Nanoseconds) => string;
  readonly limits?: WriteLimits;
  /**
   * One record, of ASCII characters; `time` is a multiple of the limits' unit, `since` what has passed since the record before,
   * `number` counts records from 1.
   */
  row(time: Nanoseconds, op: TraceOp, offset: Bytes, bytes: Bytes, since: Nanoseconds, number: number): string;
}

/** What makes the writers of a format of one record a line. */
export function rowWriter(syntax: RowSyntax): WrittenFormat {
  const limits = syntax.limits ?? everything;
  return { limits, create: (path, name) => new RowWriter(new SequentialFile(path, name), syntax, limits) };
}

class RowWriter implements TraceWriter {
  private lastTime = 0;
  private records = 0;

  constructor(
    private readonly file: SequentialFile,
    private readonly syntax: RowSyntax,
    private readonly limits: WriteLimits,
  ) {
    if (syntax.header !== undefined) file.writeText(`${syntax.header}\n`);
  }

  write(batch: { readonly size: number } & Parameters<typeof checkRecord>[1]): void {
    for (let i = 0; i < batch.size; i++) {
      this.records++;
      const time = checkRecord(this.limits, batch, i, this.file.name, this.records);
      const text = this.syntax.row(time, batch.op[i]!, batch.offset[i]!, batch.bytes[i]!, time - this.lastTime, this.records);
      this.file.writeText(`${text}\n`);
      this.lastTime = time;
    }
  }

  end(): void {
    if (this.syntax.footer !== undefined) this.file.writeText(`${this.syntax.footer(this.lastTime)}\n`);
    this.file.flush();
  }

  close(): void {
    this.file.close();
  }
}

/** A time as a decimal number of larger units: `decimal(1500, 1e3, 3)` is 1.500. */
export function decimal(time: Nanoseconds, unit: Nanoseconds, places: number): string {
  const whole = Math.floor(time / unit);
  return `${whole}.${String(Math.round(((time - whole * unit) * 10 ** places) / unit)).padStart(places, '0')}`;
}
