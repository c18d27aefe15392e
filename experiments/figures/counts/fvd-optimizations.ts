/**
 * FVD, sections 2.3 and 3: what an image format asks of its host beside the guest's own data, counted without a device and without time,
 * and what each of FVD's optimizations takes away.
 */
import type { ImageFormat } from '../../../models/io/image-format.js';
import { Kind, Purpose } from '../../../models/io/plan.js';
import { raw } from '../../../models/formats/raw.js';
import { defaults } from '../../../sim/options.js';
import { RandomPermutation, RandomStream } from '../../../sim/random.js';
import { GiB, KiB, type Bytes } from '../../../sim/units.js';
import { CountedDisk } from '../../run/counted-disk.js';

const block = 64 * KiB;
/** Large enough for several index tables, small enough to be counted at once. */
const diskBytes = 2 * GiB;
const backingBytes = GiB;

/** A raw image to lay a disk over. */
const template = (bytes: Bytes): ImageFormat =>
  raw.make({ diskBytes: bytes, cache: 'none', slots: 1, backing: null }, defaults(raw.options));

const naiveOptions = { inMemoryBitmap: false, noBackingFree: false, zeroFilledFree: false, freeCopyOnRead: false, freePrefetch: false };

const over = (format: string, options: Readonly<Record<string, unknown>> = {}, backing = backingBytes): CountedDisk =>
  new CountedDisk(format, { diskBytes, backing: template(backing), backingIsZero: () => false }, options);

/** Blocks in an order drawn from the seed. */
function* shuffled(blocks: number, seed: number): Generator<number> {
  const order = new RandomPermutation(blocks, new RandomStream(seed, 'counts/order'));
  for (let i = 0; i < blocks; i++) yield order.at(i);
}

export type Counts = Readonly<Record<string, number>>;

/** Size of a qcow2 image: empty, and how it grows by blocks and index tables. */
export function emptyQcow2(): Counts {
  const disk = new CountedDisk('qcow2-0.12', { diskBytes });
  const size = (): Bytes => disk.image.files[0]!.bytes;
  const empty = size();
  disk.write(0, block);
  const first = size();
  disk.write(block, block);
  const second = size();
  disk.write(GiB, block);
  return { empty, shareOfDisk: empty / diskBytes, firstBlock: first - empty, nextBlock: second - first, blockInNewTable: size() - second };
}

/** Rank correlation of where a block lies with when it was first written, and with its place on the disk. */
export function imageAddresses(format: string, unit: Bytes, seed: number): Counts {
  const disk = new CountedDisk(format, { diskBytes });
  const order = [...shuffled(diskBytes / unit, seed)];
  for (const at of order) disk.write(at * unit, unit);
  const place = new Map<number, Bytes>();
  for (const { guestOffset, bytes, file, offset } of disk.image.extents(null)) {
    if (file === -1) continue;
    for (let at = 0; at < bytes; at += unit) place.set((guestOffset + at) / unit, offset + at);
  }
  const places = order.map((at) => place.get(at)!);
  return {
    withTime: rankCorrelation(
      places,
      order.map((_, when) => when),
    ),
    withPlace: rankCorrelation(places, order),
  };
}

/** Spearman's, of values without ties. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] => {
    const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
    const rank = new Array<number>(values.length).fill(0);
    order.forEach((i, r) => (rank[i] = r));
    return rank;
  };
  const [x, y] = [ranks(a), ranks(b)];
  const n = x.length;
  return 1 - (6 * x.reduce((sum, rank, i) => sum + (rank - y[i]!) ** 2, 0)) / (n * (n * n - 1));
}

/** Metadata I/O of a random first and second write of every block, with an L2 cache of so many tables. */
export function l2Cache(tables: number, seed: number): Counts {
  const size = 50 * GiB;
  const disk = new CountedDisk('qcow2-0.12', { diskBytes: size }, { l2Tables: tables });
  const metadata = (kind: Kind): number => disk.of({ kind, purpose: Purpose.METADATA }).ios;
  const blocks = size / block;
  disk.reset();
  for (const at of shuffled(blocks, seed)) disk.write(at * block, block);
  const written = metadata(Kind.WRITE) / blocks;
  const before = disk.image.counters();
  for (const at of shuffled(blocks / 8, seed + 1)) disk.write(at * 8 * block, block);
  const after = disk.image.counters();
  const hits = after['L2 hits']! - before['L2 hits']!;
  return { writesPerFirstWrite: written, readsAgain: 1 - hits / (hits + after['L2 misses']! - before['L2 misses']!) };
}

