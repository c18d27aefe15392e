/** How the figures of the I/O benchmark draw its runs: bars by size of the clusters, over raw. It runs nothing. */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Row } from '../../results/rows.js';
import { tInterval } from '../../results/statistics/index.js';
import { groupRows } from '../../results/summary.js';
import type { Chart } from './figure.js';
import { aboutImage, clusters, isMain, normalized, throughput, type Phase, type Wanted } from './irow-io.js';
import { runsOf, type Curve } from './irow-io-curves.js';
import { pointTable } from './point-table.js';

export interface DrawnSeries extends Wanted {
  readonly name: string;
  /** The paper's values by size of the clusters, where the ledger states them. */
  readonly paper?: readonly number[] | undefined;
}

export interface DrawnBars {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** Over raw, or in MB/s. */
  readonly measured: 'over raw' | 'MB/s';
  readonly series: readonly DrawnSeries[];
}

/** Curves of the papers under their own names; `paper` has the paper's values of those that the ledger states. */
export const seriesOf = (
  names: readonly Curve[],
  phase: Phase,
  blockKB: number,
  paper: Readonly<Partial<Record<Curve, readonly number[]>>> = {},
): DrawnSeries[] => names.map((name) => ({ name, ...runsOf(name, phase, blockKB), paper: paper[name] }));

const category = (cluster: number): string => `${cluster} KB`;

/** Of the runs that the claims are measured on. */
export function barsByCluster(rows: readonly Row[], { name, title, caption, measured, series }: DrawnBars): Chart {
  const seeds = groupRows(rows.filter(isMain), ['seed']);
  const drawn: BarPoint[] = series.flatMap((wanted) => {
    const bySeed = seeds.map((group) => (measured === 'MB/s' ? throughput(group.rows, wanted) : normalized(group.rows, wanted)));
    return clusters.map((cluster, i): BarPoint => {
      const { mean, low, high } = tInterval(bySeed.map((values) => values[i]!));
      return { series: wanted.name, category: category(cluster), value: mean, low, high, paper: wanted.paper?.[i] ?? null };
    });
  });
  return {
    name,
    title,
    caption: `${caption} ${aboutImage(rows, series[0]!.blockKB)}`,
    spec: groupedBars(
      {
        description: `Bars of ${title.toLowerCase()} by size of the clusters`,
        xTitle: 'Cluster',
        yTitle: measured === 'MB/s' ? 'Throughput (MB/s)' : 'Throughput over raw',
        series: series.map((wanted) => wanted.name),
        categories: clusters.map(category),
      },
      drawn,
    ),
    points: pointTable(drawn, ['series', 'category', 'value', 'low', 'high', 'paper']),
  };
}
