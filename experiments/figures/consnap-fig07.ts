/**
 * ConSnap, Figure 7: how flush-speed control moves the duration of full snapshots and the time of a compilation that goes on beside them.
 *
 * How often the paper takes a snapshot during the compilation, and how long that takes, is not stated. Here: every 150 s, as in Figure 5.
 */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { second } from '../../sim/units.js';
import { statedNumber, type Measure } from '../claims/index.js';
import { epochMeans, guestMachine } from '../run/consnap-runs.js';
import type { TestBed } from '../testbeds/testbed.js';
import { meanIn, rowsWhere } from './consnap-charts.js';
import type { Chart, Figure, Point, Scale, Study } from './figure.js';
import { pointTable } from './point-table.js';

/** By the names of the figure. */
const controllers = { WoControl: 'none', Fixed: 'fixed', Adaptive: 'adaptive' } as const;
type Strategy = keyof typeof controllers;
const strategies = Object.keys(controllers) as Strategy[];
const alone = 'no snapshot';

const workS = 300;
const plan = { first: 10 * second, interval: 150 * second, count: 1000, fullFrom: 0 };

const columns: readonly Column[] = [
  { name: 'strategy', unit: '', about: 'How the saving thread is slowed down; "no snapshot": nothing is saved' },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  { name: 'compileS', unit: 's', about: 'Time of the compilation, which needs 300 s of processor time' },
  { name: 'durationS', unit: 's', about: 'Mean duration of the snapshots; null without' },
  { name: 'snapshots', unit: '', about: 'That were completed meanwhile' },
];

function run(point: Point, seed: number, _scale: Scale, testbed: TestBed): Row[] {
  const strategy = point['strategy'] as Strategy | typeof alone;
  const isAlone = strategy === alone;
  const { machine, host } = guestMachine({
    testbed,
    guest: 'Compilation',
    method: 'consnap',
    controller: isAlone ? 'none' : controllers[strategy],
    seed,
    options: { work: `${workS}s` },
  }).run(isAlone ? null : plan, 4 * workS * second);
  const records = host.records.filter(({ ended }) => ended <= machine.finished!);
  return [
    {
      strategy,
      seed,
      compileS: machine.finished! / second,
      durationS: isAlone ? null : epochMeans(records).durationMs / 1e3,
      snapshots: records.length,
    },
  ];
}

const study: Study = {
  testbed: 'consnap',
  columns,
  points: () => [alone, ...strategies].map((strategy) => ({ strategy })),
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  cost: ({ strategy }) => (strategy === alone ? 0.06 : 0.2),
  run,
};

/** Loss in percent: by how much the compilation takes longer. */
const loss = (rows: readonly Row[], strategy: Strategy): number =>
  (meanIn(rowsWhere(rows, { strategy }), 'compileS') / meanIn(rowsWhere(rows, { strategy: alone }), 'compileS') - 1) * 100;
const duration = (rows: readonly Row[], strategy: Strategy): number => meanIn(rowsWhere(rows, { strategy }), 'durationS');

interface Compared {
  readonly [key: string]: number;
  readonly loss: number;
  readonly durationS: number;
}

const why =
  'Under-determined: without control a slice follows the other at the 80 MB/s of the file system, and while a snapshot lasts the compilation does about 40 % less; how much of it lies beside snapshots (here 2 of 30 s in 300 s) decides the ' +
  'difference, and the paper states neither the length of the compilation nor the number of snapshots.';

const measures: readonly Measure[] = [
  {
    claim: 'consnap-fig7-wocontrol',
    value: (rows) => loss(rows, 'WoControl') - Math.max(loss(rows, 'Fixed'), loss(rows, 'Adaptive')),
    why,
  },
  {
    claim: 'consnap-fig7-fixed-adaptive',
    value: (rows) => Object.fromEntries(strategies.map((name) => [name, { loss: loss(rows, name), durationS: duration(rows, name) }])),
    holds: (value: Record<string, Compared>) => {
      const [without, fixed, adaptive] = strategies.map((name) => value[name]!) as [Compared, Compared, Compared];
      const isInOrder = without.durationS < adaptive.durationS && adaptive.durationS < fixed.durationS;
      return isInOrder && Math.abs(fixed.loss - adaptive.loss) < 3;
    },
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const series = { duration: 'duration of a snapshot', compile: 'time of the compilation' };
  const base = rowsWhere(rows, { strategy: 'WoControl' });
  const wanted = rows.filter((row) => row['strategy'] !== alone);
  const relative = (column: string, name: string): BarPoint[] =>
    summarize(wanted, ['strategy'], column).map(({ key, interval }) => {
      const one = meanIn(base, column);
      return {
        series: name,
        category: key['strategy'] as string,
        value: interval.mean / one,
        low: interval.low / one,
        high: interval.high / one,
      };
    });
  const points = [...relative('durationS', series.duration), ...relative('compileS', series.compile)];
  const losses = strategies.map((name) => `${name} ${loss(rows, name).toFixed(1)} %`).join(', ');
  const snapshots = Math.max(...wanted.map((row) => numberIn(row, 'snapshots')));
  return [
    {
      name: 'control',
      title: 'Flush-speed control',
      caption:
        `Full snapshots every 150 s of a guest that compiles for ${workS} s (up to ${snapshots} of them); both over those without control. Means with 95 % intervals over seeds. ` +
        `The compilation takes longer than without snapshots by: ${losses}. The paper: about ${statedNumber('consnap-fig7-wocontrol', 'figure consnap-fig07')} points more without control.`,
      spec: groupedBars(
        {
          description: 'Bars of the duration of snapshots and the time of a compilation by flush-speed strategy',
          xTitle: '',
          yTitle: 'Over WoControl',
          series: Object.values(series),
          categories: strategies,
        },
        points,
      ),
      points: pointTable(points, ['category', 'series', 'value', 'low', 'high']),
    },
  ];
}

export const consnapFig07: Figure = {
  paper: 'ConSnap',
  locus: 'Fig 7',
  about: 'duration of full snapshots and time of a compilation without flush-speed control, with a fixed pause, and adaptively',
  study,
  charts,
  claimRows: (rows) => rows,
  measures,
};
