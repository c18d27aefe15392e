/** Where things lie in a qcow2 image: sizes that follow from the cluster size, and the layout of a new image. Pure arithmetic. */
import { InputError } from '../../../sim/errors.js';
import { placeOfOption } from '../../../sim/options.js';
import { formatBytes, type Bytes } from '../../../sim/units.js';

export const entryBytes = 8;
const refcountBytes = 2;
/** Header of version 2. */
export const headerBytes = 72;
/** Fields of the header that change later, by their place. */
export const headerField = {
  diskSize: 24,
  l1Table: 36,
  refcountTable: 48,
  snapshotCount: 60,
  snapshotTable: 64,
  incompatibleFeatures: 72,
} as const;

/** Cluster numbers are kept in 30 bits; half of them leaves room for snapshots. */
const mostClusters = 2 ** 29;

/** Throws InputError where a disk has more clusters than can be numbered. */
export function checkClusterCount(diskBytes: Bytes, clusterBytes: Bytes, format: string): void {
  if (diskBytes / clusterBytes <= mostClusters) return;
  const leastBytes = 2 ** Math.ceil(Math.log2(diskBytes / mostClusters));
  const least = `at least ${formatBytes(leastBytes)} for a disk of ${formatBytes(diskBytes)}`;
  throw new InputError(placeOfOption('cluster', format), formatBytes(clusterBytes), least);
}

export class Geometry {
  readonly clusterBits: number;
  /** Entries of an L2 table. */
  readonly l2Entries: number;
  readonly l2Bits: number;
  /** Guest bytes under one L2 table. */
  readonly l2Span: Bytes;
  /** Entries of a refcount block. */
  readonly refcountsPerBlock: number;
  readonly refcountsPerBlockBits: number;
  readonly refcountsPerSector = 512 / refcountBytes;
  readonly l2EntriesPerSector = 512 / entryBytes;
  readonly l1Entries: number;
  /** Where the machine's state begins, as a place on the disk: behind its end, where an L2 table begins. */
  readonly stateStart: Bytes;

  constructor(
    readonly clusterBytes: Bytes,
    readonly diskBytes: Bytes,
  ) {
    this.clusterBits = Math.log2(clusterBytes);
    this.l2Entries = clusterBytes / entryBytes;
    this.l2Bits = this.clusterBits - 3;
    this.l2Span = clusterBytes * this.l2Entries;
    this.refcountsPerBlock = clusterBytes / refcountBytes;
    this.refcountsPerBlockBits = this.clusterBits - 1;
    this.l1Entries = Math.ceil(diskBytes / this.l2Span);
    this.stateStart = this.l1Entries * this.l2Span;
  }

  clustersOf(bytes: Bytes): number {
    return Math.ceil(bytes / this.clusterBytes);
  }
}

/** A name in the header's extension that says of what format the backing file is. */
export interface BackingName {
  readonly fileName: string;
  readonly formatName: string;
}

export interface Piece {
  readonly offset: Bytes;
  readonly bytes: Bytes;
}

/** Header, extension with the backing file's format (tag and length, text, padding to 8), and the backing file's name. */
export function headerPieces(backing: BackingName | null): Piece[] {
  const pieces: Piece[] = [{ offset: 0, bytes: headerBytes }];
  if (backing === null) return pieces;
  const tag = { offset: headerBytes, bytes: 8 };
  const text = { offset: tag.offset + tag.bytes, bytes: backing.formatName.length };
  const padding = { offset: text.offset + text.bytes, bytes: (8 - (text.bytes % 8)) % 8 };
  const name = { offset: padding.offset + padding.bytes, bytes: backing.fileName.length };
  return [...pieces, tag, text, padding, name].filter(({ bytes }) => bytes > 0);
}

/** Header of version 3. */
export const header3Bytes = 112;
/** Entry of a header extension that names the features of the format, in images whose clusters have room for it. */
const featureNamesBytes = 384;
const largestClusterWithoutFeatureNames = 4096;

/** What an open reads of the header's extensions and of what follows: tags with lengths, the backing file's format, its name. */
export function extensionReads3(clusterBytes: Bytes, backing: BackingName | null): Piece[] {
  const tagBytes = 8;
  const reads: Piece[] = [{ offset: header3Bytes, bytes: tagBytes }];
  let end = header3Bytes + tagBytes;
  const skip = (bytes: Bytes): void => {
    end += Math.ceil(bytes / tagBytes) * tagBytes;
    reads.push({ offset: end, bytes: tagBytes });
    end += tagBytes;
  };
  if (backing !== null) {
    reads.push({ offset: end, bytes: backing.formatName.length });
    skip(backing.formatName.length);
  }
  if (clusterBytes > largestClusterWithoutFeatureNames) skip(featureNamesBytes);
  if (backing !== null) reads.push({ offset: end, bytes: backing.fileName.length });
  return reads;
}

/** Places, in clusters, of a new image's parts; the refcount table is one cluster. */
export interface NewLayout {
  readonly headerClusters: number;
  readonly l1: number;
  readonly l1Clusters: number;
  readonly refcountTable: number;
  readonly refcountBlocks: number;
  /** As many as describe everything before them, and themselves. */
  readonly refcountBlockCount: number;
}

/** QEMU 0.12: header, L1 table, refcount table, refcount blocks. */
export function layoutOf012(geometry: Geometry, pieces: readonly Piece[]): NewLayout {
  const last = pieces[pieces.length - 1]!;
  const headerClusters = geometry.clustersOf(last.offset + last.bytes);
  const l1Clusters = geometry.clustersOf(geometry.l1Entries * entryBytes);
  const refcountTable = headerClusters + l1Clusters;
  const refcountBlocks = refcountTable + 1;
  let refcountBlockCount = 1;
  while ((refcountBlocks + refcountBlockCount - 1) / geometry.refcountsPerBlock >= refcountBlockCount) refcountBlockCount += 1;
  return { headerClusters, l1: headerClusters, l1Clusters, refcountTable, refcountBlocks, refcountBlockCount };
}

/** QEMU 7.2: header, refcount table, one refcount block; then the L1 table, by the allocator. */
export const layoutOf72 = (geometry: Geometry): NewLayout => ({
  headerClusters: 1,
  refcountTable: 1,
  refcountBlocks: 2,
  refcountBlockCount: 1,
  l1: 3,
  l1Clusters: geometry.clustersOf(geometry.l1Entries * entryBytes),
});
