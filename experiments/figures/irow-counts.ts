/** iROW, counted: that redirecting copies nothing, that images grow with their use, and that snapshots, saved states and first writes all cost less than qcow2's. */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { linearFit } from '../../results/statistics/index.js';
import { numberIn } from '../../results/summary.js';
import { Op } from '../../models/io/image-format.js';
import { Kind, Purpose } from '../../models/io/plan.js';
import { defaults } from '../../sim/options.js';
import { RandomPermutation, RandomStream } from '../../sim/random.js';
import { GiB, KiB, MiB, second } from '../../sim/units.js';
import { sequential } from '../../traces/synthetic/sequential.js';
import type { Measure } from '../claims/index.js';
import { CountedDisk } from '../run/counted-disk.js';
import { HostedImage } from '../run/irow-image.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Figure, Point } from './figure.js';

const formats = { iROW: 'irow-paper', qcow2: 'qcow2-0.12' } as const;
type System = keyof typeof formats;
const systemNames = Object.keys(formats) as System[];

const cluster = 64 * KiB;
const steps = 8;
/** QEMU 0.12.5 saves a machine in pieces of this size. */
const statePiece = 32 * KiB;
const stateBytes = 64 * MiB;

const columns: readonly Column[] = [
  { name: 'study', unit: '', about: 'What was done' },
  { name: 'system', unit: '', about: 'iROW as its papers describe it, or qcow2' },
  { name: 'item', unit: '', about: 'What was counted or timed' },
  { name: 'seed', unit: '', about: 'Seed of the order of clusters' },
  { name: 'x', unit: 'MB', about: 'Written by the guest, where the item is a series; else 0' },
  { name: 'value', unit: '', about: 'Bytes, MB or seconds, as the item says' },
];

/** Bytes that first writes of whole clusters after a snapshot copy. */
function copies(system: System, seed: number): Row[] {
  const disk = new CountedDisk(formats[system], { diskBytes: GiB }, { cluster });
  const places = new RandomPermutation(GiB / cluster, new RandomStream(seed, 'first writes'));
  const write = (): void => {
    for (let i = 0; i < 512; i++) disk.write(places.at(i) * cluster, cluster);
  };
  write();
  disk.do(Op.SNAPSHOT, 0, 0, 'snapshot');
  disk.reset();
  write();
  return [{ study: 'copies', system, item: 'bytes copied', seed, x: 0, value: disk.of({ purpose: Purpose.COPY }).bytes }];
}

/** What the image takes on the host while clusters are written in random order. */
function growth(system: System, seed: number, testbed: TestBed): Row[] {
  const image = new HostedImage({ testbed, format: formats[system], options: { cluster }, diskBytes: GiB, seed });
  const empty = image.storage.usedBytes();
  const places = new RandomPermutation(GiB / cluster, new RandomStream(seed, 'growth'));
  image.openForBench();
  return Array.from({ length: steps }, (_, step): Row => {
    const count = places.size / steps;
    for (let i = step * count; i < (step + 1) * count; i++) image.write(places.at(i) * cluster, cluster);
    const x = ((step + 1) * count * cluster) / 1e6;
    return { study: 'growth', system, item: 'MB taken', seed, x, value: (image.storage.usedBytes() - empty) / 1e6 };
  });
}

/** Disk snapshot, saved state and disk I/O, one number each. */
function costs(system: System, seed: number, testbed: TestBed): Row[] {
  const format = formats[system];
  const rowOf = (item: string, value: number): Row => ({ study: 'costs', system, item, seed, x: 0, value });
  const image = new HostedImage({ testbed, format, options: { cluster }, diskBytes: 4 * GiB, seed });
  image.fillDisk();
  const snapshotS = image.command(Op.SNAPSHOT, 'snapshot') / second;
  image.rest();
  const firstWrites = image.run(sequential.open({ ...defaults(sequential.options), size: 256 * MiB }, seed));
  const saved = new CountedDisk(format, { diskBytes: GiB, cache: 'writethrough' }, { cluster });
  saved.reset();
  for (let at = 0; at < stateBytes; at += statePiece) saved.do(Op.SAVE_STATE, at, statePiece);
  return [
    rowOf('snapshot, s', snapshotS),
    rowOf('first writes, s', firstWrites.time / second),
    rowOf('bytes written for a state', saved.of({ kind: Kind.WRITE }).bytes),
  ];
}

