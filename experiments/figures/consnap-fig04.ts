/**
 * ConSnap, Figure 4: space of snapshots is reclaimed by merging what a child lacks into it. Two snapshots merged into the third, as drawn
 * there; and a chain that goes on under three policies, beside the guest.
 */
import { pageBytes } from '../../models/guests/memory/guest-memory.js';
import type { MemoryImage } from '../../models/memory/memory-image.js';
import { reclaimPolicies } from '../../models/memory/reclaim/index.js';
import { Reclaimer } from '../../models/memory/reclaim/reclaimer.js';
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { spawn, type Scenario } from '../../sim/process.js';
import { second, type Nanoseconds } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { guestMachine } from '../run/consnap-runs.js';
import { differingFrom } from '../run/image-check.js';
import type { MemoryMachine } from '../run/memory-machine.js';
import type { TestBed } from '../testbeds/testbed.js';
import { rowsWhere } from './consnap-charts.js';
import type { Chart, Figure, Point, Scale, Study } from './figure.js';
import { pointTable } from './point-table.js';

/** By the names of the chart: policies with the window and the granularities that are used here. */
const policies: Readonly<Record<string, { readonly policy: string; readonly options: Readonly<Record<string, unknown>> }>> = {
  'keep all': { policy: 'keep-all', options: {} },
  'accessibility window': { policy: 'accessibility-window', options: { window: '20s' } },
  'multi-granularity': { policy: 'multi-granularity', options: { fine: '20s', middle: '40s' } },
};
const windowS = 20;
const intervalS = 2;
/** The first snapshot takes 40 s or so. */
const endS = 130;

const columns: readonly Column[] = [
  { name: 'study', unit: '', about: 'Two snapshots merged into the third, or a policy' },
  { name: 'item', unit: '', about: 'What was counted' },
  { name: 'atS', unit: 's', about: 'Time of the run; 0 for what is counted once' },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  { name: 'value', unit: '', about: 'Pages, snapshots or MB, as the item says' },
];

const machineOf = (seed: number, testbed: TestBed): MemoryMachine =>
  guestMachine({ testbed, guest: 'Compilation', method: 'consnap', seed, verifies: true });

/** Pages of the target that the child lacks, by their bitmaps. */
function missing(child: MemoryImage, target: MemoryImage): number {
  let pages = 0;
  for (let page = target.present.next(0); page < target.pages; page = target.present.next(page + 1)) if (!child.present.has(page)) pages++;
  return pages;
}

/** B into C, and then A. */
function merged(seed: number, testbed: TestBed): Row[] {
  const { host } = machineOf(seed, testbed).run({ first: 0, interval: intervalS * second, count: 6, fullFrom: Infinity }, endS * second);
  const [, a, b, c, ...younger] = host.images;
  const expected = missing(c!, b!);
  const moved = c!.absorbFather();
  const expectedThen = missing(c!, a!);
  const movedThen = c!.absorbFather();
  const wrong = [c!, ...younger].reduce((sum, image) => sum + differingFrom(image, host.references[host.images.indexOf(image)]!), 0);
  const rowOf = (item: string, value: number): Row => ({ study: 'merge', item, atS: 0, seed, value });
  return [
    rowOf('pages that B has and C lacks', expected),
    rowOf('pages moved from B', moved),
    rowOf('pages that A has and C lacks', expectedThen),
    rowOf('pages moved from A', movedThen),
    rowOf('pages that differ', wrong),
  ];
}

/** The chain is looked at every two seconds, or when a pass is over; the last pass begins at the end or behind it. */
class Passes {
  last: Nanoseconds = 0;
  areOver = false;

  constructor(
    private readonly machine: MemoryMachine,
    private readonly reclaimer: Reclaimer,
  ) {}

  *run(): Scenario {
    const { kernel } = this.machine;
    while (this.last < endS * second) {
      yield intervalS * second;
      this.last = kernel.now;
      yield* this.reclaimer.reclaim();
    }
    this.areOver = true;
  }
}

