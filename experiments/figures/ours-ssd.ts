/**
 * Ours: what becomes of the papers' headlines where the disk is one of flash. The runs of their figures, the few that a headline needs, on the test-bed as it is and on the same with an SSD; each
 * headline as the slower system's time over the faster's, on both. Any figure as a whole is asked again by `reproduce --drive ssd`.
 */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { testbeds } from '../testbeds/index.js';
import { nameOnDrive } from '../testbeds/on-drive.js';
import type { Chart, Figure, Point, Scale } from './figure.js';
import { fvdFig05 } from './fvd-fig05.js';
import { fvdFig06 } from './fvd-fig06.js';
import { irow12Fig09 } from './irow12-fig09.js';
import { onceFig11 } from './once-fig11.js';
import { writesBetween } from './once-iometer.js';
import { pointTable } from './point-table.js';

/** Runs of one figure, and the headlines that they are enough for. */
interface Asked {
  readonly figure: Figure;
  /** Of the figure's points, those that a headline is measured on. */
  readonly isNeeded: (point: Point) => boolean;
  /** By name: how it is measured on the rows of one seed. */
  readonly headlines: Readonly<Record<string, (rows: readonly Row[]) => number>>;
  readonly scales: readonly Scale[];
}

const isOf = (systems: readonly string[], { system }: Point): boolean => systems.includes(system as string);

/** As the figure measures the claim. */
const claimed =
  ({ measures }: Figure, claim: string) =>
  (rows: readonly Row[]): number =>
    measures.find((measure) => measure.claim === claim)!.value(rows) as number;

/** Of the time of an operation on a snapshot. */
const qcow2OverIrow =
  (operation: string) =>
  (rows: readonly Row[]): number => {
    const timeOf = (system: string): number =>
      numberIn(
        rows.find((row) => row['system'] === system && row['operation'] === operation)!,
        'timeS',
      );
    return timeOf('qcow2') / timeOf('iROW');
  };

const asked: Readonly<Record<string, Asked>> = {
  'FVD, Fig 5': {
    figure: fvdFig05,
    isNeeded: (point) => isOf(['FVD', 'QCOW2'], point) && point['depth'] === 1 && point['writeCache'] === false,
    headlines: {
      'first write': claimed(fvdFig05, 'fvd-fig5-first-write'),
      'second write': claimed(fvdFig05, 'fvd-fig5-second-write'),
    },
    scales: ['quick', 'full'],
  },
  'FVD, Fig 6': {
    figure: fvdFig06,
    isNeeded: (point) => isOf(['FVD', 'QCOW2'], point) && point['home'] === 'partition' && point['device'] === 'virtio',
    headlines: {
      creation: claimed(fvdFig06, 'fvd-fig6a-create'),
      transactions: claimed(fvdFig06, 'fvd-fig6b-transaction'),
    },
    scales: ['quick', 'full'],
  },
  'iROW, Fig 9': {
    figure: irow12Fig09,
    isNeeded: (point) => isOf(['iROW', 'qcow2'], point) && point['sweep'] === 'size' && point['sizeGB'] === 50,
    headlines: {
      snapshot: qcow2OverIrow('create'),
      rollback: qcow2OverIrow('rollback'),
    },
    scales: ['quick', 'full'],
  },
  'OnceCloud, Fig 11': {
    figure: onceFig11,
    isNeeded: (point) => isOf(['vhd-chain'], point) && point['writes'] === writesBetween.main,
    headlines: { 'chain of 8': claimed(onceFig11, 'once-derived-slowdown') },
    // Ten times the work of all the others together.
    scales: ['full'],
  },
};

const drives = { disk: 'disk', ssd: 'SSD (ours)' } as const;
type Drive = keyof typeof drives;

const columns: readonly Column[] = [
  { name: 'of', unit: '', about: 'The figure whose runs these are' },
  { name: 'headline', unit: '', about: 'What is done, by the systems that the caption names' },
  { name: 'drive', unit: '', about: "disk: the test-bed's own; ssd: a flash drive of today in its place" },
  { name: 'seed', unit: '', about: "Seed of the figure's runs" },
  { name: 'ratio', unit: '1', about: 'Time of the slower system over that of the faster on the disk' },
];

function run({ of, drive }: Point, seed: number, scale: Scale): Row[] {
  const { figure, isNeeded, headlines } = asked[of as string]!;
  const { study } = figure;
  const testbed = testbeds.get(drive === 'disk' ? study.testbed : nameOnDrive(study.testbed, drive as string), 'figure ours-ssd');
  const points = study.points(scale).filter(isNeeded);
  const rows = figure.claimRows(points.flatMap((point) => study.run(point, seed, scale, testbed)));
  return Object.entries(headlines).map(([headline, value]): Row => ({
    of: of as string,
    headline,
    drive: drive as string,
    seed,
    ratio: value(rows),
  }));
}

function charts(rows: readonly Row[]): Chart[] {
  const drawn: BarPoint[] = summarize(rows, ['headline', 'drive'], 'ratio').map(({ key, interval }) => ({
    series: drives[key['drive'] as Drive],
    category: key['headline'] as string,
    value: interval.mean,
    low: interval.low,
    high: interval.high,
  }));
  return [
    {
      name: 'headlines',
      title: 'The headlines on an SSD (ours)',
      caption:
        "How much longer the slower system takes, on the papers' disks and with a flash drive of today in their place, all else as it was: QCOW2 against FVD in first and second writes " +
        '(RandIO, FVD, Figure 5), in the creation of files and in transactions (PostMark, Figure 6); qcow2 against iROW in a snapshot of 50 GB and in rolling back to it (iROW, Figure 9); in the full run ' +
        'a linked chain of eight snapshots against none (OnceCloud, Figure 11). ' +
        'What was lost to the way of an arm is lost no more; what is lost to I/Os that wait for one another, to the lock, to the network and to starting a program stays. 95 % intervals over seeds.',
      spec: groupedBars(
        {
          description: "Bars of the papers' headline ratios on disk and on an SSD",
          xTitle: '',
          yTitle: 'Slower over faster',
          series: Object.values(drives),
          categories: [...new Set(drawn.map(({ category }) => category))],
          width: 'page',
        },
        drawn,
      ),
      points: pointTable(drawn, ['category', 'series', 'value', 'low', 'high']),
    },
  ];
}

export const oursSsd: Figure = {
  paper: 'FVD, iROW, OnceCloud',
  locus: 'ours: on an SSD',
  about: "the papers' headline ratios on their disks and on a flash drive of today",
  study: {
    testbed: 'fvd',
    columns,
    points: (scale) =>
      Object.keys(asked)
        .filter((of) => asked[of]!.scales.includes(scale))
        .flatMap((of) => Object.keys(drives).map((drive) => ({ of, drive }))),
    seeds: (_point, scale) => (scale === 'quick' ? 1 : 5),
    cost: (_point, scale) => (scale === 'quick' ? 5 : 60),
    run,
  },
  charts,
  claimRows: (rows) => rows,
  measures: [],
};
