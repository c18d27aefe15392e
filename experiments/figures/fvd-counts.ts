/**
 * FVD, sections 2.3 and 3: numbers of I/Os and bytes that the paper argues with, counted in the models without a device and without time.
 * The chart shows what each of the optimizations takes from a first write.
 */
import { groupedBars, type BarPoint } from '../../results/charts/index.js';
import type { Column, Row } from '../../results/rows.js';
import { numberIn, summarize } from '../../results/summary.js';
import { GiB, KiB, MiB, type Bytes } from '../../sim/units.js';
import type { Measure } from '../claims/index.js';
import * as count from './counts/fvd-optimizations.js';
import type { Chart, Figure, Point } from './figure.js';
import { pointTable } from './point-table.js';

const TiB = 1024 * GiB;
const template = 501 * MiB;

/** Variants of the chart: which optimizations of a first write are at work. */
const variants: Readonly<Record<string, { readonly format: string; readonly options: Readonly<Record<string, unknown>> }>> = {
  'QCOW2 (0.12)': { format: 'qcow2-0.12', options: {} },
  'no optimization': { format: 'fvd-paper', options: { inMemoryBitmap: false, noBackingFree: false } },
  'bitmap in memory': { format: 'fvd-paper', options: { noBackingFree: false } },
  'free without backing': { format: 'fvd-paper', options: {} },
};

const bitmapSizes: Readonly<Record<string, readonly [backing: Bytes, disk: Bytes]>> = {
  'backing 10 GiB': [10 * GiB, 10 * GiB],
  'backing 1 TiB': [TiB, TiB],
  'backing 20 GiB': [20 * GiB, 20 * GiB],
  'backing 10 GiB, disk 1 TiB': [10 * GiB, TiB],
};

/** Each study counts something with one seed. */
const studies: Readonly<Record<string, (seed: number) => count.Counts>> = {
  'empty qcow2': () => count.emptyQcow2(),
  'addresses qcow2': (seed) => count.imageAddresses('qcow2-0.12', 64 * KiB, seed),
  'addresses vdi': (seed) => count.imageAddresses('vdi', MiB, seed),
  'addresses vmdk': (seed) => count.imageAddresses('vmdk-0.12', 64 * KiB, seed),
  'addresses vhd': (seed) => count.imageAddresses('vpc-0.12', 2 * MiB, seed),
  'addresses fvd': (seed) => count.imageAddresses('fvd-paper', 64 * KiB, seed),
  'addresses raw': (seed) => count.imageAddresses('raw', 64 * KiB, seed),
  'L2 cache 1': (seed) => count.l2Cache(1, seed),
  'L2 cache 16': (seed) => count.l2Cache(16, seed),
  'L2 cache 128': (seed) => count.l2Cache(128, seed),
  'naive seeks': () => count.naiveSequentialWrite(),
  'bitmap bytes': () => Object.fromEntries(Object.entries(bitmapSizes).map(([name, [b, d]]) => [name, count.bitmapBytes(b, d)])),
  'without backing': (seed) => count.writesWithoutBacking(seed),
  'zero-filled': (seed) => count.zeroFilled(seed),
  'bytes to start': () => count.bytesToStart(template),
  'copy on read': (seed) => count.copyOnRead(seed),
  'passes qcow2': (seed) => count.passes('qcow2-0.12', {}, seed),
  'passes fvd': (seed) => count.passes('fvd-paper', { copyOnRead: true }, seed),
  'after prefetch': (seed) => count.afterPrefetch(seed),
  ...Object.fromEntries(
    Object.entries(variants).map(([name, { format, options }]) => [
      `first write ${name}`,
      (seed: number) => count.firstWrite(options, format, seed),
    ]),
  ),
};

const columns: readonly Column[] = [
  { name: 'study', unit: '', about: 'What was done' },
  { name: 'item', unit: '', about: 'What was counted' },
  { name: 'seed', unit: '', about: 'Seed of the order of blocks' },
  { name: 'value', unit: '1', about: 'The count, in bytes where the item says so, or a share' },
];

const run = ({ study }: Point, seed: number): Row[] =>
  Object.entries(studies[study as string]!(seed)).map(([item, value]) => ({ study: study as string, item, seed, value }));

const at = (rows: readonly Row[], study: string, item: string): number =>
  numberIn(
    rows.find((row) => row['study'] === study && row['item'] === item)!,
    'value',
  );

const correlations = (rows: readonly Row[]): Record<string, number> =>
  Object.fromEntries(['qcow2', 'vdi', 'vmdk', 'vhd'].map((format) => [format, at(rows, `addresses ${format}`, 'withTime')]));

