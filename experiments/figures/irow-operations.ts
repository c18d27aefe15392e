/**
 * The snapshot operations of the iROW papers: a script makes an image on the host's ext3, fills it, takes a snapshot, fills it, rolls back, fills it, deletes the snapshot; creation, rollback and deletion are
 * timed, for disks of 4 to 50 GB and for clusters of 0.5 KB to 2 MB. Several figures draw it.
 *
 * iROW is the one that the papers describe, which merges a deleted snapshot into its children; beside it stands the published driver, which only marks it.
 */
import { lines, type LinePoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { Op } from '../../models/io/image-format.js';
import { GiB, KiB, second } from '../../sim/units.js';
import { HostedImage } from '../run/irow-image.js';
import type { Measure } from '../claims/index.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Chart, Point, Scale, Study } from './figure.js';

export const systems = {
  qcow2: { format: 'qcow2-0.12', options: {} },
  iROW: { format: 'irow-paper', options: {} },
  'iROW, driver': { format: 'irow-2012', options: { fallocate: false } },
} as const;
export type System = keyof typeof systems;
const systemNames = Object.keys(systems) as System[];

export const operations = { create: Op.SNAPSHOT, rollback: Op.APPLY, delete: Op.DELETE } as const;
export type Operation = keyof typeof operations;

/** Sizes that the paper's numbers are given at, and all that it measured. */
const claimSizes = [4, 10, 20, 30, 40, 50] as const;
const allSizes = Array.from({ length: 24 }, (_, i) => 4 + 2 * i);
const claimClusters = [0.5, 1, 2, 4, 8] as const;
const allClusters = [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048] as const;
const usualCluster = 64;
const clusterSweepSize = 1;

export type Sweep = 'size' | 'cluster';
const claimValues: Readonly<Record<Sweep, readonly number[]>> = { size: claimSizes, cluster: claimClusters };

const columns: readonly Column[] = [
  { name: 'sweep', unit: '', about: 'What is varied: the size of the disk, or the clusters of a disk of 1 GB' },
  { name: 'sizeGB', unit: 'GB', about: 'Size of the disk, 2^30 bytes' },
  { name: 'clusterKB', unit: 'KB', about: 'Size of a cluster, 2^10 bytes' },
  { name: 'system', unit: '', about: 'qcow2 of QEMU 0.12.5, iROW as its papers describe it, or its published driver' },
  { name: 'operation', unit: '', about: 'create, rollback or delete' },
  { name: 'seed', unit: '', about: 'Seed of the moments at which commands start' },
  { name: 'timeS', unit: 's', about: 'From the start of the command to its end' },
  { name: 'driveRequests', unit: '1', about: 'Reads and writes that the drive did meanwhile' },
];

function points(scale: Scale): Point[] {
  const sizes = scale === 'quick' ? claimSizes : allSizes;
  const clusters = scale === 'quick' ? [...claimClusters, 64, 512, 2048] : allClusters;
  return systemNames.flatMap((system) => [
    ...sizes.map((sizeGB) => ({ sweep: 'size', sizeGB, clusterKB: usualCluster, system })),
    ...clusters.map((clusterKB) => ({ sweep: 'cluster', sizeGB: clusterSweepSize, clusterKB, system })),
  ]);
}

const isClaimed = ({ sweep, sizeGB, clusterKB }: Point): boolean =>
  claimValues[sweep as Sweep].includes((sweep === 'size' ? sizeGB : clusterKB) as number);

function run(point: Point, seed: number, _scale: Scale, testbed: TestBed): Row[] {
  const { system, sizeGB, clusterKB } = point as { system: System; sizeGB: number; clusterKB: number };
  const { format, options } = systems[system];
  const image = new HostedImage({ testbed, format, options: { ...options, cluster: clusterKB * KiB }, diskBytes: sizeGB * GiB, seed });
  return (Object.keys(operations) as Operation[]).map((operation): Row => {
    image.fillDisk();
    const before = image.device.requests;
    const time = image.command(operations[operation], 'snapshot');
    return { ...point, operation, seed, timeS: time / second, driveRequests: image.device.requests - before };
  });
}

export const irowOperations: Study = {
  testbed: 'consnap',
  columns,
  points,
  seeds: (point, scale) => (scale === 'full' ? 5 : isClaimed(point) ? 3 : 1),
  cost: ({ sweep, sizeGB, clusterKB, system }) =>
    sweep === 'size' ? 1 + (sizeGB as number) / 12 : system === 'qcow2' ? 8 / (clusterKB as number) : 1,
  pointsFor: (_claim, scale) => points(scale).filter(isClaimed),
  run,
};

/** Times of an operation in seconds by what is varied, of one seed, at the values that the paper's numbers are given at. */
export function timesOf(rows: readonly Row[], sweep: Sweep, system: System, operation: Operation): Record<string, number> {
  const varied = sweep === 'size' ? 'sizeGB' : 'clusterKB';
  const wanted = claimValues[sweep].map((value) =>
    rows.find((row) => row['sweep'] === sweep && row['system'] === system && row['operation'] === operation && row[varied] === value),
  );
  return Object.fromEntries(claimValues[sweep].map((value, i) => [String(value), numberIn(wanted[i]!, 'timeS')]));
}

/** All commands have a fixed time, which was set on the time of one of them. */
export const onCommandTime = (measures: readonly Measure[]): Measure[] =>
  measures.map((measure) => ({ ...measure, calibratedOn: 'irow12-fig9a-irow' }));

/** The value at the keys of a record. */
export const at = <K extends string>(record: Readonly<Record<string, number>>, keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, record[key]!])) as Record<K, number>;

