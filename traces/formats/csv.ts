/** CSV whose columns the user names, scanned byte by byte: bulk traces make no string a line. Fields are not quoted. */
import { InputError } from '../../sim/errors.js';
import { TraceOp, type TraceBatch } from '../batch.js';
import { LineWindow } from '../source/line-window.js';
import { parseCsvMapping, type Column, type CsvMapping } from './csv-mapping.js';
import { CsvFields } from './csv-fields.js';
import { MergingReader, type RecordStream } from './merging-reader.js';
import { SequentialFile } from './sequential-file.js';
import { lookAheadRecords, type TimeWindow } from './time-window.js';
import type { TraceFormat, TraceWriter } from './trace-format.js';

const ownHeader = 'time_ns,op,offset_bytes,bytes';
const ownMapping = 'time=1:ns,op=2,offset=3,bytes=4,header=1';
const opNames = ['read', 'write', 'flush', 'discard'];

export const csv: TraceFormat = {
  about: 'CSV with named columns: --csv time=2:us,op=4,offset=5:sectors,bytes=6:sectors[,header=1][,delimiter=tab]',
  hasActions: false,
  recognises: (_name, head) => isOwn(head),
  open(input, options) {
    if (options.csv === undefined && !isOwn(input.head(ownHeader.length))) {
      throw new InputError(
        input.source.path,
        'a CSV file whose columns are not known',
        'its columns, as in --csv time=1:s,op=2,offset=3,bytes=4',
      );
    }
    const stream = new CsvStream(new LineWindow(input), parseCsvMapping(options.csv ?? ownMapping));
    return new MergingReader([stream], () => {
      throw new InputError(input.source.path, 'no row', 'at least one record');
    });
  },
  create: (path, name) => new CsvWriter(path, name),
};

const isOwn = (head: Uint8Array): boolean => new TextDecoder('latin1').decode(head.subarray(0, ownHeader.length)) === ownHeader;

class CsvStream implements RecordStream {
  private readonly fields: CsvFields;
  private columns: Record<'time' | 'op' | 'offset' | 'bytes', number> | null = null;
  private columnCount = 0;

  constructor(
    private readonly lines: LineWindow,
    private readonly mapping: CsvMapping,
  ) {
    this.fields = new CsvFields(lines, mapping);
  }

  fill(window: TimeWindow): void {
    this.columns ??= this.readHeader();
    while (window.hasRoom) {
      if (!this.lines.next()) {
        window.isEnded = true;
        return;
      }
      this.decodeRow(window, this.columns);
    }
  }

  close(): void {
    this.lines.close();
  }

  private decodeRow(window: TimeWindow, columns: NonNullable<CsvStream['columns']>): void {
    const { fields, lines, mapping } = this;
    const count = fields.split();
    if (this.columnCount === 0) this.columnCount = count;
    if (count !== this.columnCount)
      throw lines.error(
        `${count} columns (${JSON.stringify(lines.text.slice(0, 60))})`,
        `${this.columnCount} columns, as in the rows before`,
      );
    const time = fields.time(columns.time);
    const op = fields.op(columns.op);
    const isFlush = op === TraceOp.FLUSH;
    const offset = isFlush ? 0 : fields.size(columns.offset, mapping.offset.unit, 'an offset');
    const bytes = isFlush ? 0 : fields.size(columns.bytes, mapping.bytes.unit, 'a size');
    if (bytes === 0 && !isFlush) throw lines.error('a request of 0 bytes', 'at least one byte');
    if (offset + bytes > Number.MAX_SAFE_INTEGER) throw lines.error(`an end at byte ${offset + bytes}`, 'a disk below 2^53 bytes');
    if (!window.push(time, op, offset, bytes)) throw lines.error(null, `a time that is at most ${lookAheadRecords} records late`);
  }

  /** Steps over the header rows and finds the columns' indices. */
  private readHeader(): NonNullable<CsvStream['columns']> {
    const { lines, mapping } = this;
    for (let row = 0; row < mapping.headerRows; row++) {
      if (!lines.next()) throw lines.error(`${row} rows`, `${mapping.headerRows} header rows and at least one record`);
    }
    const names = mapping.headerRows === 0 ? [] : this.fields.names();
    const indexOf = (column: Column): number => {
      if (typeof column === 'number') return column - 1;
      const index = names.indexOf(column);
      if (index < 0) throw lines.error(`the columns ${names.join(', ')}`, `a column named "${column}"`);
      return index;
    };
    return {
      time: indexOf(mapping.time.column),
      op: indexOf(mapping.op.column),
      offset: indexOf(mapping.offset.column),
      bytes: indexOf(mapping.bytes.column),
    };
  }
}

class CsvWriter implements TraceWriter {
  private readonly file: SequentialFile;

  constructor(path: string, name: string) {
    this.file = new SequentialFile(path, name);
    this.file.writeText(`${ownHeader}\n`);
  }

  write(batch: TraceBatch): void {
    for (let i = 0; i < batch.size; i++) {
      if (batch.bytes[i] === 0 && batch.op[i] !== TraceOp.FLUSH) {
        throw new InputError(this.file.name, `a request of 0 bytes at ${batch.time[i]!} ns`, 'at least one byte');
      }
      this.file.writeText(`${batch.time[i]!},${opNames[batch.op[i]!]!},${batch.offset[i]!},${batch.bytes[i]!}\n`);
    }
  }

  end(): void {
    this.file.flush();
  }

  close(): void {
    this.file.close();
  }
}
