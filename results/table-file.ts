/** A table in a file whose name says how it is written: .parquet, .csv, .jsonl, the texts also with .gz. It knows no experiment. */
import { InputError } from '../sim/errors.js';
import { ParquetStream } from './parquet.js';
import { WholeFile } from './store.js';
import type { TableStream, TypedColumn } from './table-stream.js';
import { csvText, jsonLinesText, TextStream } from './text-stream.js';

/** Takes a table in pieces; the file appears when it is committed, and never if it is abandoned. */
export interface TableFile extends TableStream {
  /** Ends the table and makes the file appear. */
  commit(): void;
  /** May be called at any time; does nothing after a commit. */
  abandon(): void;
}

type Open = (columns: readonly TypedColumn[], file: WholeFile) => TableStream;

const formats: Readonly<Record<string, Open>> = {
  '.parquet': (columns, file) => new ParquetStream(columns, file),
  '.csv': (columns, file) => new TextStream(columns, file, csvText, false),
  '.csv.gz': (columns, file) => new TextStream(columns, file, csvText, true),
  '.jsonl': (columns, file) => new TextStream(columns, file, jsonLinesText, false),
  '.jsonl.gz': (columns, file) => new TextStream(columns, file, jsonLinesText, true),
};

/**
 * @param where what named the file, such as `--requests`
 * @throws InputError at a name that says no format, or a folder that cannot be written to
 */
export function openTableFile(name: string, columns: readonly TypedColumn[], where: string): TableFile {
  const ending = Object.keys(formats).find((end) => name.endsWith(end));
  if (ending === undefined) throw new InputError(where, `"${name}"`, `a name that ends in ${Object.keys(formats).join(', ')}`);
  const file = new WholeFile(name);
  const stream = formats[ending]!(columns, file);
  return {
    add: (cells) => stream.add(cells),
    end: () => stream.end(),
    commit: () => {
      stream.end();
      file.commit();
    },
    abandon: () => file.abandon(),
  };
}
