/**
 * The I/O benchmark of the iROW papers: qemu-io in the host, with O_DIRECT, one request at a time, writes blocks of 1 MB or 4 KB until the image is full and reads it; then the same after a snapshot. The image
 * lies on the host's ext3 as the tools make it: sparse, so that the first write of a raw image finds its blocks too. Several figures draw it.
 *
 * iROW is the one that the papers describe, driven as qemu-io drives it. How large the image was the papers do not say: 1 GB, as where they vary clusters; at the rates of 4 KB blocks a larger one would take
 * qcow2 days. The band shows 4 GB, where one refcount block of 64 KB does not cover old and new clusters any more.
 */
import type { Column, Row } from '../../results/rows.js';
import { numberIn } from '../../results/summary.js';
import { KiB, MiB, second } from '../../sim/units.js';
import { defaults } from '../../sim/options.js';
import { sequential } from '../../traces/synthetic/sequential.js';
import { HostedImage } from '../run/irow-image.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Point, Scale, Study } from './figure.js';

const systems = {
  raw: { format: 'raw', options: {} },
  iROW: { format: 'irow-paper', options: { entryPoints: 'synchronous' } },
  'iROW, driver': { format: 'irow-2012', options: { entryPoints: 'synchronous', fallocate: false } },
  'iROW-COD': { format: 'irow-paper', options: { entryPoints: 'synchronous', copyOnDemand: true } },
  qcow2: { format: 'qcow2-0.12', options: {} },
} as const;
export type System = keyof typeof systems;

export const clusters = [4, 8, 16, 32, 64] as const;
export const largeBlock = 1024;
export const smallBlock = 4;
export type Phase = 'first write' | 'write' | 'read' | 'first read';

/** Size of the image: as much of it as is enough where requests are small. */
const imageMB: Readonly<Record<Scale, Readonly<Record<number, number>>>> = {
  quick: { [largeBlock]: 1024, [smallBlock]: 64 },
  full: { [largeBlock]: 1024, [smallBlock]: 512 },
};
export const bandImageMB = 4096;

/** Said in captions: how large the image is. */
export function aboutImage(rows: readonly Row[], blockKB: number): string {
  const size = numberIn(
    rows.find((row) => row['blockKB'] === blockKB)!,
    'imageMB',
  );
  const full = imageMB.full[blockKB]!;
  return size < full ? `Quick run: an image of ${size} MB instead of ${full}.` : `The image has ${size} MB (2^20 bytes).`;
}

const columns: readonly Column[] = [
  { name: 'system', unit: '', about: 'Image format; COD: iROW with copy-on-demand; driver: iROW as published' },
  { name: 'clusterKB', unit: 'KB', about: 'Size of a cluster, 2^10 bytes; nothing to a raw image' },
  { name: 'blockKB', unit: 'KB', about: 'Size of each write and read, 2^10 bytes' },
  { name: 'imageMB', unit: 'MB', about: 'Size of the disk, 2^20 bytes' },
  { name: 'phase', unit: '', about: 'First write, write or read of the whole disk in order; first read: before any write' },
  { name: 'snapshot', unit: '', about: 'Whether a snapshot was taken before' },
  { name: 'seed', unit: '', about: 'Seed of the moments at which commands start' },
  { name: 'throughputMBs', unit: 'MB/s', about: '10^6 bytes a second' },
  { name: 'weight', unit: '1', about: 'Of writes or of reads of whole blocks of 1 MB where one number stands for both; null but for raw' },
  { name: 'hostIosPerRequest', unit: '1', about: 'Reads and writes of files for a request' },
];

function points(scale: Scale): Point[] {
  const of = (system: System, clusterKB: number, blockKB: number, size = imageMB[scale][blockKB]!): Point => ({
    system,
    clusterKB,
    blockKB,
    imageMB: size,
  });
  const blocks = [largeBlock, smallBlock];
  return [
    ...blocks.map((block) => of('raw', 64, block)),
    ...blocks.flatMap((block) => clusters.flatMap((cluster) => [of('iROW', cluster, block), of('qcow2', cluster, block)])),
    ...clusters.flatMap((cluster) => [of('iROW, driver', cluster, largeBlock), of('iROW-COD', cluster, largeBlock)]),
    of('raw', 64, largeBlock, bandImageMB),
    ...clusters.map((cluster) => of('qcow2', cluster, largeBlock, bandImageMB)),
  ];
}

