/**
 * From one row a seed to one row a point: groups rows by their key columns and gives each measured column's mean with its interval.
 */
import type { Cell, Row } from './rows.js';
import { tInterval, type Interval } from './statistics/index.js';

/** A group of rows that agree in the key columns. */
export interface Group<R extends Row> {
  readonly key: Readonly<Record<string, Cell>>;
  readonly rows: readonly R[];
}

/** Groups in the order of their first row. Throws RangeError at a row that lacks a key column. */
export function groupRows<R extends Row>(rows: readonly R[], keys: readonly string[]): Group<R>[] {
  const groups = new Map<string, { key: Record<string, Cell>; rows: R[] }>();
  for (const row of rows) {
    const key: Record<string, Cell> = {};
    for (const name of keys) {
      const cell = row[name];
      if (cell === undefined) throw new RangeError(`a row lacks the key column "${name}"`);
      key[name] = cell;
    }
    const id = JSON.stringify(Object.values(key));
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { key, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

/** Each group's mean of `column` with its 95 % interval. Throws RangeError at a cell that is no number. */
export function summarize<R extends Row>(
  rows: readonly R[],
  keys: readonly string[],
  column: string,
): (Group<R> & { interval: Interval })[] {
  return groupRows(rows, keys).map((group) => ({ ...group, interval: tInterval(group.rows.map((row) => numberIn(row, column))) }));
}

/** A run says nothing of a metric, such as the mean of what did not happen. */
export class NothingMeasured extends RangeError {}

/** The number in a cell. Throws NothingMeasured where it is null, and RangeError where there is no such column, or a text in it. */
export function numberIn(row: Row, column: string): number {
  const cell = row[column];
  if (cell === null) throw new NothingMeasured(`the column "${column}" holds null, no number`);
  if (typeof cell !== 'number') throw new RangeError(`the column "${column}" holds ${JSON.stringify(cell)}, no number`);
  return cell;
}
