/** The table under a chart. It knows no study. */
import type { Table } from '../../results/report/model.js';
import type { Cell, Row } from '../../results/rows.js';

/** Columns that hold what is measured. */
const measured: readonly string[] = ['value', 'low', 'high', 'paper'];

/** These columns of the points that a chart draws; empty where a point has none. `unit` is that of what is measured. */
export const pointTable = <P extends object>(points: readonly P[], columns: readonly (keyof P & string)[], unit = ''): Table => ({
  columns: columns.map((name) => ({ name, unit: measured.includes(name) ? unit : '', about: '' })),
  rows: points.map((point): Row => Object.fromEntries(columns.map((name) => [name, (point[name] ?? null) as Cell]))),
});
