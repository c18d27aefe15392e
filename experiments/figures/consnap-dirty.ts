/**
 * Pages that the six guests of ConSnap write over periods of 1 to 60 s, without snapshots: what Figures 8 and 9 draw. The log of written
 * pages is taken at the end of each period. The guests' parameters were set on these two figures, but for the compilation, which follows a recording.
 */
import { PageBits } from '../../models/guests/memory/page-bits.js';
import { pageBytes } from '../../models/guests/memory/guest-memory.js';
import type { Column, Row } from '../../results/rows.js';
import { second } from '../../sim/units.js';
import { guestMachine, guestNames, type GuestName } from '../run/consnap-runs.js';
import type { TestBed } from '../testbeds/testbed.js';
import { meanIn, rowsWhere } from './consnap-charts.js';
import type { Point, Scale, Study } from './figure.js';

/** Periods in seconds. */
export const periods = [1, 2, 5, 10, 20, 30, 40, 50, 60] as const;
/** That of Figure 8, and how often it is sampled there. */
export const sampled = { periodS: 2, samples: 100 };
const warmUpS = 10;
const othersS: Readonly<Record<Scale, number>> = { quick: 120, full: 240 };

const columns: readonly Column[] = [
  { name: 'workload', unit: '', about: 'What runs in the guest' },
  { name: 'periodS', unit: 's', about: 'Between two takings of the log of written pages' },
  { name: 'sample', unit: '', about: 'Number of the period, from 1; 10 s of the run lie before it' },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  { name: 'dirtyMB', unit: 'MB', about: 'Pages that were written in the period, each once; 10^6 bytes' },
];

const samplesOf = (periodS: number, scale: Scale): number =>
  periodS === sampled.periodS ? sampled.samples : Math.ceil(othersS[scale] / periodS);

const points = (): Point[] => guestNames.flatMap((workload) => periods.map((periodS) => ({ workload, periodS })));

function run(point: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const { workload, periodS } = point as { workload: GuestName; periodS: number };
  const { kernel, machine, host } = guestMachine({ testbed, guest: workload, method: 'stop-and-copy', seed });
  machine.start();
  kernel.run(warmUpS * second);
  machine.tracker.startLog(host.charges);
  const written = new PageBits(machine.memory.pages);
  return Array.from({ length: samplesOf(periodS, scale) }, (_, i): Row => {
    kernel.run((warmUpS + (i + 1) * periodS) * second);
    written.clear();
    const pages = machine.tracker.collect(written, host.charges);
    return { workload, periodS, sample: i + 1, seed, dirtyMB: (pages * pageBytes) / 1e6 };
  });
}

/** Seconds of processor time, by workload. */
const costs: Readonly<Record<GuestName, number>> = {
  Idle: 0.02,
  Mplayer: 0.02,
  Compilation: 0.05,
  Memcached: 0.05,
  IOzone: 0.07,
  Ftp: 0.02,
};

/** What one claim is about; a claim that is not here is about all. */
const subjects: Readonly<Record<string, (point: Point) => boolean>> = {
  'consnap-fig8-stable': ({ periodS }) => periodS === sampled.periodS,
  'consnap-fig8-order': ({ periodS }) => periodS === sampled.periodS,
  'consnap-fig9-iozone-80': ({ workload, periodS }) => workload === 'IOzone' && Number(periodS) <= 10,
  'consnap-fig9-idle-mplayer': ({ workload, periodS }) => (workload === 'Idle' || workload === 'Mplayer') && periodS === 2,
  'consnap-fig9-ftp-linear': ({ workload }) => workload === 'Ftp',
  'consnap-fig9-leveloff': ({ workload }) => workload === 'Compilation' || workload === 'Memcached',
};

export const consnapDirty: Study = {
  testbed: 'consnap',
  columns,
  points,
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  cost: ({ workload }) => costs[workload as GuestName],
  pointsFor: (claim) => points().filter(subjects[claim] ?? (() => true)),
  run,
};

/** Mean size over the periods of a length, MB. */
export const dirtyMB = (rows: readonly Row[], workload: GuestName, periodS: number): number =>
  meanIn(rowsWhere(rows, { workload, periodS }), 'dirtyMB');

/** Mean rate over the periods of a length, MB/s. */
export const dirtyRate = (rows: readonly Row[], workload: GuestName, periodS: number): number => dirtyMB(rows, workload, periodS) / periodS;
