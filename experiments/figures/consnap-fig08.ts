/** ConSnap, Figure 8: pages that each workload writes in each of 100 periods of 2 s. The workloads, but the compilation, were set on it. */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import type { Measure } from '../claims/index.js';
import { guestNames, type GuestName } from '../run/consnap-runs.js';
import { rowsWhere } from './consnap-charts.js';
import { consnapDirty, sampled } from './consnap-dirty.js';
import type { Chart, Figure } from './figure.js';
import { pointTable } from './point-table.js';

const stable = ['Idle', 'Mplayer', 'Memcached', 'Ftp'] as const;

interface Spread {
  readonly [key: string]: number;
  readonly mean: number;
  /** Standard deviation over the mean. */
  readonly variation: number;
}

function spread(rows: readonly Row[], workload: GuestName): Spread {
  const sizes = rowsWhere(rows, { workload, periodS: sampled.periodS }).map((row) => numberIn(row, 'dirtyMB'));
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / (sizes.length - 1);
  return { mean, variation: Math.sqrt(variance) / mean };
}

const measures: readonly Measure[] = [
  {
    claim: 'consnap-fig8-stable',
    value: (rows) => Object.fromEntries(stable.map((workload) => [workload, spread(rows, workload).variation])),
    holds: (value: Record<string, number>) => Object.values(value).every((variation) => variation < 0.3),
    calibratedOn: 'consnap-fig8-stable',
  },
  {
    claim: 'consnap-fig8-order',
    value: (rows) => Object.fromEntries(guestNames.map((workload) => [workload, spread(rows, workload)])),
    holds: (value: Record<string, Spread>) => {
      const of = (workload: GuestName): Spread => value[workload]!;
      const others = guestNames.filter((workload) => workload !== 'IOzone' && workload !== 'Compilation');
      const isHighest = guestNames.every((workload) => of('IOzone').mean >= of(workload).mean);
      const isAbove = (['Ftp', 'Mplayer', 'Idle'] as const).every((workload) => of('Memcached').mean > of(workload).mean);
      return isHighest && isAbove && others.every((workload) => of('Compilation').variation > of(workload).variation);
    },
    calibratedOn: 'consnap-fig8-order',
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const drawn = summarize(
    rows.filter((row) => row['periodS'] === sampled.periodS),
    ['workload', 'sample'],
    'dirtyMB',
  ).map(({ key, interval }): LinePoint => {
    const x = (key['sample'] as number) * sampled.periodS;
    return { series: key['workload'] as string, x, value: interval.mean, low: Math.max(0, interval.low), high: interval.high };
  });
  const caption =
    'Pages written in each of 100 periods of 2 s, without snapshots; means with 95 % intervals over seeds. ' +
    'The parameters of the workloads were set on what the paper says of this figure and the next; those of the compilation follow a recording of our own.';
  return [
    {
      name: 'dirty-over-time',
      title: 'Dirty pages in periods of 2 s',
      caption,
      spec: lines(
        {
          description: 'Lines of the size of pages written in periods of 2 s, over 200 s, by workload',
          xTitle: 'Time (s)',
          yTitle: 'Dirty in 2 s (MB)',
          series: guestNames,
          width: 'page',
        },
        drawn,
      ),
      points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high'], 'MB'),
    },
  ];
}

export const consnapFig08: Figure = {
  paper: 'ConSnap',
  locus: 'Fig 8',
  about: 'size of the pages that each workload writes in each of 100 periods of 2 s',
  study: consnapDirty,
  charts,
  claimRows: (rows) => rows,
  measures,
};
