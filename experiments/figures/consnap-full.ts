/** Full snapshots of the six guests of ConSnap, one every 150 s, by three methods: what Figure 5 draws and the words on pre-copy rest on. */
import type { Column, Row } from '../../results/rows.js';
import { pagesSaved } from '../../models/memory/epoch-record.js';
import { GiB, second } from '../../sim/units.js';
import { guestMachine, guestNames, type GuestName } from '../run/consnap-runs.js';
import type { TestBed } from '../testbeds/testbed.js';
import { meanIn, pointsWith, rowsWhere } from './consnap-charts.js';
import type { Point, Scale, Study } from './figure.js';

/** By the names of the figure. */
export const fullMethods = { 'stop-and-copy': 'stop-and-copy', 'pre-copy': 'pre-copy', ConSnap: 'consnap' } as const;
export type FullMethod = keyof typeof fullMethods;
export const fullMethodNames = Object.keys(fullMethods) as FullMethod[];

const firstS = 10;
const intervalS = 150;
const snapshots: Readonly<Record<Scale, number>> = { quick: 2, full: 4 };

const columns: readonly Column[] = [
  { name: 'workload', unit: '', about: 'What runs in the guest' },
  { name: 'method', unit: '', about: 'How its memory is saved' },
  { name: 'snapshot', unit: '', about: 'Number of the snapshot, from 1; one begins every 150 s, or when the one before is over' },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  { name: 'downtimeMs', unit: 'ms', about: 'From suspend to resume' },
  { name: 'durationS', unit: 's', about: 'From the begin to the last page saved' },
  { name: 'sizeGiB', unit: 'GiB', about: 'Pages and their headers in the file' },
  { name: 'pages', unit: 'pages', about: 'Pages in the file; one that was saved twice counts twice' },
  {
    name: 'byGuest',
    unit: 'pages',
    about: "Of these, saved when the guest's processors or devices were about to write them, or beside such a one",
  },
  { name: 'rounds', unit: '', about: 'Times that the log of written pages was taken' },
  { name: 'converged', unit: '', about: 'False where pre-copy came to its limit of 300 s and stopped the guest for all that remained' },
];

const points = (): Point[] => guestNames.flatMap((workload) => fullMethodNames.map((method) => ({ workload, method })));

function run(point: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const { workload, method } = point as { workload: GuestName; method: FullMethod };
  const count = snapshots[scale];
  const machine = guestMachine({ testbed, guest: workload, method: fullMethods[method], seed });
  // Pre-copy that does not converge takes 320 s.
  const until = (firstS + count * 4 * intervalS) * second;
  const { host } = machine.run({ first: firstS * second, interval: intervalS * second, count, fullFrom: 0 }, until);
  if (host.records.length < count)
    throw new RangeError(`${host.records.length} of ${count} snapshots of ${workload} by ${method} are over`);
  return host.records.map((record, i): Row => ({
    workload,
    method,
    snapshot: i + 1,
    seed,
    downtimeMs: record.downtime / 1e6,
    durationS: (record.ended - record.begun) / second,
    sizeGiB: record.bytes / GiB,
    pages: pagesSaved(record),
    byGuest: record.pagesByFault + record.pagesByNeighbour + record.pagesByDevice,
    rounds: record.rounds,
    converged: record.converged,
  }));
}

/** Seconds of processor time of four snapshots, by workload: more where pages are written one by one. */
const costs: Readonly<Record<GuestName, number>> = { Idle: 0.25, Mplayer: 0.25, Compilation: 0.5, Memcached: 0.5, IOzone: 0.8, Ftp: 0.25 };

/** What one claim is about; a claim that is not here is about all methods and workloads. */
const subjects: Readonly<Record<string, Point>> = {
  'consnap-downtime-36ms': { method: 'ConSnap' },
  'consnap-dozens-ms': { method: 'ConSnap' },
  'consnap-stop-20s': { method: 'stop-and-copy' },
  'consnap-pre-idle-37.8': { method: 'pre-copy', workload: 'Idle' },
  'consnap-pre-compile-443': { method: 'pre-copy', workload: 'Compilation' },
  'consnap-fig5-iozone': { method: 'pre-copy' },
};

export const consnapFull: Study = {
  testbed: 'consnap',
  columns,
  points,
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  cost: ({ workload }, scale) => (costs[workload as GuestName] * snapshots[scale]) / snapshots.full,
  pointsFor: (claim) => pointsWith(points(), subjects[claim] ?? {}),
  run,
};

/** Mean of a column over the snapshots of each workload. */
export const byWorkload = (rows: readonly Row[], method: FullMethod, column: string): Record<GuestName, number> =>
  Object.fromEntries(guestNames.map((workload) => [workload, meanIn(rowsWhere(rows, { workload, method }), column)])) as Record<
    GuestName,
    number
  >;