function chain(name: string, seed: number, testbed: TestBed): Row[] {
  const { policy, options } = policies[name]!;
  const machine = machineOf(seed, testbed);
  const { kernel, host } = machine;
  const reclaimer = new Reclaimer(host, machine.file, reclaimPolicies.get(policy, 'a chain').make(options, policy));
  const passes = new Passes(machine, reclaimer);
  spawn(kernel, passes.run());
  machine.run({ first: 0, interval: intervalS * second, count: 1000, fullFrom: Infinity }, 0);
  const rowOf = (item: string, atS: number, value: number): Row => ({ study: name, item, atS, seed, value });
  const rows: Row[] = [];
  for (let atS = intervalS; atS <= endS; atS += intervalS) {
    kernel.run(atS * second);
    rows.push(rowOf('space, MB', atS, reclaimer.space / 1e6));
  }
  for (let atS = endS; !passes.areOver; atS += 1) kernel.run(atS * second);
  const { kept } = reclaimer;
  const older = kept.filter(({ instant }) => instant < passes.last - windowS * second);
  return [
    ...rows,
    rowOf('snapshots kept', 0, kept.length),
    rowOf('snapshots kept that are older than the window', 0, older.length),
    rowOf('pages moved', 0, reclaimer.pagesMoved),
    rowOf(
      'pages that differ',
      0,
      kept.reduce((sum, image) => sum + differingFrom(image, host.references[host.images.indexOf(image)]!), 0),
    ),
  ];
}

const study: Study = {
  testbed: 'consnap',
  columns,
  points: (): Point[] => ['merge', ...Object.keys(policies)].map((name) => ({ study: name })),
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  run: (point: Point, seed: number, _scale: Scale, testbed: TestBed) =>
    point['study'] === 'merge' ? merged(seed, testbed) : chain(point['study'] as string, seed, testbed),
};

const itemOf = (rows: readonly Row[], name: string, item: string): number => numberIn(rowsWhere(rows, { study: name, item })[0]!, 'value');

const measures: readonly Measure[] = [
  {
    claim: 'consnap-fig4-reclaim',
    value: (rows) => ({
      lacking: [itemOf(rows, 'merge', 'pages that B has and C lacks'), itemOf(rows, 'merge', 'pages that A has and C lacks')],
      moved: [itemOf(rows, 'merge', 'pages moved from B'), itemOf(rows, 'merge', 'pages moved from A')],
      differing: ['merge', ...Object.keys(policies)].map((name) => itemOf(rows, name, 'pages that differ')),
    }),
    holds: ({ lacking, moved, differing: wrong }: { lacking: readonly number[]; moved: readonly number[]; differing: readonly number[] }) =>
      lacking.every((pages, i) => pages > 0 && pages === moved[i]) && wrong.every((pages) => pages === 0),
  },
  {
    claim: 'consnap-window-vs-granularity',
    value: (rows) => ({
      window: itemOf(rows, 'accessibility window', 'snapshots kept that are older than the window'),
      granularity: itemOf(rows, 'multi-granularity', 'snapshots kept that are older than the window'),
    }),
    holds: ({ window, granularity }: { window: number; granularity: number }) => window === 0 && granularity > 0,
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const drawn = summarize(rowsWhere(rows, { item: 'space, MB' }), ['study', 'atS'], 'value').map(({ key, interval }): LinePoint => {
    const { mean: value, low, high } = interval;
    return { series: key['study'] as string, x: key['atS'] as number, value, low: Math.max(0, low), high };
  });
  const kept = summarize(rowsWhere(rows, { item: 'snapshots kept' }), ['study'], 'value');
  const counts = kept.map(({ key, interval }) => `${key['study']} ${interval.mean.toFixed(0)}`).join(', ');
  return [
    {
      name: 'space',
      title: 'Space of a chain of snapshots',
      caption:
        `Snapshots by ConSnap, one full and then increments every ${intervalS} s, of a guest that compiles; what a policy does not keep is merged into its child beside the guest, every ${intervalS} s. ` +
        `A window of ${windowS} s; granularities of every snapshot to 20 s, every second to 40 s, every sixth beyond. Means with 95 % intervals over seeds. Kept in the end: ${counts}. A page takes ${pageBytes} bytes and a header.`,
      spec: lines(
        {
          description: 'Lines of the space of a chain of snapshots over time, by policy of reclamation',
          xTitle: 'Time (s)',
          yTitle: 'Space (MB)',
          series: Object.keys(policies),
        },
        drawn,
      ),
      points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high'], 'MB'),
    },
  ];
}

export const consnapFig04: Figure = {
  paper: 'ConSnap',
  locus: 'Fig 4',
  about: 'space of snapshots reclaimed by merging: what moves, what stays reachable under two policies',
  study,
  charts,
  claimRows: (rows) => rows,
  measures,
};