/** Far moves of the head for each block of a sequential first write, with none of the optimizations. */
export function naiveSequentialWrite(): Counts {
  const disk = over('fvd-paper', naiveOptions);
  const blocks = backingBytes / block;
  disk.write(0, block);
  disk.reset();
  for (let at = 1; at < blocks; at++) disk.write(at * block, block);
  return { seeks: disk.farSeeks / (blocks - 1) };
}

/** What a random first write of 64 KiB costs beside its data, for one set of switches. */
export function firstWrite(options: Readonly<Record<string, unknown>>, format: string, seed: number): Counts {
  const disk = over(format, options);
  disk.reset();
  const blocks = diskBytes / block;
  for (const at of shuffled(blocks, seed)) disk.write(at * block, block);
  return {
    metadataReads: disk.of({ kind: Kind.READ, purpose: Purpose.METADATA }).ios / blocks,
    metadataWrites: disk.of({ kind: Kind.WRITE, purpose: Purpose.METADATA }).ios / blocks,
  };
}

/** Bytes of FVD's bitmap for a backing image and a virtual disk of these sizes. */
export function bitmapBytes(backing: Bytes, disk: Bytes): number {
  const image = new CountedDisk('fvd-paper', { diskBytes: disk, backing: template(backing), backingIsZero: () => false });
  const { bytes } = image.of({ kind: Kind.WRITE, role: 'metadata' });
  const header = headerBytes();
  return bytes - header;
}

/** What creation writes where there is no backing image, hence no bitmap. */
const headerBytes = (): number => new CountedDisk('fvd-paper', { diskBytes }).of({ kind: Kind.WRITE, role: 'metadata' }).bytes;

/** Metadata written for writes behind the end of the backing image. */
export function writesWithoutBacking(seed: number): Counts {
  const disk = over('fvd-paper');
  disk.reset();
  const blocks = (diskBytes - backingBytes) / block;
  for (const at of shuffled(blocks, seed)) disk.write(backingBytes + at * block, block);
  return { metadata: disk.of({ purpose: Purpose.METADATA }).ios };
}

/** Reads and first writes of blocks that hold only zeros in the backing image. */
export function zeroFilled(seed: number): Counts {
  const context = { diskBytes, backing: template(backingBytes), backingIsZero: () => true };
  const disk = new CountedDisk('fvd-paper', context, {});
  disk.reset();
  for (const at of shuffled(backingBytes / block, seed)) {
    disk.read(at * block, block);
    disk.write(at * block, block / 2);
  }
  return { backingReads: disk.of({ role: 'backing' }).ios, metadataWrites: disk.of({ kind: Kind.WRITE, purpose: Purpose.METADATA }).ios };
}

/** Bytes that must be copied to a host before a machine whose template has this size can run there. */
export function bytesToStart(backing: Bytes): Counts {
  const image = new CountedDisk('fvd-paper', { diskBytes, backing: template(backing), backingIsZero: () => false });
  return { copied: image.of({ kind: Kind.WRITE }).bytes, backing };
}

/** A read-only session with copy-on-read: what the bitmap on disk is written, and what reading again brings from the server. */
export function copyOnRead(seed: number): Counts {
  const disk = over('fvd-paper', { copyOnRead: true });
  const blocks = backingBytes / block;
  disk.reset();
  for (const at of shuffled(blocks, seed)) disk.read(at * block, block);
  disk.settle();
  const metadataWrites = disk.of({ kind: Kind.WRITE, purpose: Purpose.METADATA }).ios;
  const first = disk.of({ kind: Kind.READ, role: 'backing' }).bytes;
  disk.reset();
  for (const at of shuffled(blocks, seed)) disk.read(at * block, block);
  return { metadataWrites, firstPass: first, secondPass: disk.of({ kind: Kind.READ, role: 'backing' }).bytes };
}

/** Bytes from the server in each of three passes over the same blocks: a format that saves what it reads, and one that does not. */
export function passes(format: string, options: Readonly<Record<string, unknown>>, seed: number): Counts {
  const disk = over(format, options);
  const pass = (): number => {
    disk.reset();
    for (const at of shuffled(backingBytes / block / 4, seed)) disk.read(at * block, block);
    disk.settle();
    return disk.of({ kind: Kind.READ, role: 'backing' }).bytes;
  };
  return { first: pass(), second: pass(), third: pass() };
}

/** Metadata I/O of reads and writes after the whole image was prefetched. */
export function afterPrefetch(seed: number): Counts {
  const disk = over('fvd-paper', { prefetch: 'whole' });
  disk.settle();
  disk.reset();
  for (const at of shuffled(diskBytes / block, seed)) {
    disk.read(at * block, block);
    disk.write(at * block, block);
  }
  return { metadata: disk.of({ purpose: Purpose.METADATA }).ios };
}
