/**
 * Snapshots in a row behind a full one: incremental stop-and-copy and ConSnap under six guests at intervals of 0.1 to 60 s. Figures 10 to 12
 * draw it. Nothing is measured before two increments are over; a guest's loss is taken against the same work without snapshots.
 */
import { pageBytes } from '../../models/guests/memory/guest-memory.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn } from '../../results/summary.js';
import { second } from '../../sim/units.js';
import { epochMeans, guestNames, steadyStretch, type GuestName } from '../run/consnap-runs.js';
import type { TestBed } from '../testbeds/testbed.js';
import { rowsWhere } from './consnap-charts.js';
import type { Point, Scale, Study } from './figure.js';

export const continuousMethods = { 'stop-and-copy': 'stop-and-copy', ConSnap: 'consnap' } as const;
export type ContinuousMethod = keyof typeof continuousMethods;
export const continuousMethodNames = Object.keys(continuousMethods) as ContinuousMethod[];

/** Intervals in seconds: of Figures 10 and 11, of Figure 12, and below a second. */
export const metricIntervals = [2, 5] as const;
export const lossIntervals = [1, 2, 5, 10, 20, 30, 60] as const;
export const shortIntervals = [0.1, 0.2, 0.5] as const;
export const lossGuests = ['Compilation', 'Ftp'] as const;
export const shortGuests = ['Idle', 'Mplayer', 'Ftp'] as const;

const columns: readonly Column[] = [
  { name: 'workload', unit: '', about: 'What runs in the guest' },
  { name: 'method', unit: '', about: 'How its memory is saved: increments behind a full snapshot' },
  { name: 'intervalS', unit: 's', about: 'From begin to begin' },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  { name: 'snapshots', unit: '', about: 'Increments that ended in the measured time' },
  { name: 'overruns', unit: '', about: 'Snapshots that began late because the one before was not over, the first two included' },
  { name: 'downtimeMs', unit: 'ms', about: 'Mean from suspend to resume; null where no increment ended' },
  { name: 'durationMs', unit: 'ms', about: 'Mean from begin to the last page saved; null where no increment ended' },
  { name: 'sizeMB', unit: 'MB', about: 'Mean of pages saved; null where no increment ended' },
  { name: 'measuredS', unit: 's', about: 'Measured time' },
  { name: 'aloneS', unit: 's', about: 'Time that the guest takes for the same work without snapshots' },
];

function points(): Point[] {
  const pairs = continuousMethodNames.flatMap((method) =>
    guestNames.flatMap((workload) => {
      const isOfLoss = (lossGuests as readonly string[]).includes(workload);
      return (isOfLoss ? lossIntervals : metricIntervals).map((intervalS) => ({ workload, method, intervalS }));
    }),
  );
  const short = shortGuests.flatMap((workload) => shortIntervals.map((intervalS) => ({ workload, method: 'ConSnap', intervalS })));
  return [...pairs, ...short];
}

/** IOzone is not measured in Figures 10 and 11. */
const isMetric = ({ workload, intervalS }: Point): boolean =>
  workload !== 'IOzone' && (metricIntervals as readonly unknown[]).includes(intervalS);
const isOfLoss = ({ workload, intervalS }: Point): boolean =>
  (lossGuests as readonly unknown[]).includes(workload) && Number(intervalS) >= 1;

/** What one claim is about; a claim that is not here is about the workloads of Figure 12 by both methods. */
const subjects: Readonly<Record<string, (point: Point) => boolean>> = {
  'consnap-abs-compile': ({ workload, intervalS }) => workload === 'Compilation' && intervalS === 1,
  'consnap-abs-ftp': ({ workload, intervalS }) => workload === 'Ftp' && intervalS === 1,
  'consnap-fig10-2s': (point) => point['method'] === 'stop-and-copy' && point['intervalS'] === 2 && isMetric(point),
  'consnap-fig11-5s': (point) => point['method'] === 'stop-and-copy' && point['intervalS'] === 5 && isMetric(point),
  'consnap-fig10-consnap-stable': (point) => point['method'] === 'ConSnap' && isMetric(point),
  'consnap-fig10-duration': isMetric,
  'consnap-fig10-size': isMetric,
  'consnap-fig12-max26': ({ workload, method, intervalS }) => workload === 'Compilation' && method === 'ConSnap' && Number(intervalS) >= 1,
  'consnap-fig12-below20': ({ workload, method, intervalS }) =>
    workload === 'Compilation' && method === 'ConSnap' && Number(intervalS) >= 1,
  'consnap-subsecond': ({ intervalS }) => Number(intervalS) < 1,
};

/** Some epochs at least, and not so little time that a workload's fluctuation decides. */
const measuredS = (intervalS: number, scale: Scale): number =>
  scale === 'quick' ? Math.max(60, 3 * intervalS) : Math.max(240, 6 * intervalS);

/** IOzone's increments take minutes. */
const latestS = 4000;

/** Seconds of processor time of a run, by workload. */
const costs: Readonly<Record<GuestName, number>> = { Idle: 0.08, Mplayer: 0.1, Compilation: 0.2, Memcached: 0.2, IOzone: 0.6, Ftp: 0.15 };

function run(point: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const { workload, method, intervalS } = point as { workload: GuestName; method: ContinuousMethod; intervalS: number };
  const { time, timeAlone, records, overruns } = steadyStretch(
    { testbed, guest: workload, method: continuousMethods[method], seed },
    { interval: intervalS * second, measured: measuredS(intervalS, scale) * second, latest: latestS * second },
  );
  const means = records.length === 0 ? null : epochMeans(records);
  return [
    {
      workload,
      method,
      intervalS,
      seed,
      snapshots: records.length,
      overruns,
      downtimeMs: means?.downtimeMs ?? null,
      durationMs: means?.durationMs ?? null,
      sizeMB: means === null ? null : (means.pages * pageBytes) / 1e6,
      measuredS: time / second,
      aloneS: timeAlone / second,
    },
  ];
}

export const consnapContinuous: Study = {
  testbed: 'consnap',
  columns,
  points,
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  cost: ({ workload }, scale) => costs[workload as GuestName] * (scale === 'quick' ? 0.5 : 1),
  pointsFor: (claim) => points().filter(subjects[claim] ?? isOfLoss),
  run,
};

/** The one row of one seed. Throws RangeError where there is none. */
export function rowOf(rows: readonly Row[], workload: GuestName, method: ContinuousMethod, intervalS: number): Row {
  const [row] = rowsWhere(rows, { workload, method, intervalS });
  if (row === undefined) throw new RangeError(`no row of ${workload} by ${method} every ${intervalS} s`);
  return row;
}

/** What a guest loses, of one seed, in percent. */
export interface Loss {
  /** By how much the same work takes longer. */
  readonly time: number;
  /** By how much less is done in the same time. */
  readonly rate: number;
}

export function lossOf(rows: readonly Row[], workload: GuestName, method: ContinuousMethod, intervalS: number): Loss {
  const row = rowOf(rows, workload, method, intervalS);
  const share = numberIn(row, 'aloneS') / numberIn(row, 'measuredS');
  return { time: (1 / share - 1) * 100, rate: (1 - share) * 100 };
}
