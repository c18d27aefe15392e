/**
 * PostMark on the FVD paper's test-bed: one study, drawn by Figures 6, 7 and 11. Each run creates the pool of files and then does transactions.
 *
 * Of the load the paper states the sizes of files and their sum. Assumed is the number of transactions, and that options which it does not
 * name are at PostMark's defaults: one flat directory above all (it could be up to 10,000 of them).
 */
import type { BarPoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { GiB, KiB, MiB, type Bytes } from '../../sim/units.js';
import { loadLedger, type Measure } from '../claims/index.js';
import type { Home } from '../run/boot-image.js';
import { PostmarkMachine, type DiskLayout, type PostmarkSystem } from '../run/postmark-machine.js';
import { runPostmark, type PostmarkLoad, type PostmarkPhase } from '../run/postmark-run.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Point, Scale, Study } from './figure.js';

const preallocated = { options: {}, files: 'preallocated' } as const;
const sparse = { options: {}, files: 'sparse' } as const;

/** A RAW image is a byte-by-byte copy of a whole disk (section 1), so as a file it has all its blocks. */
export const systems = {
  Hypervisor: { format: null, template: 'none', ...sparse },
  RAW: { format: 'raw', template: 'none', ...preallocated },
  FVD: { format: 'fvd-paper', template: 'least', ...sparse },
  QCOW2: { format: 'qcow2-0.12', template: 'least', ...sparse },
  'FVD zero-aware': { format: 'fvd-paper', template: 'whole, zeros known', ...sparse },
  'FVD naive': { format: 'fvd-paper', template: 'whole', ...sparse, options: { zeroFilledFree: false } },
} as const satisfies Readonly<Record<string, PostmarkSystem>>;
export type System = keyof typeof systems;

/** About 50 GB: as much as leaves room for what transactions add. The quick run has a disk of a twentieth. */
const fileSizes = { sizeLow: 10 * KiB, sizeHigh: 50 * KiB };
const loads: Readonly<Record<Scale, PostmarkLoad>> = {
  // Transactions are assumed, 50,000 to 500,000 as far as they fit.
  full: { ...fileSizes, files: 1_550_000, transactions: 100_000 },
  quick: { ...fileSizes, files: 70_000, transactions: 5_000 },
};
const shrink: Readonly<Record<Scale, number>> = { full: 1, quick: 20 };

/** Section 4.1.1: the first partition of the virtual disk. */
export const rootBytes: Bytes = GiB;

/** The load of a run of Figures 6, 7, 8 and 11, and the disk that it works on. */
export function postmarkLoad(scale: Scale, testbed: TestBed): { readonly load: PostmarkLoad; readonly layout: DiskLayout } {
  const shrunk = (bytes: Bytes): Bytes => Math.round(bytes / shrink[scale] / MiB) * MiB;
  const { virtualDisk, backingImage } = testbed;
  const [templateBytes, partitionBytes] = [shrunk(backingImage.value), shrunk(virtualDisk.value - rootBytes)];
  return { load: loads[scale], layout: { rootBytes: shrunk(rootBytes), partitionBytes, templateBytes } };
}

/** Said in captions. */
export const aboutLoad = (rows: readonly Row[]): string => {
  const gib = numberIn(rows[0]!, 'partitionGiB');
  const small = gib < 50 ? ` Quick run: a disk of ${gib} GiB instead of 50.` : '';
  return `PostMark with files of 10 to 50 KiB on the guest's ext3 of ${gib} GiB, a flat directory, nearly full.${small}`;
};

const columns: readonly Column[] = [
  {
    name: 'system',
    unit: '',
    about: 'Hypervisor: without virtualization; else the image format of the virtual machine, and how it uses its template',
  },
  { name: 'home', unit: '', about: "Where the image is: on a raw partition, or in files on the host's ext3" },
  { name: 'device', unit: '', about: "The virtual machine's disk interface; none without virtualization" },
  { name: 'partitionGiB', unit: 'GiB', about: 'Size of the partition that PostMark works on' },
  { name: 'diskGiB', unit: 'GiB', about: 'Size of the virtual disk, and of the partition that holds its image' },
  { name: 'phase', unit: '', about: 'create: the pool of files; transactions: what comes after' },
  { name: 'seed', unit: '', about: 'Seed of sizes and of the choice of files' },
  { name: 'timeS', unit: 's', about: 'Length of the phase' },
  { name: 'ratePerS', unit: '1/s', about: 'Files created a second, or transactions' },
  { name: 'throughputMBs', unit: 'MB/s', about: '10^6 bytes that PostMark wrote and read a second' },
  { name: 'hostIos', unit: '1', about: "Requests that the host's drive served" },
  { name: 'hostReads', unit: '1', about: 'Reads among them' },
  { name: 'hostIoKB', unit: 'kB', about: 'Their mean size, 10^3 bytes' },
  { name: 'metadataIos', unit: '1', about: "I/Os for the image format's own tables" },
  { name: 'l2Misses', unit: '1', about: 'L2 tables that were not in memory' },
  { name: 'meanDistance', unit: '1', about: 'Mean distance from an I/O to the next, as a share of the partition' },
  { name: 'lockHeldShare', unit: '1', about: "Share of the time for which I/O holds the hypervisor's lock" },
  { name: 'places', unit: '', about: 'Numbers of I/Os in 100 equal parts of the partition; null where they are not drawn' },
  { name: 'distances', unit: '', about: 'Numbers of I/Os by distance from the one before, 10 bins to a factor of ten; null as above' },
  { name: 'fingerprint', unit: '', about: 'Tells whether two runs were the same' },
];

/** The groups of Figure 6, and the variants of Figure 11. */
function points(): Point[] {
  const formats: readonly System[] = ['RAW', 'FVD', 'QCOW2'];
  const groups = [
    ['partition', 'virtio'],
    ['ext3', 'virtio'],
    ['partition', 'ide'],
  ] as const;
  return [
    { system: 'Hypervisor', home: 'partition', device: 'none' },
    ...groups.flatMap(([home, device]) => formats.map((system) => ({ system, home, device }))),
    ...(['FVD zero-aware', 'FVD naive'] as const).map((system) => ({ system, home: 'partition', device: 'virtio' })),
  ];
}

function run(point: Point, seed: number, scale: Scale, testbed: TestBed): Row[] {
  const { system, home, device } = point as { system: System; home: Home; device: string };
  const { load, layout } = postmarkLoad(scale, testbed);
  const request = {
    testbed,
    system: systems[system],
    home,
    processors: testbed.guest.processors.value,
    layout,
    isWarm: false,
    seed,
  };
  const machine = new PostmarkMachine({ ...request, device: device === 'none' ? 'virtio' : device });
  const { create, transactions, fingerprint } = runPostmark(machine, load);
  const about = { system, home, device, partitionGiB: layout.partitionBytes / GiB, diskGiB: machine.diskBytes / GiB, seed, fingerprint };
  const isDrawn = home === 'partition' && device === 'virtio' && (system === 'FVD' || system === 'QCOW2');
  return [
    { ...about, ...rowOf('create', create), ...placesOf(isDrawn ? create : null) },
    { ...about, ...rowOf('transactions', transactions!), ...placesOf(null) },
  ];
}

const rowOf = (phase: string, seen: PostmarkPhase): Row => ({
  phase,
  timeS: seen.timeS,
  ratePerS: seen.rate,
  throughputMBs: seen.throughputMBs,
  hostIos: seen.places.ios,
  hostReads: seen.places.reads,
  hostIoKB: (seen.places.sectors * 0.512) / seen.places.ios,
  metadataIos: seen.metadataIos,
  l2Misses: seen.l2Misses,
  meanDistance: seen.places.meanDistance,
  lockHeldShare: seen.lockHeldShare,
});

const placesOf = (seen: PostmarkPhase | null): Row => ({
  places: seen === null ? null : seen.places.byPlace.join(' '),
  distances: seen === null ? null : seen.places.byDistance.join(' '),
});

/** The same object in all figures that draw it. */
export const postmarkStudy: Study = {
  testbed: 'fvd',
  columns,
  points,
  seeds: () => 3,
  cost: ({ home, system }, scale) => (scale === 'quick' ? 1 : system === 'QCOW2' ? 22 : home === 'ext3' ? 19 : 15),
  run,
};

/** One setting of the study. */
export interface Setting {
  readonly system: System;
  readonly home?: Home;
  readonly device?: string;
  readonly phase?: 'create' | 'transactions';
}

/** Its row, of one seed: on a raw partition with virtio, in the creation, where nothing else is said. */
export function rowFor(rows: readonly Row[], { system, home = 'partition', device, phase = 'create' }: Setting): Row {
  const through = device ?? (system === 'Hypervisor' ? 'none' : 'virtio');
  const found = rows.find((row) => row['system'] === system && row['home'] === home && row['device'] === through && row['phase'] === phase);
  if (found === undefined) throw new RangeError(`no row of ${system} on ${home} through ${through}`);
  return found;
}

/** All that PostMark does in a virtual machine depends on what the host hands to the drive at once, which was set on one of its claims. */
export const onQueueDepth = (measures: readonly Measure[]): Measure[] =>
  measures.map((measure) => ({ ...measure, calibratedOn: 'fvd-fig6a-virtio-ide' }));

/** How much faster the first is than the second. */
export const ratio =
  (first: Setting, second: Setting) =>
  (rows: readonly Row[]): number =>
    numberIn(rowFor(rows, first), 'ratePerS') / numberIn(rowFor(rows, second), 'ratePerS');

/** The paper's number of a claim, from the ledger; null where it is withheld. It is drawn beside the result and used nowhere else. */
export function paperValue(claim: string): number | null {
  const { expected } = loadLedger().get(claim, 'a figure of PostMark');
  return typeof expected === 'number' ? expected : null;
}

/** Mean and interval over seeds, without a place on a chart. */
export const meanOf = (rows: readonly Row[], column: string): Pick<BarPoint, 'value' | 'low' | 'high'> => {
  const [all] = summarize(
    rows.map((row) => ({ ...row, all: '' })),
    ['all'],
    column,
  );
  const { mean, low, high } = all!.interval;
  return { value: mean, low, high };
};
