/**
 * iROW 2016, Figure 3, and what the paper says of states: a machine is saved with its image while it stands still, through the clusters of
 * qcow2 or into a file without an index, and with or without the pages that its kernel has free.
 */
import { pageBytes } from '../../models/guests/memory/guest-memory.js';
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { linearFit } from '../../results/statistics/index.js';
import { numberIn, summarize } from '../../results/summary.js';
import { GiB, second } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { guestMachine } from '../run/consnap-runs.js';
import { loadState, saveState } from '../run/saved-state.js';
import { setupOf, World } from '../run/world.js';
import type { TestBed } from '../testbeds/testbed.js';
import { rowsWhere } from './consnap-charts.js';
import type { Chart, Figure, Point, Scale, Study } from './figure.js';
import { pointTable } from './point-table.js';

const formats = { qcow2: 'qcow2-0.12', iROW: 'irow-paper' } as const;
type System = keyof typeof formats;
const systems = Object.keys(formats) as System[];
const skipping = 'iROW with free-page detection';

/** The machine has 4 GB. */
const memoriesGiB = [0.5, 1, 2, 3] as const;
const freeShares = [0, 0.25, 0.5, 0.75] as const;

const columns: readonly Column[] = [
  { name: 'system', unit: '', about: 'Where the state goes: clusters of qcow2, a file without an index, or that without the free pages' },
  { name: 'memoryGiB', unit: 'GiB', about: "The guest's memory" },
  { name: 'freeShare', unit: '1', about: "Share of the memory that the guest's kernel has on its free list" },
  { name: 'seed', unit: '', about: 'Seed of the workload' },
  { name: 'saveS', unit: 's', about: 'Time in which the machine stands still while it is saved' },
  { name: 'loadS', unit: 's', about: 'Time to load it again; null where that is not measured' },
  { name: 'sizeGiB', unit: 'GiB', about: 'Bytes saved' },
];

/** Address and flags go before each page; all were written once. */
const entryBytes = pageBytes + 8;

function savedWithImage(system: System, memoryGiB: number, seed: number, testbed: TestBed): Row {
  // As QEMU 0.12 opens an image by default; the paper's direct I/O is that of its benchmarks.
  const world = new World({ ...setupOf(testbed, formats[system]), requestOverhead: 0, cache: 'writethrough' });
  const bytes = ((memoryGiB * GiB) / pageBytes) * entryBytes;
  const saveS = saveState(world, bytes) / second;
  const loadS = loadState(world, bytes) / second;
  return { system, memoryGiB, freeShare: 0, seed, saveS, loadS, sizeGiB: bytes / GiB };
}

/** An idle guest, whose free pages lie behind those in use. */
function savedWithoutFree(freeShare: number, seed: number, testbed: TestBed): Row {
  const machine = guestMachine({ testbed, guest: 'Idle', method: 'stop-and-copy', methodOptions: { skipFree: true }, seed });
  const { memory } = machine.host;
  for (let page = Math.round(memory.pages * (1 - freeShare)); page < memory.pages; page++) memory.free.add(page);
  const [record] = machine.run({ first: second, interval: second, count: 1, fullFrom: 0 }, 100 * second).host.records;
  return {
    system: skipping,
    memoryGiB: (memory.pages * pageBytes) / GiB,
    freeShare,
    seed,
    saveS: record!.downtime / second,
    loadS: null,
    sizeGiB: record!.bytes / GiB,
  };
}

const points = (scale: Scale): Point[] => [
  ...systems.flatMap((system) =>
    memoriesGiB.filter((memoryGiB) => scale === 'full' || memoryGiB <= 2).map((memoryGiB) => ({ system, memoryGiB, freeShare: 0 })),
  ),
  ...freeShares.map((freeShare) => ({ system: skipping, memoryGiB: 2, freeShare })),
];

function run(point: Point, seed: number, _scale: Scale, testbed: TestBed): Row[] {
  const { system, memoryGiB, freeShare } = point as { system: System | typeof skipping; memoryGiB: number; freeShare: number };
  return [system === skipping ? savedWithoutFree(freeShare, seed, testbed) : savedWithImage(system, memoryGiB, seed, testbed)];
}

const study: Study = { testbed: 'consnap', columns, points, seeds: () => 1, run };

