/**
 * Tables as Parquet, which DuckDB, pandas, R and Polars open. Equal rows give equal bytes. It knows no experiment.
 *
 * Every column is optional (null where nothing was measured) and of one type. The type is declared, or read off the cells of all rows:
 * texts, switches, or numbers, which are doubles also where they happen to be whole, so that a schema does not change with the data.
 * The file's key-value metadata hold for each column `unit:NAME` and `about:NAME`, and `snapsim.columns` with all of them as JSON.
 */
import { ByteWriter, ParquetWriter, type ColumnSource, type SchemaElement } from 'hyparquet-writer';
import { checkRow, type Cell, type Column, type Row } from './rows.js';
import type { WholeFile } from './store.js';
import { rowsPerGroup, type CellType, type ColumnCells, type TableStream, type TypedColumn } from './table-stream.js';

/**
 * A whole table in memory.
 * @throws RangeError at a row that lacks a column, has one that is not declared, or holds NaN, and at a column of two types
 */
export function toParquet(columns: readonly Column[], rows: readonly Row[]): Uint8Array {
  rows.forEach((row, index) => checkRow(columns, row, index));
  const typed = columns.map((column) => ({ ...column, type: typeOf(column, rows) }));
  const bytes = new ByteWriter();
  const table = new ParquetTable(typed, bytes);
  for (let first = 0; first < rows.length; first += rowsPerGroup) {
    const group = rows.slice(first, first + rowsPerGroup);
    table.add(typed.map(({ name, type }) => group.map((row) => (type === 'text' ? textOf(row[name]!) : row[name]!))));
  }
  table.end();
  return bytes.getBytes().slice();
}

/** A table that is written to a file group by group: its memory is that of one group, however many follow. The file is not committed. */
export class ParquetStream implements TableStream {
  private readonly table: ParquetTable;

  constructor(
    columns: readonly TypedColumn[],
    private readonly file: WholeFile,
    private readonly bytes = new ByteWriter(1 << 20),
  ) {
    this.table = new ParquetTable(columns, bytes);
  }

  add(cells: readonly ColumnCells[]): void {
    this.table.add(cells);
    this.drain();
  }

  end(): void {
    this.table.end();
    this.drain();
  }

  private drain(): void {
    this.file.append(this.bytes.getBytes());
    this.bytes.index = 0;
  }
}

const schemaOf: Readonly<Record<CellType, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  number: { type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  integer: { type: 'INT64', repetition_type: 'OPTIONAL' },
  boolean: { type: 'BOOLEAN', repetition_type: 'OPTIONAL' },
};

/** Row groups, one after another, into memory that somebody else may empty between them. */
class ParquetTable {
  private readonly writer: ParquetWriter;

  constructor(
    private readonly columns: readonly TypedColumn[],
    bytes: ByteWriter,
  ) {
    this.writer = new ParquetWriter({
      writer: bytes,
      createdBy: 'snapsim',
      schema: [
        { name: 'root', num_children: columns.length },
        ...columns.map(({ name, type }): SchemaElement => ({ name, ...schemaOf[type] })),
      ],
      kvMetadata: metadataOf(columns),
    });
  }

  add(cells: readonly ColumnCells[]): void {
    const columnData = this.columns.map(({ name, type }, i): ColumnSource => {
      return { name, data: asStored(type, cells[i]!), offsetIndex: false };
    });
    this.expectDone(this.writer.write({ columnData, rowGroupSize: rowsPerGroup }));
  }

  end(): void {
    this.expectDone(this.writer.finish());
  }

  /** The package answers a promise where its writer does; ours does not. */
  private expectDone(answer: void | Promise<void>): void {
    if (answer !== undefined) throw new Error('a Parquet writer in memory is asked to wait');
  }
}

/** Whole numbers are stored as 64-bit integers. Throws RangeError at one with a fraction. */
function asStored(type: CellType, cells: ColumnCells): ColumnSource['data'] {
  if (type !== 'integer') return cells as ColumnSource['data'];
  if (cells instanceof Float64Array) return BigInt64Array.from(cells, BigInt);
  return cells.map((cell) => (cell === null ? null : BigInt(cell)));
}

const metadataOf = (columns: readonly TypedColumn[]): { key: string; value: string }[] => [
  { key: 'snapsim.columns', value: JSON.stringify(columns.map(({ name, unit, about, type }) => ({ name, unit, about, type }))) },
  ...columns.flatMap(({ name, unit, about }) => [
    { key: `unit:${name}`, value: unit },
    { key: `about:${name}`, value: about },
  ]),
];

const typeOfCell: Readonly<Record<string, CellType>> = { string: 'text', number: 'number', boolean: 'boolean' };

const textOf = (cell: Cell): Cell => (cell === null ? null : String(cell));

/** Where every cell is null, a column with a unit is one of numbers, and one without is one of texts, as is one without that holds several types. */
function typeOf({ name, unit }: Column, rows: readonly Row[]): CellType {
  let found: CellType | null = null;
  for (const row of rows) {
    const cell = row[name] ?? null;
    if (cell === null) continue;
    const type = typeOfCell[typeof cell]!;
    if (found !== null && type !== found && unit === '') return 'text';
    if (found !== null && type !== found) throw new RangeError(`the column "${name}" holds both a ${found} and a ${type}`);
    found = type;
  }
  return found ?? (unit === '' ? 'text' : 'number');
}
