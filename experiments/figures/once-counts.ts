/**
 * OnceCloud, sections 2 and 3: index look-ups of a read under linked and non-linked snapshots, comparisons of a search for a snapshot,
 * data moved by a snapshot and by a copy, and what deleting clones loses; counted in the models without a device and without time.
 */
import { CloneTree } from '../../models/snapshots/clone-tree.js';
import { Comparisons, scan, sortAndSearch, SortedSnapshots } from '../../models/snapshots/search.js';
import type { SnapshotTime } from '../../models/snapshots/snapshot-name.js';
import { Op } from '../../models/io/image-format.js';
import { Kind } from '../../models/io/plan.js';
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { linearFit } from '../../results/statistics/index.js';
import { RandomStream } from '../../sim/random.js';
import { GiB, MiB, type Bytes } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import { CountedDisk } from '../run/counted-disk.js';
import type { Chart, Figure, Point } from './figure.js';
import { pointTable } from './point-table.js';

const depths = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const listLengths = [10, 30, 100, 300, 1000, 3000, 10_000] as const;
const diskSizes = [4 * GiB, 8 * GiB, 16 * GiB, 32 * GiB] as const;

/** Each with the name that the charts give it. */
const formats: Readonly<Record<string, string>> = {
  'vhd-chain': 'XenServer (linked VHD)',
  zfs: 'OnceCloud (ZFS)',
  ocfs2: 'OnceCloud (OCFS2)',
};

/** Index look-ups of reading a block that was written before `snapshots` snapshots. Every level holds a block elsewhere. */
function lookUps(format: string, snapshots: number): number {
  const disk = new CountedDisk(format, { diskBytes: 64 * MiB });
  disk.write(0, MiB);
  for (let k = 0; k < snapshots; k++) {
    disk.do(Op.SNAPSHOT, 0, 0, `snapshot ${k}`);
    disk.write((8 + k) * 4 * MiB - MiB, MiB);
  }
  const before = disk.image.counters()['index look-ups']!;
  disk.read(0, 4096);
  return disk.image.counters()['index look-ups']! - before;
}

/** Mean comparisons of a query, by each way to search among `length` snapshots, over `queries` of them. */
function comparisons(way: string, length: number, seed: number, queries: number): number {
  const counted = new Comparisons();
  const random = new RandomStream(seed, 'once/search');
  const kept = new SortedSnapshots(counted);
  const list: SnapshotTime[] = [];
  // Several snapshots in one second now and then: they are told apart by their order.
  for (let i = 0, seconds = 0; i < length; i++) {
    seconds += random.below(4);
    list.push(kept.append(seconds));
  }
  for (let q = 0; q < queries; q++) {
    const sought = list[random.below(length)]!;
    if (way === 'scan') scan(list, sought, counted);
    else if (way === 'sorted list') kept.find(sought);
    else sortAndSearch(shuffledCopy(list, random), sought, counted);
  }
  return counted.count / queries;
}

