/**
 * FVD, Figure 10: what QCOW2 and FVD images take of the host's ext3 while the guest compiles a kernel and cleans up, round after round.
 *
 * The paper states neither the kernel nor the number of rounds nor which file system of the guest it is on: here the second partition, formatted
 * as in the other experiments. What a round writes is assumed by the workload (`kernel-compile`).
 */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { groupRows, numberIn } from '../../results/summary.js';
import type { Measure } from '../claims/index.js';
import { sparseGrowth } from '../run/sparse-growth.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point, Scale } from './figure.js';
import { meanOf } from './fvd-postmark.js';
import { pointTable } from './point-table.js';

const formats = { QCOW2: 'qcow2-0.12', FVD: 'fvd-paper' } as const;
type System = keyof typeof formats;
const systems = Object.keys(formats) as System[];

/** Assumed, 5 to 20 rounds. The quick run compiles a fifth of a tree. */
const compilations: Readonly<Record<Scale, Readonly<Record<string, unknown>>>> = {
  full: { rounds: 10 },
  quick: { rounds: 4, files: 6100, compiled: 1600 },
};

/** What is noted, in order, before the first round. */
const stages = ['empty', 'formatted', 'unpacked'] as const;

const columns: readonly Column[] = [
  { name: 'system', unit: '', about: 'Image format' },
  { name: 'seed', unit: '', about: 'Seed of the sizes of files' },
  { name: 'round', unit: '', about: 'Rounds done; -2: a new image; -1: its partition formatted; 0: the source unpacked' },
  { name: 'usedMB', unit: 'MB', about: "What the image takes of the host's file system, 10^6 bytes" },
  { name: 'virtualMB', unit: 'MB', about: 'Size of the virtual disk' },
];

function run({ system }: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const { usedBytes, virtualBytes } = sparseGrowth({ testbed, format: formats[system as System], options: compilations[scale], seed });
  return usedBytes.map((bytes, i) => ({
    system: system as System,
    seed,
    round: i - stages.length + 1,
    usedMB: bytes / 1e6,
    virtualMB: virtualBytes / 1e6,
  }));
}

const ofSystem = (rows: readonly Row[], system: System): Row[] => rows.filter((row) => row['system'] === system);
const used = (rows: readonly Row[], system: System): number[] => ofSystem(rows, system).map((row) => numberIn(row, 'usedMB'));

/** Growth is counted from here: the first round writes objects where there were none. */
const unpacked = stages.indexOf('unpacked');

/** "<< virtual size". */
const small = 0.25;

interface GrowthSeries {
  readonly [key: string]: number | readonly number[];
  readonly qcow2: readonly number[];
  readonly fvd: readonly number[];
  readonly virtual: number;
}

/** Grown, non-decreasing from round to round, by no more in the later half than in the earlier, and small against the whole. */
function growsAsNeeded(series: readonly number[], virtual: number): boolean {
  const steps = series.slice(1).map((value, i) => value - series[i]!);
  const half = Math.ceil(steps.length / 2);
  const sum = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0);
  return (
    sum(steps) > 0 &&
    steps.every((step) => step >= 0) &&
    sum(steps.slice(half)) <= sum(steps.slice(0, half)) &&
    series.at(-1)! < small * virtual
  );
}

const measures: readonly Measure[] = [
  { claim: 'fvd-fig10-space-ratio', value: (rows) => used(rows, 'QCOW2').at(-1)! / used(rows, 'FVD').at(-1)! },
  {
    claim: 'fvd-fig10-growth',
    value: (rows): GrowthSeries => ({
      qcow2: used(rows, 'QCOW2').slice(unpacked),
      fvd: used(rows, 'FVD').slice(unpacked),
      virtual: numberIn(rows[0]!, 'virtualMB'),
    }),
    holds: ({ qcow2, fvd, virtual }: GrowthSeries) => growsAsNeeded(qcow2, virtual) && growsAsNeeded(fvd, virtual),
    why: 'From the source to the first round both grow. After that nothing does in the model: each round writes the same files, and the file system of the guest gives them the blocks that the last one freed.',
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const points = systems.flatMap((series) =>
    groupRows(ofSystem(rows, series), ['round']).map(({ key, rows: seeds }): LinePoint => ({
      series,
      x: Number(key['round']),
      ...meanOf(seeds, 'usedMB'),
    })),
  );
  return [
    {
      name: 'space',
      title: 'Space of sparse images under kernel compilations',
      caption:
        "Space of the host's ext3 that an image takes, with 95 % intervals over seeds: new (-2), its 50 GiB partition formatted (-1), the " +
        "source unpacked (0), then after each round of make and make clean, each of which writes the same files. The paper's ratio of QCOW2 to FVD is not known to the model." +
        (points.length < 2 * (stages.length + 10) ? ' Quick run: a fifth of a tree, fewer rounds.' : ''),
      spec: lines(
        {
          description: 'Lines of the space that QCOW2 and FVD images take, over rounds of compilation',
          xTitle: 'Rounds of compilation',
          yTitle: 'Space (MB)',
          series: systems,
        },
        points,
      ),
      points: pointTable(
        points.map(({ series, x, value, low, high }) => ({ system: series, round: x, usedMB: value, low, high })),
        ['system', 'round', 'usedMB', 'low', 'high'],
      ),
    },
  ];
}

export const fvdFig10: Figure = {
  paper: 'FVD',
  locus: 'Fig 10',
  about: "space that QCOW2 and FVD images take of the host's ext3 while a guest compiles kernels",
  study: {
    testbed: 'fvd',
    columns,
    points: () => systems.map((system) => ({ system })),
    seeds: (_point, scale) => (scale === 'quick' ? 2 : 5),
    cost: (_point, scale) => (scale === 'quick' ? 1 : 4),
    run,
  },
  charts,
  claimRows: (rows) => rows,
  measures,
};
