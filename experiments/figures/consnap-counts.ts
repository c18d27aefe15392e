/**
 * ConSnap, sections II and III: what must hold in every run. Pages are saved once and as they were at the instant, flushes keep to the
 * bandwidth that is left, and pre-copy does not come to an end where a guest writes faster than it saves.
 */
import { pageBytes } from '../../models/guests/memory/guest-memory.js';
import type { MemoryImage } from '../../models/memory/memory-image.js';
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { MiB, second } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { guestMachine, guestNames, type GuestName } from '../run/consnap-runs.js';
import { differingFrom } from '../run/image-check.js';
import { SliceWatch } from '../run/slice-watch.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point, Scale, Study } from './figure.js';
import { pointTable } from './point-table.js';

/** A full snapshot and increments behind it, begun one second apart at least. */
const plan = { first: second, interval: second, count: 4, fullFrom: Infinity };
const latest = 1000 * second;

/** R_IO of the paper, and what the controller keeps for the snapshot in any case. */
const control = { bandwidth: 60e6, least: 1e6 };

/** What a guest writes a second in the sweep of pre-copy, MB, over what is saved a second. */
const dirtyShares = [0.25, 0.5, 0.75, 0.9, 1.1, 1.25, 1.5, 2] as const;
const preCopyRate = 32 * MiB;
const preCopyMemory = 512 * MiB;
const preCopyLimitS = 300;

const columns: readonly Column[] = [
  { name: 'study', unit: '', about: 'What was done' },
  { name: 'workload', unit: '', about: 'What ran in the guest' },
  { name: 'item', unit: '', about: 'What was counted' },
  { name: 'x', unit: '1', about: 'What the guest writes a second over what pre-copy saves a second; 0 elsewhere' },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  { name: 'value', unit: '', about: 'The count, a share, or seconds, as the item says' },
];

/** Entries of the page that stands in an image most often. */
function mostCopies(image: MemoryImage): number {
  const copies = new Uint8Array(image.pages);
  let most = 0;
  for (let i = 0; i < image.size; i++) most = Math.max(most, ++copies[image.page[i]!]!);
  return most;
}

function rules(workload: GuestName, seed: number, testbed: TestBed): Row[] {
  let watch: SliceWatch | null = null;
  const { host } = guestMachine({
    testbed,
    guest: workload,
    method: 'consnap',
    seed,
    verifies: true,
    watch: (controller) => (watch = new SliceWatch(controller, control.bandwidth, control.least)),
  }).run(plan, latest);
  const rowOf = (item: string, value: number): Row => ({ study: 'rules', workload, item, x: 0, seed, value });
  return [
    rowOf('snapshots', host.images.length),
    rowOf('copies of a page', Math.max(...host.images.map(mostCopies))),
    rowOf(
      'pages that differ',
      host.images.reduce((sum, image, i) => sum + differingFrom(image, host.references[i]!), 0),
    ),
    rowOf('flush rate over what is left', watch!.highest),
  ];
}

/** A guest that writes fresh pages at a steady rate, under pre-copy. */
function sweep(share: number, seed: number, testbed: TestBed): Row[] {
  const freshRate = Math.round((share * preCopyRate) / pageBytes);
  const options = { memory: preCopyMemory, items: MiB, itemRate: 0, freshRate };
  const machine = guestMachine({ testbed, guest: 'Memcached', method: 'pre-copy', seed, options });
  const [record] = machine.run({ ...plan, count: 1 }, 2 * preCopyLimitS * second).host.records;
  const rowOf = (item: string, value: number): Row => ({ study: 'pre-copy', workload: 'Memcached', item, x: share, seed, value });
  return [rowOf('converged', record!.converged ? 1 : 0), rowOf('duration, s', (record!.ended - record!.begun) / second)];
}

const points = (): Point[] => [
  ...guestNames.map((workload) => ({ study: 'rules', workload, share: 0 })),
  ...dirtyShares.map((share) => ({ study: 'pre-copy', workload: 'Memcached', share })),
];

function run(point: Point, seed: number, _scale: Scale, testbed: TestBed): Row[] {
  const { study, workload, share } = point as { study: string; workload: GuestName; share: number };
  return study === 'rules' ? rules(workload, seed, testbed) : sweep(share, seed, testbed);
}

const study: Study = {
  testbed: 'consnap',
  columns,
  points,
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  cost: ({ study: what, share }) => (what === 'rules' || Number(share) > 1 ? 0.3 : 0.12),
  pointsFor: (claim) => points().filter((point) => (point['study'] === 'pre-copy') === (claim === 'consnap-rw-precopy-fail')),
  run,
};

const itemOf = (rows: readonly Row[], item: string): Record<string, number> =>
  Object.fromEntries(rows.filter((row) => row['item'] === item).map((row) => [String(row['workload']), numberIn(row, 'value')]));

const largest = (rows: readonly Row[], item: string): number => Math.max(...Object.values(itemOf(rows, item)));

const convergence = (rows: readonly Row[]): Record<string, number> =>
  Object.fromEntries(rows.filter((row) => row['item'] === 'converged').map((row) => [String(row['x']), numberIn(row, 'value')]));

const measures: readonly Measure[] = [
  { claim: 'consnap-once', value: (rows) => largest(rows, 'copies of a page') },
  { claim: 'consnap-consistency', value: (rows) => largest(rows, 'pages that differ') },
  {
    claim: 'consnap-code1-rate',
    value: (rows) => itemOf(rows, 'flush rate over what is left'),
    holds: (value: Record<string, number>) => Object.values(value).every((share) => share <= 1 + 1e-6),
    why: 'It holds but for IOzone, which uses the whole bandwidth itself: by the formula nothing or less than nothing is left then, and no flush is slow enough. Its reads fill the buffer, and the paper has a full buffer flushed; were the pause kept to (option wake), the guest would stand still for ten minutes a snapshot.',
  },
  {
    claim: 'consnap-rw-precopy-fail',
    value: convergence,
    holds: (value: Record<string, number>) => Object.entries(value).every(([share, isDone]) => isDone === (Number(share) < 1 ? 1 : 0)),
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const drawn = summarize(
    rows.filter((row) => row['item'] === 'duration, s'),
    ['x'],
    'value',
  ).map(({ key, interval }): LinePoint => {
    const { mean: value, low, high } = interval;
    return { series: 'pre-copy', x: key['x'] as number, value, low, high };
  });
  return [
    {
      name: 'pre-copy',
      title: 'Pre-copy of a guest that writes much',
      caption:
        `Duration of a full snapshot by pre-copy of a guest of 512 MiB that writes pages in order at a steady rate, which is given over the 32 MiB/s that are saved; after ${preCopyLimitS} s it is taken not to converge. ` +
        'Means with 95 % intervals over seeds.',
      spec: lines(
        {
          description: "Line of the duration of pre-copy over the guest's rate of writing",
          xTitle: 'Written over saved',
          yTitle: 'Duration (s)',
          series: ['pre-copy'],
        },
        drawn,
      ),
      points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high'], 's'),
    },
  ];
}

export const consnapCounts: Figure = {
  paper: 'ConSnap',
  locus: 'sections II and III, counted',
  about: 'pages saved once and as they were, flushes within the bandwidth that is left, pre-copy of guests that write much',
  study,
  charts,
  claimRows: (rows) => rows,
  measures,
};