function shuffledCopy(list: readonly SnapshotTime[], random: RandomStream): SnapshotTime[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

/** Bytes read and written when a full disk is copied, or a snapshot of it is taken. */
function bytesMoved(way: string, diskBytes: Bytes): number {
  const disk = new CountedDisk(way === 'copy' ? 'raw' : 'zfs', { diskBytes }, way === 'copy' ? {} : { intentLog: false });
  for (let at = 0; at < diskBytes; at += 4 * MiB) disk.write(at, 4 * MiB);
  disk.do(Op.FLUSH);
  disk.reset();
  if (way === 'copy') for (let at = 0; at < diskBytes; at += 4 * MiB) disk.read(at, 4 * MiB);
  else disk.do(Op.SNAPSHOT, 0, 0, 'snapshot');
  return disk.of({ kind: Kind.READ }).bytes * 2 + disk.of({ kind: Kind.WRITE }).bytes;
}

/** Machines and all that they were cloned from. */
function withForebears(machines: readonly string[], parents: ReadonlyMap<string, string | null>): Set<string> {
  const found = new Set<string>();
  for (const machine of machines) {
    for (let up: string | null = machine; up !== null && !found.has(up); up = parents.get(up) ?? null) found.add(up);
  }
  return found;
}

/** Random cloning and deleting: machines whose data went although something needs it, or stayed although nothing does. */
function leakedOrLost(seed: number): number {
  const tree = new CloneTree();
  const random = new RandomStream(seed, 'once/clones');
  const parents = new Map<string, string | null>();
  const live: string[] = [];
  let wrong = 0;
  for (let step = 0; step < 2000; step++) {
    if (live.length === 0 || random.below(100) < 55) {
      const parent = live.length === 0 || random.below(4) === 0 ? null : live[random.below(live.length)]!;
      const name = `machine ${step}`;
      tree.add(name, parent);
      parents.set(name, parent);
      live.push(name);
    } else tree.delete(live.splice(random.below(live.length), 1)[0]!);
    const needed = withForebears(live, parents);
    const kept = new Set(tree.kept);
    wrong += [...needed].filter((name) => !kept.has(name)).length + [...kept].filter((name) => !needed.has(name)).length;
  }
  return wrong;
}

const searches = ['scan', 'sort and search', 'sorted list'] as const;
/** Fewer queries where each sorts the whole list. */
const queriesOf = (way: string): number => (way === 'sort and search' ? 20 : 2000);

const points = (): Point[] => [
  ...Object.keys(formats).flatMap((series) => depths.map((x) => ({ study: 'look-ups', series, x }))),
  ...searches.flatMap((series) => listLengths.map((x) => ({ study: 'search', series, x }))),
  ...['copy', 'snapshot'].flatMap((series) => diskSizes.map((x) => ({ study: 'bytes moved', series, x }))),
  { study: 'clones', series: 'wrong', x: 2000 },
];

const columns: readonly Column[] = [
  { name: 'study', unit: '', about: 'What was counted' },
  { name: 'series', unit: '', about: 'By which system or way' },
  { name: 'x', unit: '', about: 'Snapshots taken; snapshots in the list; bytes of the disk; steps' },
  { name: 'seed', unit: '', about: 'Seed of what is random' },
  { name: 'value', unit: '1', about: 'Look-ups, comparisons or bytes' },
];

function run({ study, series, x }: Point, seed: number): Row[] {
  const [way, at] = [series as string, x as number];
  const value =
    study === 'look-ups'
      ? lookUps(way, at)
      : study === 'search'
        ? comparisons(way, at, seed, queriesOf(way))
        : study === 'bytes moved'
          ? bytesMoved(way, at)
          : leakedOrLost(seed);
  return [{ study: study as string, series: way, x: at, seed, value }];
}

const seriesOf = (rows: readonly Row[], study: string, series: string): { x: number; value: number }[] =>
  rows
    .filter((row) => row['study'] === study && row['series'] === series)
    .map((row) => ({ x: numberIn(row, 'x'), value: numberIn(row, 'value') }));

const valuesOf = (rows: readonly Row[], study: string, series: string): number[] => seriesOf(rows, study, series).map(({ value }) => value);

const allEqual = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

const measures: readonly Measure[] = [
  {
    claim: 'once-linked-extra-io',
    value: (rows) => valuesOf(rows, 'look-ups', 'vhd-chain'),
    holds: (values: readonly number[]) =>
      values.every((value, k) => k === 0 || (value - values[k - 1]! === values[1]! - values[0]! && value > values[k - 1]!)),
  },
  {
    claim: 'once-nonlinked-const',
    value: (rows) => ({ zfs: valuesOf(rows, 'look-ups', 'zfs'), ocfs2: valuesOf(rows, 'look-ups', 'ocfs2') }),
    holds: ({ zfs, ocfs2 }: { zfs: readonly number[]; ocfs2: readonly number[] }) => allEqual(zfs) && allEqual(ocfs2),
  },
  {
    claim: 'once-search-logn',
    value: (rows) => {
      const kept = seriesOf(rows, 'search', 'sorted list');
      const scanned = seriesOf(rows, 'search', 'scan');
      return {
        logarithmFit: linearFit(kept.map(({ x, value }): [number, number] => [Math.log2(x + 1), value])).r2,
        overBound: Math.max(...kept.map(({ x, value }) => value / Math.ceil(Math.log2(x + 1)))),
        scanOverHalf: scanned[scanned.length - 1]!.value / (scanned[scanned.length - 1]!.x / 2),
      };
    },
    holds: ({ logarithmFit, overBound, scanOverHalf }: { logarithmFit: number; overBound: number; scanOverHalf: number }) =>
      logarithmFit > 0.99 && overBound <= 1 && scanOverHalf > 0.9 && scanOverHalf < 1.1,
  },
  {
    claim: 'once-snapshot-o1',
    value: (rows) => {
      const [copy, snapshot] = [seriesOf(rows, 'bytes moved', 'copy'), seriesOf(rows, 'bytes moved', 'snapshot')];
      return {
        copyFit: linearFit(copy.map(({ x, value }): [number, number] => [x, value])).r2,
        snapshotGrowth: snapshot[snapshot.length - 1]!.value / snapshot[0]!.value,
      };
    },
    holds: ({ copyFit, snapshotGrowth }: { copyFit: number; snapshotGrowth: number }) => copyFit > 0.99 && snapshotGrowth < 1.05,
  },
  { claim: 'once-clone-delete-tree', value: (rows) => valuesOf(rows, 'clones', 'wrong')[0]! },
];

function chartOf(rows: readonly Row[], study: string, names: Readonly<Record<string, string>>): LinePoint[] {
  const wanted = rows.filter((row) => row['study'] === study);
  return summarize(wanted, ['series', 'x'], 'value').map(({ key, interval }) => ({
    series: names[key['series'] as string]!,
    x: key['x'] as number,
    value: interval.mean,
    low: interval.low,
    high: interval.high,
  }));
}

function charts(rows: readonly Row[]): Chart[] {
  const depthPoints = chartOf(rows, 'look-ups', formats);
  const ways = { scan: 'scan of the list', 'sort and search': 'sorted for each query (paper)', 'sorted list': 'list kept sorted' };
  const searchPoints = chartOf(rows, 'search', ways);
  return [
    {
      name: 'look-ups',
      title: 'Index look-ups of a read',
      caption:
        'Reading a block that has not changed since before the first snapshot: a linked chain is looked up level by level. ZFS and OCFS2 look up once: their lines coincide.',
      spec: lines(
        {
          description: 'Index look-ups over the number of snapshots, for linked and non-linked snapshots',
          xTitle: 'Snapshots',
          yTitle: 'Index look-ups of a read',
          series: Object.values(formats),
          xTicks: [...depths],
        },
        depthPoints,
      ),
      points: pointTable(depthPoints, ['series', 'x', 'value', 'low', 'high']),
    },
    {
      name: 'search',
      title: 'Comparisons of a search (ours)',
      caption:
        "Finding a snapshot by its time. The paper's search sorts the list for every query before it searches; the names are already in the order of time, so that a list can be kept sorted.",
      spec: lines(
        {
          description: 'Comparisons of a query over the number of snapshots, for three ways to search',
          xTitle: 'Snapshots in the list',
          yTitle: 'Comparisons of a query',
          series: Object.values(ways),
          xLog: true,
          xTicks: [...listLengths],
          yLog: true,
        },
        searchPoints,
      ),
      points: pointTable(searchPoints, ['series', 'x', 'value', 'low', 'high']),
    },
  ];
}

export const onceCounts: Figure = {
  paper: 'OnceCloud',
  locus: 'sections 2 and 3, counted',
  about: 'index look-ups of linked and non-linked snapshots, comparisons of a search, data moved by a snapshot, deletion of clones',
  study: { testbed: 'oncecloud', columns, points, seeds: (_point, scale) => (scale === 'quick' ? 3 : 5), run },
  charts,
  claimRows: (rows) => rows,
  measures,
};
