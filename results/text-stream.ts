/** Tables in pieces as text: CSV with a header line, or JSON Lines; either may be compressed, each piece a member of its own of the gzip file. */
import { gzipSync } from 'node:zlib';
import { csvField, type Cell, type Column } from './rows.js';
import type { WholeFile } from './store.js';
import type { ColumnCells, TableStream } from './table-stream.js';

/** How rows become text. */
export interface TextFormat {
  head(columns: readonly Column[]): string;
  row(names: readonly string[], cells: readonly Cell[]): string;
}

export const csvText: TextFormat = {
  head: (columns) => `${columns.map(({ name }) => csvField(name)).join(',')}\n`,
  row: (_, cells) => `${cells.map(csvField).join(',')}\n`,
};

export const jsonLinesText: TextFormat = {
  head: () => '',
  row: (names, cells) => `{${cells.map((cell, i) => `${names[i]!}:${JSON.stringify(cell)}`).join(',')}}\n`,
};

export class TextStream implements TableStream {
  private readonly names: readonly string[];

  constructor(
    columns: readonly Column[],
    private readonly file: WholeFile,
    private readonly format: TextFormat,
    private readonly isCompressed: boolean,
  ) {
    this.names = columns.map(({ name }) => JSON.stringify(name));
    this.write(format.head(columns));
  }

  add(cells: readonly ColumnCells[]): void {
    const rows = cells[0]?.length ?? 0;
    const row: Cell[] = cells.map(() => null);
    let text = '';
    for (let i = 0; i < rows; i++) {
      for (let column = 0; column < cells.length; column++) row[column] = cells[column]![i]!;
      text += this.format.row(this.names, row);
    }
    this.write(text);
  }

  /** Every piece is on its way already. */
  end(): void {}

  private write(text: string): void {
    if (text !== '') this.file.append(this.isCompressed ? gzipSync(text) : text);
  }
}