export const isMain = (row: Point | Row): boolean => row['imageMB'] !== bandImageMB;

function run(point: Point, seed: number, _scale: Scale, testbed: TestBed): Row[] {
  const { system, clusterKB, blockKB, imageMB: size } = point as { system: System; clusterKB: number; blockKB: number; imageMB: number };
  const { format, options } = systems[system];
  const cluster = system === 'raw' ? {} : { cluster: clusterKB * KiB };
  const image = new HostedImage({ testbed, format, options: { ...options, ...cluster }, diskBytes: size * MiB, seed });
  const rowOf = (phase: Phase, snapshot: boolean): Row => {
    image.rest();
    const op = phase === 'read' || phase === 'first read' ? 'read' : 'write';
    const effort = image.run(sequential.open({ ...defaults(sequential.options), op, size: size * MiB, block: blockKB * KiB }, seed));
    const throughputMBs = effort.bytes / 1e6 / (effort.time / second);
    const weight = system === 'raw' && blockKB === largeBlock ? weightOf(phase, testbed) : null;
    return { ...point, phase, snapshot, seed, throughputMBs, weight, hostIosPerRequest: effort.ios / effort.requests };
  };
  const phases: readonly Phase[] = ['first write', 'write', 'read'];
  if (system === 'iROW-COD') {
    image.fill(0, size * MiB);
    image.snapshot('snapshot');
    return [rowOf('first read', true)];
  }
  const before = phases.map((phase) => rowOf(phase, false));
  if (system === 'raw') return before;
  image.snapshot('snapshot');
  return [...before, ...phases.map((phase) => rowOf(phase, true))];
}

function weightOf(phase: Phase, { benchmark }: TestBed): number | null {
  const { value } = benchmark!.writeShare;
  return phase === 'write' ? value : phase === 'read' ? 1 - value : null;
}

export const irowIo: Study = {
  testbed: 'consnap',
  columns,
  points,
  seeds: (_point, scale) => (scale === 'quick' ? 2 : 5),
  cost: ({ blockKB, imageMB: size }) => (blockKB === smallBlock ? (size as number) / 25 : (size as number) / 500),
  pointsFor: (_claim, scale) => points(scale).filter(isMain),
  run,
};

/** What is asked of the rows of one seed. */
export interface Wanted {
  readonly system: System;
  readonly phase: Phase;
  readonly blockKB: number;
  readonly snapshot?: boolean;
}

/** Weight of writes, or of reads, where one number stands for both. */
export const weight = (rows: readonly Row[], phase: 'write' | 'read'): number =>
  numberIn(
    rows.find((row) => row['system'] === 'raw' && row['blockKB'] === largeBlock && row['phase'] === phase)!,
    'weight',
  );

/** Throughput by size of the clusters. */
export function throughput(rows: readonly Row[], wanted: Wanted): number[] {
  const found = rows.filter(
    (row) =>
      row['system'] === wanted.system &&
      row['phase'] === wanted.phase &&
      row['blockKB'] === wanted.blockKB &&
      row['snapshot'] === (wanted.snapshot ?? false),
  );
  return wanted.system === 'raw'
    ? clusters.map(() => numberIn(found[0]!, 'throughputMBs'))
    : clusters.map((cluster) =>
        numberIn(
          found.find((row) => row['clusterKB'] === cluster)!,
          'throughputMBs',
        ),
      );
}

/** Throughput over that of raw in the same phase, by size of the clusters. */
export function normalized(rows: readonly Row[], wanted: Wanted): number[] {
  const raw = throughput(rows, { ...wanted, system: 'raw', snapshot: false });
  return throughput(rows, wanted).map((value, i) => value / raw[i]!);
}