const studies: Readonly<Record<string, (system: System, seed: number, testbed: TestBed) => Row[]>> = { copies, growth, costs };

const valuesOf = (rows: readonly Row[], study: string, system: System): readonly Row[] =>
  rows.filter((row) => row['study'] === study && row['system'] === system);

const ratioOf = (rows: readonly Row[], item: string): number => {
  const [irow, qcow2] = systemNames.map((system) =>
    numberIn(
      valuesOf(rows, 'costs', system).find((row) => row['item'] === item)!,
      'value',
    ),
  );
  return irow! / qcow2!;
};

const measures: readonly Measure[] = [
  { claim: 'irow-row-no-copy', value: (rows) => numberIn(valuesOf(rows, 'copies', 'iROW')[0]!, 'value') },
  {
    claim: 'irow-sparse',
    value: (rows) => {
      const { slope, r2 } = linearFit(valuesOf(rows, 'growth', 'iROW').map((row) => [numberIn(row, 'x'), numberIn(row, 'value')] as const));
      return { takenPerWritten: slope, r2 };
    },
    // Whole clusters, and the file system's own blocks for them.
    holds: ({ takenPerWritten, r2 }: { takenPerWritten: number; r2: number }) => Math.abs(takenPerWritten - 1) < 0.02 && r2 > 0.999,
  },
  {
    claim: 'irow-better-all',
    calibratedOn: 'irow12-fig9a-irow',
    value: (rows) => ({
      diskSnapshot: ratioOf(rows, 'snapshot, s'),
      firstWrites: ratioOf(rows, 'first writes, s'),
      stateBytes: ratioOf(rows, 'bytes written for a state'),
    }),
    holds: (value: Readonly<Record<string, number>>) => Object.values(value).every((ratio) => ratio < 1),
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const first = rows.filter((row) => row['study'] === 'growth' && row['seed'] === 1);
  const drawn: LinePoint[] = first.map((row) => {
    const value = numberIn(row, 'value');
    return { series: row['system'] as string, x: numberIn(row, 'x'), value, low: value, high: value };
  });
  return [
    {
      name: 'growth',
      title: 'What an image takes as it is written',
      caption:
        "Space of the image's files on the host's ext3, the file system's own blocks for them included, while whole clusters of 64 KB of a disk of 1 GB are written in random order. Both take what was written: the lines coincide.",
      spec: lines(
        {
          description: 'Space that images of iROW and qcow2 take over what was written',
          xTitle: 'Written (MB)',
          yTitle: 'Taken (MB)',
          series: systemNames,
        },
        drawn,
      ),
      points: {
        columns: ['series', 'x', 'value'].map((name) => ({ name, unit: name === 'series' ? '' : 'MB', about: '' })),
        rows: drawn.map(({ series, x, value }): Row => ({ series, x, value })),
      },
    },
  ];
}

export const irowCounts: Figure = {
  paper: 'iROW',
  locus: 'abstracts, counted',
  about: 'bytes copied by first writes after a snapshot, growth of images, and the order of snapshots, states and first writes',
  study: {
    testbed: 'consnap',
    columns,
    points: () => Object.keys(studies).flatMap((study) => systemNames.map((system) => ({ study, system }))),
    seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
    run: ({ study, system }: Point, seed, _scale, testbed) => studies[study as string]!(system as System, seed, testbed),
  },
  charts,
  claimRows: (rows) => rows,
  measures,
};
