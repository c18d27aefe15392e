/**
 * ConSnap, Figure 9: size (a) and rate (b) of the pages that each workload writes in periods of 1 to 60 s. The workloads, but the
 * compilation, were set on it.
 */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Row } from '../../results/rows.js';
import { linearFit } from '../../results/statistics/index.js';
import { summarize } from '../../results/summary.js';
import type { Measure } from '../claims/index.js';
import { guestNames } from '../run/consnap-runs.js';
import { consnapDirty, dirtyMB, dirtyRate, periods } from './consnap-dirty.js';
import type { Chart, Figure } from './figure.js';
import { pointTable } from './point-table.js';

/** The paper's line of the fastest writing of files. */
const writing = { name: 'theoretical', rate: 80 };

/** "|rate(60) - rate(20)| small": of the rate at 1 s. */
const level = 0.25;

interface Levels {
  readonly [key: string]: number;
  readonly at1: number;
  readonly at10: number;
  readonly at20: number;
  readonly at60: number;
}

const measures: readonly Measure[] = [
  {
    claim: 'consnap-fig9-iozone-80',
    // While memory is not full: every page is written once in about 20 s.
    value: (rows) => Object.fromEntries([1, 2, 5, 10].map((periodS) => [`${periodS} s`, dirtyRate(rows, 'IOzone', periodS)])),
    bounds: { within: [writing.rate, Infinity], from: '> 80' },
    calibratedOn: 'consnap-fig9-iozone-80',
  },
  {
    claim: 'consnap-fig9-idle-mplayer',
    value: (rows) => ({ Idle: dirtyRate(rows, 'Idle', 2), Mplayer: dirtyRate(rows, 'Mplayer', 2) }),
    bounds: { within: [0, 5], from: '<< 80 (e.g. < 5)' },
    calibratedOn: 'consnap-fig9-idle-mplayer',
  },
  {
    claim: 'consnap-fig9-ftp-linear',
    value: (rows) => linearFit(periods.map((periodS) => [periodS, dirtyMB(rows, 'Ftp', periodS)])).r2,
    holds: (value: number) => value > 0.98,
    calibratedOn: 'consnap-fig9-ftp-linear',
  },
  {
    claim: 'consnap-fig9-leveloff',
    value: (rows) =>
      Object.fromEntries(
        (['Compilation', 'Memcached'] as const).map((workload) => {
          const at = (periodS: number): number => dirtyRate(rows, workload, periodS);
          return [workload, { at1: at(1), at10: at(10), at20: at(20), at60: at(60) }];
        }),
      ),
    holds: (value: Record<string, Levels>) =>
      Object.values(value).every(({ at1, at10, at20, at60 }) => at1 > at10 && Math.abs(at60 - at20) < level * at1),
    calibratedOn: 'consnap-fig9-leveloff',
  },
];

/** Means with intervals over all periods of a length; the rate where it is asked for. */
function pointsOf(rows: readonly Row[], isRate: boolean): LinePoint[] {
  return summarize(rows, ['workload', 'periodS'], 'dirtyMB').map(({ key, interval }): LinePoint => {
    const x = key['periodS'] as number;
    const part = isRate ? x : 1;
    return {
      series: key['workload'] as string,
      x,
      value: interval.mean / part,
      low: Math.max(0, interval.low / part),
      high: interval.high / part,
    };
  });
}

function chart(name: string, title: string, yTitle: string, points: readonly LinePoint[], about: string): Chart {
  return {
    name,
    title,
    caption: `${about} Periods of 1 to 60 s without snapshots; means with 95 % intervals over periods and seeds. The workloads, but the compilation, which follows a recording of our own, were set on what the paper says of this figure and the one before; it gives no numbers but that of the line.`,
    spec: lines(
      {
        description: `Lines of ${title.toLowerCase()} over the length of the period, by workload`,
        xTitle: 'Period (s)',
        yTitle,
        series: [...guestNames, writing.name],
        width: 'page',
      },
      points,
    ),
    points: pointTable(points, ['series', 'x', 'value', 'low', 'high']),
  };
}

function charts(rows: readonly Row[]): Chart[] {
  const line = (of: (periodS: number) => number): LinePoint[] =>
    periods.map((x) => ({ series: writing.name, x, value: of(x), low: of(x), high: of(x) }));
  // Beyond what memory holds the line says nothing.
  const sizes = [...pointsOf(rows, false), ...line((periodS) => periodS * writing.rate).filter(({ x }) => x <= 30)];
  const rates = [...pointsOf(rows, true), ...line(() => writing.rate)];
  return [
    chart('size', 'Dirty size by period', 'Dirty (MB)', sizes, 'Pages that were written in a period, each once.'),
    chart('rate', 'Dirty rate by period', 'Dirty rate (MB/s)', rates, 'The same over the length of the period.'),
  ];
}

export const consnapFig09: Figure = {
  paper: 'ConSnap',
  locus: 'Fig 9',
  about: 'size and rate of the pages that each workload writes, in periods of 1 to 60 s',
  study: consnapDirty,
  charts,
  claimRows: (rows) => rows,
  measures,
};
