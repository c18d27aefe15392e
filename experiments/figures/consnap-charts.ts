/** What the figures of ConSnap draw alike: bars by workload. It knows no study. */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { guestNames } from '../run/consnap-runs.js';
import type { Chart, Point } from './figure.js';
import { pointTable } from './point-table.js';

/** Mean over rows. Throws RangeError at none, or a cell that is no number. */
export function meanIn(rows: readonly Row[], column: string): number {
  if (rows.length === 0) throw new RangeError(`no rows to take the mean of "${column}" of`);
  return rows.reduce((sum, row) => sum + numberIn(row, column), 0) / rows.length;
}

/** Rows that have all of these cells. */
export const rowsWhere = (rows: readonly Row[], cells: Row): Row[] =>
  rows.filter((row) => Object.entries(cells).every(([name, cell]) => row[name] === cell));

/** Points that have all of these values. */
export const pointsWith = (points: readonly Point[], values: Point): Point[] =>
  points.filter((point) => Object.entries(values).every(([name, value]) => point[name] === value));

export const maxOf = (values: Readonly<Record<string, number>>): number => Math.max(...Object.values(values));
export const minOf = (values: Readonly<Record<string, number>>): number => Math.min(...Object.values(values));

export interface WorkloadBars {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly yTitle: string;
  readonly unit: string;
  /** The measured column, and what its numbers are multiplied by. */
  readonly column: string;
  readonly factor?: number;
  readonly series: readonly string[];
  /** Workloads in this order; all where not given. */
  readonly categories?: readonly string[];
  /** The paper's value, where it states one. */
  readonly paper?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Bars of the methods for each workload, means with 95 % intervals over all rows of each. */
export function workloadBars(rows: readonly Row[], bars: WorkloadBars): Chart {
  const { name, title, caption, yTitle, unit, column, factor = 1, series, categories = guestNames, paper } = bars;
  const points = summarize(rows, ['workload', 'method'], column).map(({ key, interval }): BarPoint => {
    const method = key['method'] as string;
    const category = key['workload'] as string;
    const [value, low, high] = [interval.mean * factor, Math.max(0, interval.low * factor), interval.high * factor];
    return { series: method, category, value, low, high, paper: paper?.[method]?.[category] ?? null };
  });
  return {
    name,
    title,
    caption,
    spec: groupedBars({ description: caption, xTitle: '', yTitle, series, categories, width: 'page' }, points),
    points: pointTable(points, ['category', 'series', 'value', 'low', 'high', 'paper'], unit),
  };
}
