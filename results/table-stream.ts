/**
 * Tables that are written piece by piece, for more rows than memory holds, as Parquet, CSV or JSON Lines, the texts also compressed.
 * A file appears under its name when it is whole. It knows no experiment.
 */
import type { Cell, Column } from './rows.js';

export type CellType = 'text' | 'number' | 'integer' | 'boolean';

/** A column whose type is known before its first row; `integer` holds whole numbers below 2^53. */
export interface TypedColumn extends Column {
  readonly type: CellType;
}

/** The cells of one column in a piece of a table: an array of doubles where all are numbers and none is null. */
export type ColumnCells = Float64Array | readonly Cell[];

/** Rows of one piece: readers of Parquet take a file in such groups, and a writer holds one of them. */
export const rowsPerGroup = 65_536;

/** Takes a table in pieces. */
export interface TableStream {
  /** Cells by column, as many in each and at most rowsPerGroup. */
  add(cells: readonly ColumnCells[]): void;
  /** Nothing may follow. */
  end(): void;
}