/** Save and load of a machine of 2 GiB. */
const times = (rows: readonly Row[], system: System): { save: number; load: number } => {
  const [row] = rowsWhere(rows, { system, memoryGiB: 2 });
  return { save: numberIn(row!, 'saveS'), load: numberIn(row!, 'loadS') };
};

/** Of the sizes or times with free pages, those over the one without any, in the order of the shares. */
function overWhole(rows: readonly Row[], column: string): number[] {
  const values = freeShares.map((freeShare) => numberIn(rowsWhere(rows, { system: skipping, freeShare })[0]!, column));
  return values.map((value) => value / values[0]!);
}

/** "~ (1 - p)": no farther from it than this. */
const near = 0.05;

interface Times {
  readonly [key: string]: number;
  readonly save: number;
  readonly load: number;
}

const measures: readonly Measure[] = [
  {
    claim: 'irow-downtime-qcow2',
    value: (rows) => {
      const of = rowsWhere(rows, { system: 'qcow2' });
      const seconds = of.map((row) => numberIn(row, 'saveS'));
      const { r2 } = linearFit(of.map((row, i) => [numberIn(row, 'memoryGiB'), seconds[i]!]));
      return { least: Math.min(...seconds), most: Math.max(...seconds), straightness: r2 };
    },
    // "seconds to tens of seconds", in proportion to memory.
    holds: ({ least, most, straightness }: { least: number; most: number; straightness: number }) =>
      least >= 1 && most < 100 && straightness > 0.98,
  },
  {
    claim: 'irow-state-indexfree',
    value: (rows) => ({ iROW: times(rows, 'iROW'), qcow2: times(rows, 'qcow2') }),
    holds: ({ iROW, qcow2 }: { iROW: Times; qcow2: Times }) => iROW.save < qcow2.save && iROW.load < qcow2.load,
  },
  {
    claim: 'irow-fpd',
    value: (rows) => ({ size: overWhole(rows, 'sizeGiB'), time: overWhole(rows, 'saveS') }),
    holds: ({ size, time }: { size: readonly number[]; time: readonly number[] }) =>
      [size, time].every((values) => values.every((value, i) => Math.abs(value - (1 - freeShares[i]!)) < near)),
  },
];

function chart(rows: readonly Row[], column: 'saveS' | 'loadS', title: string): Chart {
  const drawn = summarize(
    rows.filter((row) => row['system'] !== skipping),
    ['system', 'memoryGiB'],
    column,
  ).map(({ key, interval }): LinePoint => {
    const { mean: value, low, high } = interval;
    return { series: key['system'] as string, x: key['memoryGiB'] as number, value, low, high };
  });
  return {
    name: column === 'saveS' ? 'save' : 'load',
    title,
    caption:
      'A machine that stands still, its memory in pieces of 32 KiB through clusters of qcow2 (0.12) or into a file without an index (iROW); images opened as by default, each write on the disk before the next. One run each. ' +
      'The paper shows that the downtime with qcow2 is long, without numbers that are known to the model.',
    spec: lines(
      { description: `Lines of ${title.toLowerCase()} over memory`, xTitle: 'Memory (GiB)', yTitle: 'Time (s)', series: systems },
      drawn,
    ),
    points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high'], 's'),
  };
}

function freeChart(rows: readonly Row[]): Chart {
  const series = { sizeGiB: 'size', saveS: 'time' } as const;
  const drawn = (Object.keys(series) as (keyof typeof series)[]).flatMap((column) =>
    overWhole(rows, column).map((value, i): LinePoint => ({ series: series[column], x: freeShares[i]!, value, low: value, high: value })),
  );
  return {
    name: 'free',
    title: 'A state without free pages',
    caption:
      'Size and time of a full stop-and-copy snapshot of an idle guest of 2 GiB that leaves out free pages, over that without any. One run each.',
    spec: lines(
      {
        description: 'Lines of size and time over the share of free pages',
        xTitle: 'Free share',
        yTitle: 'Over no free pages',
        series: ['size', 'time'],
      },
      drawn,
    ),
    points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high']),
  };
}

export const irow16Fig03: Figure = {
  paper: 'iROW',
  locus: '2016, Fig 3',
  about: "downtime while a machine's state is saved with qcow2 and without an index, by memory; what leaving out free pages saves",
  study,
  charts: (rows) => [chart(rows, 'saveS', 'Downtime by saving the state'), chart(rows, 'loadS', 'Time to load the state'), freeChart(rows)],
  claimRows: (rows) => rows,
  measures,
};