const measures: readonly Measure[] = [
  {
    claim: 'fvd-s23-empty-qcow2',
    value: (rows) => ({
      shareOfDisk: at(rows, 'empty qcow2', 'shareOfDisk'),
      nextBlock: at(rows, 'empty qcow2', 'nextBlock'),
      blockInNewTable: at(rows, 'empty qcow2', 'blockInNewTable'),
    }),
    holds: ({ shareOfDisk, nextBlock, blockInNewTable }: { shareOfDisk: number; nextBlock: number; blockInNewTable: number }) =>
      shareOfDisk < 0.001 && nextBlock === 64 * KiB && blockInNewTable === 128 * KiB,
  },
  {
    claim: 'fvd-s23-iba-order',
    value: (rows) => ({
      ...correlations(rows),
      fvdWithPlace: at(rows, 'addresses fvd', 'withPlace'),
      rawWithPlace: at(rows, 'addresses raw', 'withPlace'),
    }),
    holds: (value: Record<string, number>) => Object.values(value).every((correlation) => correlation === 1),
  },
  {
    claim: 'fvd-s23-cache-reads-not-writes',
    value: (rows) => ({
      writes: [1, 16, 128].map((tables) => at(rows, `L2 cache ${tables}`, 'writesPerFirstWrite')),
      misses: [1, 16, 128].map((tables) => at(rows, `L2 cache ${tables}`, 'readsAgain')),
    }),
    holds: ({ writes, misses }: { writes: readonly number[]; misses: readonly number[] }) =>
      writes.every((writesPerBlock) => writesPerBlock === writes[0]) && misses[0]! > misses[1]! && misses[1]! > misses[2]!,
  },
  { claim: 'fvd-s33-naive-seeks', value: (rows) => at(rows, 'naive seeks', 'seeks') },
  { claim: 'fvd-s331-bitmap-20KB', value: (rows) => ({ bytes: at(rows, 'bitmap bytes', 'backing 10 GiB') }) },
  { claim: 'fvd-s331-bitmap-2MB', value: (rows) => ({ bytes: at(rows, 'bitmap bytes', 'backing 1 TiB') }) },
  {
    claim: 'fvd-s331-size-prop',
    value: (rows) => ({
      twiceTheBacking: at(rows, 'bitmap bytes', 'backing 20 GiB') / at(rows, 'bitmap bytes', 'backing 10 GiB'),
      largerDisk: at(rows, 'bitmap bytes', 'backing 10 GiB, disk 1 TiB') / at(rows, 'bitmap bytes', 'backing 10 GiB'),
    }),
    holds: ({ twiceTheBacking, largerDisk }: { twiceTheBacking: number; largerDisk: number }) => twiceTheBacking === 2 && largerDisk === 1,
  },
  { claim: 'fvd-s332-no-backing-free', value: (rows) => at(rows, 'without backing', 'metadata') },
  {
    claim: 'fvd-s333-zero-free',
    value: (rows) => at(rows, 'zero-filled', 'backingReads') + at(rows, 'zero-filled', 'metadataWrites'),
  },
  {
    claim: 'fvd-s333-copy-metadata-fast',
    value: (rows) => ({ bytes: at(rows, 'bytes to start', 'copied'), share: at(rows, 'bytes to start', 'copied') / template }),
    holds: ({ share }: { share: number }) => share < 0.01,
  },
  { claim: 'fvd-s334-free-cor', value: (rows) => at(rows, 'copy on read', 'metadataWrites') },
  { claim: 'fvd-s32-cor-second-read-local', value: (rows) => at(rows, 'copy on read', 'secondPass') },
  {
    claim: 'fvd-s1-qcow2-rereads',
    value: (rows) => ({
      qcow2: at(rows, 'passes qcow2', 'third') / at(rows, 'passes qcow2', 'first'),
      fvd: at(rows, 'passes fvd', 'second') / at(rows, 'passes fvd', 'first'),
    }),
    holds: ({ qcow2, fvd }: { qcow2: number; fvd: number }) => qcow2 === 1 && fvd === 0,
  },
];

function charts(rows: readonly Row[]): Chart[] {
  const names = Object.keys(variants);
  const kinds: Readonly<Record<string, string>> = { metadataReads: 'metadata reads', metadataWrites: 'metadata writes' };
  const wanted = rows.filter((row) => String(row['study']).startsWith('first write '));
  const drawn: BarPoint[] = summarize(wanted, ['study', 'item'], 'value').map(({ key, interval }) => ({
    series: kinds[key['item'] as string]!,
    category: (key['study'] as string).slice('first write '.length),
    value: interval.mean,
    low: interval.low,
    high: interval.high,
  }));
  return [
    {
      name: 'first-write',
      title: 'Metadata I/O of a first write',
      caption:
        'Random first writes of 64 KiB over a 2 GiB disk whose first half has a backing image; metadata I/Os for each, counted without a device. ' +
        'QCOW2 beside FVD with none of its optimizations, with its bitmap kept in memory, and with writes past the backing image free of it.',
      spec: groupedBars(
        {
          description: 'Bars of metadata reads and writes for each first write, of QCOW2 and of FVD with more and more optimizations',
          xTitle: '',
          yTitle: 'Metadata I/Os for each write',
          series: Object.values(kinds),
          categories: names,
          width: 'page',
        },
        drawn,
      ),
      points: pointTable(drawn, ['category', 'series', 'value', 'low', 'high']),
    },
  ];
}

export const fvdCounts: Figure = {
  paper: 'FVD',
  locus: 'sections 1, 2.3 and 3, counted',
  about: 'numbers of I/Os and bytes that the paper argues with: index sizes, metadata I/O, copy-on-read, what each optimization saves',
  study: {
    testbed: 'fvd',
    columns,
    points: () => Object.keys(studies).map((study) => ({ study })),
    seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
    run,
  },
  charts,
  claimRows: (rows) => rows,
  measures,
};
