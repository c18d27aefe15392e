/**
 * Ours: a disk in long use. Snapshot after snapshot, random writes between them; then what random requests cost while the chain of states is that long, and how fast the disk is read in order afterwards. Redirecting
 * writes scatters what lies together over the files of the chain; copy-on-demand gathers it again as it is read. qcow2 redirects within one file.
 */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { KiB, MiB, second } from '../../sim/units.js';
import { defaults } from '../../sim/options.js';
import { RandomPermutation, RandomStream } from '../../sim/random.js';
import { mixed } from '../../traces/synthetic/mixed.js';
import { sequential } from '../../traces/synthetic/sequential.js';
import type { Measure } from '../claims/index.js';
import { HostedImage } from '../run/irow-image.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point, Scale } from './figure.js';
import { pointTable } from './point-table.js';

const systems = {
  iROW: { format: 'irow-paper', options: {} },
  'iROW-COD': { format: 'irow-paper', options: { copyOnDemand: true } },
  qcow2: { format: 'qcow2-0.12', options: {} },
} as const;
type System = keyof typeof systems;
const systemNames = Object.keys(systems) as System[];

const lengths = [0, 1, 2, 4, 8, 16] as const;
/** Where the claim is measured. */
const longUse = 16;

const cluster = 64 * KiB;
const sizeMB: Readonly<Record<Scale, number>> = { quick: 512, full: 2048 };
/** Of the clusters, written between two snapshots. */
const share = 0.05;
const liveRequests: Readonly<Record<Scale, number>> = { quick: 1000, full: 4000 };

const columns: readonly Column[] = [
  { name: 'system', unit: '', about: 'iROW without and with copy-on-demand, qcow2' },
  { name: 'snapshots', unit: '1', about: 'Snapshots taken, with 5 % of the disk written after each' },
  { name: 'seed', unit: '', about: 'Seed of what is written and read' },
  { name: 'diskMB', unit: 'MB', about: 'Size of the disk, 2^20 bytes' },
  { name: 'liveMs', unit: 'ms', about: 'Mean time of random requests of 4 to 64 KB, half of them reads, one at a time' },
  { name: 'liveIos', unit: '1', about: 'Reads and writes of files for such a request' },
  { name: 'passMBs', unit: 'MB/s', about: 'Reading the whole disk in order in blocks of 1 MB, the first time' },
  { name: 'againMBs', unit: 'MB/s', about: 'The same again' },
  { name: 'againIos', unit: '1', about: 'Reads of files for a block when it is read again' },
];

const points = (): Point[] => systemNames.flatMap((system) => lengths.map((snapshots) => ({ system, snapshots })));

function run(point: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const { system, snapshots } = point as { system: System; snapshots: number };
  const size = sizeMB[scale] * MiB;
  const { format, options } = systems[system];
  const image = new HostedImage({ testbed, format, options: { ...options, cluster }, diskBytes: size, seed });
  image.fill(0, size);
  for (let k = 1; k <= snapshots; k++) {
    image.snapshot(`snapshot ${k}`);
    const places = new RandomPermutation(size / cluster, new RandomStream(seed, `long use/${k}`));
    for (let i = 0; i < Math.round(places.size * share); i++) image.write(places.at(i) * cluster, cluster);
  }
  const load = { ...defaults(mixed.options), requests: liveRequests[scale], disk: size, sequentialPercent: 0 };
  const live = image.run(mixed.open(load, seed));
  image.rest();
  const inOrder = { ...defaults(sequential.options), op: 'read' as const, size };
  const [pass, again] = [1, 2].map(() => {
    const effort = image.run(sequential.open(inOrder, seed));
    image.rest();
    return effort;
  });
  return [
    {
      ...point,
      seed,
      diskMB: sizeMB[scale],
      liveMs: live.time / live.requests / 1e6,
      liveIos: live.ios / live.requests,
      passMBs: pass!.bytes / 1e6 / (pass!.time / second),
      againMBs: again!.bytes / 1e6 / (again!.time / second),
      againIos: again!.ios / again!.requests,
    },
  ];
}

const afterLongUse = (rows: readonly Row[], system: System, column: string): number =>
  numberIn(
    rows.find((row) => row['system'] === system && row['snapshots'] === longUse)!,
    column,
  );

const measures: readonly Measure[] = [
  {
    claim: 'irow-cod-fragmentation',
    value: (rows) => ({
      withCodMBs: afterLongUse(rows, 'iROW-COD', 'againMBs'),
      withoutMBs: afterLongUse(rows, 'iROW', 'againMBs'),
      withCodReads: afterLongUse(rows, 'iROW-COD', 'againIos'),
      withoutReads: afterLongUse(rows, 'iROW', 'againIos'),
    }),
    holds: (value: Readonly<Record<'withCodMBs' | 'withoutMBs' | 'withCodReads' | 'withoutReads', number>>) =>
      value.withCodMBs >= value.withoutMBs && value.withCodReads < value.withoutReads,
  },
];

interface Drawn {
  readonly name: string;
  readonly column: string;
  readonly title: string;
  readonly caption: string;
  readonly yTitle: string;
}

function chart(rows: readonly Row[], { name, column, title, caption, yTitle }: Drawn): Chart {
  const drawn: LinePoint[] = summarize(rows, ['system', 'snapshots'], column).map(({ key, interval }) => ({
    series: key['system'] as string,
    x: key['snapshots'] as number,
    value: interval.mean,
    low: interval.low,
    high: interval.high,
  }));
  return {
    name,
    title,
    caption: `${caption} Means with 95 % intervals over seeds.`,
    spec: lines(
      { description: `${yTitle} over the number of snapshots`, xTitle: 'Snapshots', yTitle, series: systemNames, xTicks: lengths },
      drawn,
    ),
    points: pointTable(drawn, ['series', 'x', 'value', 'low', 'high']),
  };
}

function use(rows: readonly Row[]): string {
  const size = numberIn(rows[0]!, 'diskMB');
  const quick = size < sizeMB.full ? ` Quick run: ${size} MB instead of ${sizeMB.full}.` : '';
  return `5 % of the clusters of a disk of ${size} MB (2^20 bytes) are written at random after each snapshot; image on the host's ext3, clusters of 64 KB.${quick}`;
}

export const irowChain: Figure = {
  paper: 'iROW',
  locus: 'ours: long use',
  about: 'a disk after many snapshots: fragmentation with and without copy-on-demand, and requests while the chain is long',
  study: { testbed: 'consnap', columns, points, seeds: (_point, scale) => (scale === 'quick' ? 2 : 5), run },
  charts: (rows) => [
    chart(rows, {
      name: 'fragmentation',
      column: 'againMBs',
      title: 'Reading in order after long use',
      caption: `Throughput of reading the whole disk in order, after it was read once. ${use(rows)}`,
      yTitle: 'Throughput (MB/s)',
    }),
    chart(rows, {
      name: 'live',
      column: 'liveMs',
      title: 'Random requests on a long chain',
      caption: `Mean time of random requests of 4 to 64 KB, half of them reads, one at a time, while the chain is that long. ${use(rows)}`,
      yTitle: 'Mean time of a request (ms)',
    }),
  ],
  claimRows: (rows) => rows,
  measures,
};