export interface Drawn {
  readonly operation: Operation;
  readonly title: string;
  /** The paper's numbers, where the ledger states them, by system and size. */
  readonly paper?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly series?: readonly System[];
}

const panelNames: Readonly<Record<Sweep, string>> = { size: 'Disk size, clusters of 64 KB', cluster: 'Cluster size, disk of 1 GB' };

/** Times over the sizes of disks, and over the sizes of clusters. */
export function operationCharts(rows: readonly Row[], { operation, title, paper, series = systemNames }: Drawn): Chart[] {
  return (['size', 'cluster'] as const).map((sweep): Chart => {
    const varied = sweep === 'size' ? 'sizeGB' : 'clusterKB';
    const wanted = rows.filter(
      (row) => row['sweep'] === sweep && row['operation'] === operation && series.includes(row['system'] as System),
    );
    const drawn: LinePoint[] = summarize(wanted, ['system', varied], 'timeS').map(({ key, interval }) => ({
      series: key['system'] as string,
      x: key[varied] as number,
      value: interval.mean,
      low: Math.max(interval.low, 0),
      high: interval.high,
      paper: (sweep === 'size' ? paper?.[key['system'] as string]?.[String(key[varied])] : undefined) ?? null,
    }));
    const isOnce = summarize(wanted, ['system', varied], 'timeS').some(({ rows: seeds }) => seeds.length === 1);
    return {
      name: `${operation}-${sweep}`,
      title: `${title} by ${sweep === 'size' ? 'disk size' : 'cluster size'}`,
      caption:
        `${panelNames[sweep]}, all of it written before; the image on the host's ext3. Means with 95 % intervals over seeds${isOnce ? ', one seed where the paper gives no numbers' : ''}. ` +
        'The fixed time of a command is calibrated on the creation time of iROW. The published driver only marks deleted snapshots.',
      spec: lines(
        {
          description: `${title} of qcow2 and iROW`,
          xTitle: sweep === 'size' ? 'Disk (GB)' : 'Cluster (KB)',
          yTitle: 'Time (s)',
          series,
          ...(sweep === 'cluster' ? { xLog: true, yLog: true, xTicks: [1, 8, 64, 512] } : { xTicks: claimSizes }),
        },
        sweep === 'cluster' ? drawn.map((point) => ({ ...point, low: Math.max(point.low, point.value / 100) })) : drawn,
      ),
      points: {
        columns: [
          { name: 'series', unit: '', about: 'System' },
          { name: 'x', unit: sweep === 'size' ? 'GB' : 'KB', about: 'What is varied' },
          ...['value', 'low', 'high', 'paper'].map((name) => ({ name, unit: 's', about: '' })),
        ],
        rows: drawn.map((point): Row => ({ ...point, paper: point.paper ?? null })),
      },
    };
  });
}
