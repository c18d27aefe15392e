/** How Figures 9 to 11 of OnceCloud draw the runs of Iometer, and what they measure on them. It runs nothing. */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import type { Chart } from './figure.js';
import { depths, mainRows, systems, writesBetween, type System } from './once-iometer.js';
import { pointTable } from './point-table.js';

/** A column over the number of snapshots, for one seed of one system. */
export const seriesOf = (rows: readonly Row[], system: System, column: string): number[] =>
  depths.map((snapshots) =>
    numberIn(
      rows.find((row) => row['system'] === system && row['snapshots'] === snapshots)!,
      column,
    ),
  );

export const isFalling = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value < values[i - 1]!);

/** The last of a series over its first. */
export const overall = (values: readonly number[]): number => values[values.length - 1]! / values[0]!;

interface Drawn {
  readonly column: string;
  readonly title: string;
  readonly yTitle: string;
}

/** The systems over the number of snapshots, with intervals over seeds. */
export function chartOver(rows: readonly Row[], { column, title, yTitle }: Drawn): Chart {
  const main = mainRows(rows);
  const drawn: LinePoint[] = summarize(main, ['system', 'snapshots'], column).map(({ key, interval }) => ({
    series: systems[key['system'] as System],
    x: key['snapshots'] as number,
    value: interval.mean,
    low: interval.low,
    high: interval.high,
  }));
  const writes = numberIn(main[0]!, 'writes').toLocaleString('en-US');
  return {
    name: 'snapshots',
    title,
    caption: `Iometer: 2 KB, 67 % read, all random, one outstanding, on a file of 4,000,000 sectors; ${writes} writes between snapshots. Means with 95 % intervals over seeds. The paper's figures show bars without numbers, and do not say which of its two file systems OnceCloud used: claims are measured with ZFS.`,
    spec: lines(
      {
        description: `${yTitle} of the three systems over 0 to 8 snapshots`,
        xTitle: 'Snapshots',
        yTitle,
        series: Object.values(systems),
        xTicks: depths,
      },
      drawn,
    ),
    points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high']),
  };
}

/** The same with a band over what is written between snapshots, which the paper does not state. Nothing in a quick run, which has one setting only. */
export function bandsOver(rows: readonly Row[], { column, title, yTitle }: Drawn): Chart[] {
  const writes = [...new Set(rows.map((row) => numberIn(row, 'writes')))];
  if (writes.length === 1) return [];
  const means = summarize(rows, ['system', 'snapshots', 'writes'], column);
  const drawn = (Object.keys(systems) as System[]).flatMap((system) =>
    depths.map((x): LinePoint => {
      const here = means.filter(({ key }) => key['system'] === system && key['snapshots'] === x);
      const all = here.map(({ interval }) => interval.mean);
      const main = here.find(({ key }) => key['writes'] === writesBetween.main)!;
      return { series: systems[system], x, value: main.interval.mean, low: Math.min(...all), high: Math.max(...all) };
    }),
  );
  const span = `${Math.min(...writes).toLocaleString('en-US')} to ${Math.max(...writes).toLocaleString('en-US')}`;
  return [
    {
      name: 'writes-between',
      title,
      caption: `Lines as above; bands: ${span} writes between two snapshots, which the paper does not state.`,
      spec: lines(
        {
          description: `${yTitle} over 0 to 8 snapshots, with its range over the writes between them`,
          xTitle: 'Snapshots',
          yTitle,
          series: Object.values(systems),
          xTicks: depths,
          band: 'range over writes',
        },
        drawn,
      ),
      points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high']),
    },
  ];
}
