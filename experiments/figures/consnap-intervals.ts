/**
 * Ours, beside ConSnap's figures: the shortest interval that is feasible with a guest, searched for between 50 ms and 1 s, and what the
 * guest loses then. An interval is feasible where no snapshot of the second half has to wait for the one before, and the guest keeps half of its rate: without
 * the latter stop-and-copy would be content with a guest that never runs.
 */
import type { Column, Row } from '../../results/rows.js';
import { millisecond, second, type Nanoseconds } from '../../sim/units.js';
import { guestNames, steadyStretch, type GuestName, type Stretch } from '../run/consnap-runs.js';
import { leastRate } from '../run/memory-minimum.js';
import type { TestBed } from '../testbeds/testbed.js';
import { workloadBars } from './consnap-charts.js';
import { continuousMethodNames, continuousMethods, type ContinuousMethod } from './consnap-continuous.js';
import type { Chart, Figure, Point, Scale, Study } from './figure.js';

const shortest: Nanoseconds = 50 * millisecond;
const longest: Nanoseconds = second;
/** Two intervals that differ by less are as good as each other. */
const resolution = 1.08;
const measuredS: Readonly<Record<Scale, number>> = { quick: 10, full: 30 };
const latest = 300 * second;

/** But IOzone, which writes faster than the disk. */
const guests = guestNames.filter((workload) => workload !== 'IOzone');

const columns: readonly Column[] = [
  { name: 'workload', unit: '', about: 'What runs in the guest' },
  { name: 'method', unit: '', about: 'How its memory is saved: increments behind a full snapshot' },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  {
    name: 'leastMs',
    unit: 'ms',
    about: 'Shortest feasible interval from 50 ms on; null where there is none up to 1 s',
  },
  { name: 'lossPercent', unit: '%', about: 'By how much less is done in the same time at that interval; null where there is none' },
];

/** The stretch at an interval; null where that is not feasible. */
function feasible(point: Point, interval: Nanoseconds, seed: number, scale: Scale, testbed: TestBed): Stretch | null {
  const { workload, method } = point as { workload: GuestName; method: ContinuousMethod };
  const request = { testbed, guest: workload, method: continuousMethods[method], seed };
  const stretch = steadyStretch(request, { interval, measured: measuredS[scale] * second, latest });
  const { records } = stretch;
  // What had gathered behind the full snapshot is not counted.
  for (let i = Math.max(1, records.length >> 1); i < records.length; i++)
    if (records[i]!.begun - records[i - 1]!.begun > interval) return null;
  return records.length < 2 || stretch.timeAlone < leastRate * stretch.time ? null : stretch;
}

/** Bisection of the logarithm. */
function run(point: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const at = (interval: Nanoseconds): Stretch | null => feasible(point, interval, seed, scale, testbed);
  let high = longest;
  let best = at(high);
  for (let low = shortest / resolution; best !== null && high > low * resolution;) {
    const middle = Math.max(shortest, Math.round(Math.sqrt(low * high) / millisecond) * millisecond);
    if (middle >= high) break;
    const found = at(middle);
    if (found === null) low = middle;
    else [high, best] = [middle, found];
  }
  const { workload, method } = point;
  const lossPercent = best === null ? null : (1 - best.timeAlone / best.time) * 100;
  return [{ workload: workload!, method: method!, seed, leastMs: best === null ? null : high / millisecond, lossPercent }];
}

const study: Study = {
  testbed: 'consnap',
  columns,
  points: () => continuousMethodNames.flatMap((method) => guests.map((workload) => ({ workload, method }))),
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  cost: (_point, scale) => (scale === 'quick' ? 0.6 : 1),
  run,
};

function charts(rows: readonly Row[]): Chart[] {
  const found = rows.filter((row) => row['leastMs'] !== null);
  const nameOf = (row: Row): string => `${row['workload']} by ${row['method']}`;
  const drawn = new Set(found.map(nameOf));
  const infeasible = [...new Set(rows.filter((row) => row['leastMs'] === null).map(nameOf))];
  const [none, some] = [infeasible.filter((name) => !drawn.has(name)), infeasible.filter((name) => drawn.has(name))];
  const missing =
    (none.length === 0 ? '' : ` Without a bar, since 1 s is not feasible either: ${none.join(', ')}.`) +
    (some.length === 0 ? '' : ` Drawn over the seeds for which 1 s is feasible, which not all are: ${some.join(', ')}.`);
  const conditions =
    'Ours, not in the paper. Increments behind a full snapshot, searched between 50 ms and 1 s, within 8 %; means with 95 % intervals over seeds. ' +
    `IOzone is left out: it writes faster than the disk.${missing}`;
  return [
    workloadBars(found, {
      name: 'least-interval',
      title: 'Shortest feasible interval',
      caption: `${conditions} Below it a snapshot is not over when the next is due, or the guest gets less than half of its work done.`,
      yTitle: 'Interval (ms)',
      unit: 'ms',
      column: 'leastMs',
      series: continuousMethodNames,
      categories: guests,
    }),
    workloadBars(found, {
      name: 'loss-at-least',
      title: 'Loss at the shortest feasible interval',
      caption: `${conditions} By how much less the guest does in the same time, at the shortest feasible interval of each method.`,
      yTitle: 'Loss (%)',
      unit: '%',
      column: 'lossPercent',
      series: continuousMethodNames,
      categories: guests,
    }),
  ];
}

export const consnapIntervals: Figure = {
  paper: 'ConSnap',
  locus: 'ours: shortest intervals',
  about: 'ours: the shortest feasible interval from 50 ms to 1 s by stop-and-copy and ConSnap, and the loss then, under five workloads',
  study,
  charts,
  claimRows: (rows) => rows,
  measures: [],
};
