/**
 * What an experiment measured: flat records under declared columns, and their two texts, JSON Lines and CSV.
 * Equal rows give equal bytes. It knows neither files nor what the columns mean.
 */

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** A column of a table: its name (units in it where it has one), the unit for axes and documents, and one sentence. */
export interface Column {
  readonly name: string;
  /** `ms`, `MB/s`, `1` for a pure number, an empty text for names and switches. */
  readonly unit: string;
  readonly about: string;
}

/**
 * One JSON object a line, keys in the order of `columns`.
 * @throws RangeError at a row that lacks a column, has one that is not declared, or holds NaN or an infinity
 */
export function toJsonLines(columns: readonly Column[], rows: readonly Row[]): string {
  let text = '';
  for (const [index, row] of rows.entries()) {
    checkRow(columns, row, index);
    text += `{${columns.map(({ name }) => `${JSON.stringify(name)}:${JSON.stringify(row[name])}`).join(',')}}\n`;
  }
  return text;
}

/**
 * CSV of RFC 4180 with a header line, and `\n` as the end of a line. Null is an empty field, the empty text is `""`.
 * @throws RangeError as toJsonLines
 */
export function toCsv(columns: readonly Column[], rows: readonly Row[]): string {
  let text = `${columns.map(({ name }) => csvField(name)).join(',')}\n`;
  for (const [index, row] of rows.entries()) {
    checkRow(columns, row, index);
    text += `${columns.map(({ name }) => csvField(row[name]!)).join(',')}\n`;
  }
  return text;
}

/** What each column means, as JSON: goes beside a CSV, which cannot say it. */
export const describeColumns = (columns: readonly Column[]): string => `${JSON.stringify({ columns }, null, 2)}\n`;

/** A cell as a field of CSV, in quotes where it needs them. */
export function csvField(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'number' ? formatNumber(cell) : String(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The shortest decimal that reads back as the same number; -0 is 0, as in JSON. */
const formatNumber = (value: number): string => JSON.stringify(value);

/** Throws RangeError at a row that is not of the columns, or holds NaN or an infinity. */
export function checkRow(columns: readonly Column[], row: Row, index: number): void {
  for (const { name } of columns) {
    const cell = row[name];
    if (cell === undefined) throw new RangeError(`row ${index} lacks the column "${name}"`);
    if (typeof cell === 'number' && !Number.isFinite(cell)) throw new RangeError(`row ${index} holds ${cell} in the column "${name}"`);
  }
  const names = Object.keys(row);
  if (names.length === columns.length) return;
  const stray = names.find((name) => !columns.some((column) => column.name === name));
  throw new RangeError(`row ${index} holds the column "${stray ?? '?'}", which is not declared`);
}
