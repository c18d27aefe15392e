/** Small tables and gzip files of reference data, read whole; every error names the file and what was expected. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { InputError } from '../../../sim/errors.js';

/** A CSV table with a header line: its columns by name. It knows no meaning. */
export class Table {
  constructor(
    readonly file: string,
    private readonly header: readonly string[],
    private readonly rows: readonly (readonly string[])[],
  ) {}

  get length(): number {
    return this.rows.length;
  }

  has(column: string): boolean {
    return this.header.includes(column);
  }

  /** A column of numbers. @throws InputError (file:line) where it is absent or holds something else */
  numbers(column: string): Float64Array {
    const index = this.indexOf(column);
    return Float64Array.from(this.rows, (row, i) => {
      const text = row[index] ?? '';
      const value = text.trim() === '' ? NaN : Number(text);
      if (!Number.isFinite(value)) throw new InputError(`${this.file}:${i + 2}`, JSON.stringify(text), `a number in column ${column}`);
      return value;
    });
  }

  texts(column: string): string[] {
    const index = this.indexOf(column);
    return this.rows.map((row) => row[index] ?? '');
  }

  private indexOf(column: string): number {
    const index = this.header.indexOf(column);
    if (index < 0) throw new InputError(`${this.file}:1`, `the columns ${this.header.join(', ')}`, `a column ${column}`);
    return index;
  }
}

/** Reads a CSV file, plain or (by its name) gzip. @throws InputError at a missing file, a broken row, a broken gzip stream */
export function readTable(file: string): Table {
  if (!existsSync(file)) throw new InputError(file, 'no such file', 'a CSV table');
  const text = file.endsWith('.gz') ? gunzipped(file) : readFileSync(file, 'utf8');
  const records = parsed(file, text);
  const header = records[0];
  if (header === undefined) throw new InputError(`${file}:1`, 'an empty file', 'a header line with the names of the columns');
  return new Table(file, header, records.slice(1));
}

function gunzipped(file: string): string {
  try {
    return gunzipSync(readFileSync(file)).toString('utf8');
  } catch (error) {
    throw new InputError(file, `what gzip cannot read (${String(error)})`, 'a gzip file');
  }
}

function parsed(file: string, text: string): string[][] {
  try {
    return parse(text, { skip_empty_lines: true });
  } catch (error) {
    throw new InputError(file, error instanceof Error ? error.message : String(error), 'rows with as many fields as the header');
  }
}
