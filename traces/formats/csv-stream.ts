/** Rows of columns as records, by a mapping that says which column holds what. */
import { TraceOp, type TraceReader } from '../batch.js';
import type { ByteWindow } from '../source/byte-window.js';
import { LineWindow } from '../source/line-window.js';
import { CsvFields } from './csv-fields.js';
import type { Column, CsvMapping } from './csv-mapping.js';
import { DeviceChoice } from './device-choice.js';
import { LineStream } from './line-stream.js';
import { MergingReader } from './merging-reader.js';
import { lookAheadRecords, type TimeWindow } from './time-window.js';
import type { OpenOptions } from './trace-format.js';

/** Index of each column: from 0, or from -1 at the right. */
interface ColumnIndices {
  readonly time: number;
  readonly op: number;
  readonly offset: number;
  readonly bytes: number;
  readonly response: number;
  readonly deviceFirst: number;
  readonly deviceLast: number;
}

/** Reads rows of columns by `mapping`. Throws InputError as its reader does. */
export function readColumns(input: ByteWindow, mapping: CsvMapping, options: OpenOptions): TraceReader {
  const devices = new DeviceChoice(input.source.path, options.device);
  return new MergingReader([new CsvStream(new LineWindow(input), mapping, devices, options)], () => devices.refuseEmpty());
}

class CsvStream extends LineStream {
  private readonly fields: CsvFields;
  private columns!: ColumnIndices;
  private columnCount = 0;
  /** Where times are think times: when the answer to the request before came. */
  private answered = 0;

  constructor(
    lines: LineWindow,
    private readonly mapping: CsvMapping,
    private readonly devices: DeviceChoice,
    options: OpenOptions,
  ) {
    super(lines, options.skips);
    this.fields = new CsvFields(
      lines,
      mapping,
      options.csv === undefined ? '' : '; or header=1 in --csv, if the first line names the columns',
    );
  }

  /** Steps over the header rows and finds the columns' indices. */
  protected override begin(): void {
    const { lines, mapping } = this;
    for (let row = 0; row < mapping.headerRows; row++) {
      if (!lines.next()) throw lines.error(`${row} rows`, `${mapping.headerRows} header rows and at least one record`);
    }
    const names = mapping.headerRows === 0 ? [] : this.fields.names();
    const indexOf = (column: Column): number => {
      if (typeof column === 'number') return column > 0 ? column - 1 : column;
      const index = names.indexOf(column);
      if (index < 0) throw lines.error(`the columns ${names.join(', ')}`, `a column named "${column}"`);
      return index;
    };
    this.columns = {
      time: indexOf(mapping.time.column),
      op: indexOf(mapping.op.column),
      offset: indexOf(mapping.offset.column),
      bytes: indexOf(mapping.bytes.column),
      response: mapping.response === null ? 0 : indexOf(mapping.response.column),
      deviceFirst: mapping.device === null ? 0 : indexOf(mapping.device.first),
      deviceLast: mapping.device === null ? 0 : indexOf(mapping.device.last),
    };
  }

  protected decode(window: TimeWindow): void {
    const { fields, lines, mapping, columns } = this;
    this.checkCount(fields.split());
    if (
      mapping.device !== null &&
      !this.devices.accepts(lines.bytes, fields.startOf(columns.deviceFirst), fields.endOf(columns.deviceLast))
    )
      return;
    const op = fields.op(columns.op);
    const isFlush = op === TraceOp.FLUSH;
    const offset = isFlush ? 0 : fields.size(columns.offset, mapping.offset.unit, 'an offset');
    const bytes = isFlush ? 0 : fields.size(columns.bytes, mapping.bytes.unit, 'a size');
    if (bytes === 0 && !isFlush) throw lines.error('a request of 0 bytes', 'at least one byte');
    if (offset + bytes > Number.MAX_SAFE_INTEGER) throw lines.error(`an end at byte ${offset + bytes}`, 'a disk below 2^53 bytes');
    const response = mapping.response === null ? NaN : fields.response(columns.response, mapping.response.unit);
    const time = mapping.time.isThinkTime ? this.afterThinking(response) : fields.time(columns.time);
    if (!window.push(time, op, offset, bytes, response)) throw lines.error(null, `a time that is at most ${lookAheadRecords} records late`);
  }

  private checkCount(count: number): void {
    const { lines, mapping } = this;
    if (mapping.isRagged) return;
    if (this.columnCount === 0) this.columnCount = count;
    if (count === this.columnCount) return;
    const found = `${count} columns (${JSON.stringify(lines.text.slice(0, 60))})`;
    throw lines.error(found, `${this.columnCount} columns, as in the rows before`);
  }

  /** When this request came; the think time in its row is the one that follows its answer. */
  private afterThinking(response: number): number {
    const { fields, columns, mapping, lines } = this;
    const time = this.answered;
    this.answered = time + (Number.isNaN(response) ? 0 : response) + fields.duration(columns.time, mapping.time.unit);
    if (this.answered > Number.MAX_SAFE_INTEGER) throw lines.error(null, 'think times that add up to less than 2^53 ns (104 days)');
    return time;
  }
}
