/**
 * Recovery of qcow2 images: header, L1, L2, refcount and snapshot tables followed from what survived, the reference counts held against
 * what they count. An open repairs nothing.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { Qcow2Base } from '../../../models/formats/qcow2/base-image.js';
import { clusterOf, isCopied } from '../../../models/formats/qcow2/tables.js';
import { LIVE } from '../../../models/io/image-format.js';
import { countsPerSector, entriesPerSector, entryBytes, readHeader, wordsAt, type HeaderWords } from './qcow2-words.js';
import type { MakeRecovery, Place, Recovered, Survivors } from './recovery.js';

interface ImageShape {
  readonly clusterBytes: Bytes;
  readonly diskBytes: Bytes;
  readonly backingFile: number;
  readonly backingBytes: Bytes;
}

/** Follows an image's tables; counts references as it goes. */
class TableWalk {
  dangling = 0;
  private readonly references = new Map<number, number>();
  /** Clusters that an entry of the live disk calls its own. */
  private readonly alone = new Set<number>();
  private readonly l2Entries: number;

  constructor(
    private readonly survivors: Survivors,
    private readonly shape: ImageShape,
  ) {
    this.l2Entries = shape.clusterBytes / entryBytes;
  }

  refer(cluster: number, isAlone = false): void {
    this.references.set(cluster, (this.references.get(cluster) ?? 0) + 1);
    if (isAlone) this.alone.add(cluster);
  }

  referToAll(offset: Bytes, bytes: Bytes): void {
    const { clusterBytes } = this.shape;
    for (let at = 0; at < bytes; at += clusterBytes) this.refer((offset + at) / clusterBytes);
  }

  /** Entry of a table at `offset`; a table that is no table holds nothing. */
  entry(offset: Bytes, index: number): number {
    const words = this.survivors(0, offset + Math.floor(index / entriesPerSector) * sectorBytes);
    return typeof words === 'number' ? 0 : Number(words[index % entriesPerSector] ?? 0);
  }

  /** Counts what an L1 table refers to; answers its view of the disk. */
  view(l1Offset: Bytes, l1Entries: number, isLive: boolean): (offset: Bytes) => Place | null {
    const { clusterBytes, diskBytes } = this.shape;
    const span = clusterBytes * this.l2Entries;
    this.referToAll(l1Offset, l1Entries * entryBytes);
    for (let i = 0; i < l1Entries; i++) {
      const table = this.entry(l1Offset, i);
      if (clusterOf(table) === 0) continue;
      this.refer(clusterOf(table), isLive && isCopied(table));
      for (let j = 0; j < this.l2Entries && i * span + j * clusterBytes < diskBytes; j++) {
        const entry = this.entry(clusterOf(table) * clusterBytes, j);
        if (clusterOf(entry) !== 0) this.refer(clusterOf(entry), isLive && isCopied(entry));
      }
    }
    return (offset) => {
      const table = clusterOf(this.entry(l1Offset, Math.floor(offset / span)));
      const cluster = table === 0 ? 0 : clusterOf(this.entry(table * clusterBytes, Math.floor((offset % span) / clusterBytes)));
      return cluster === 0 ? null : { file: 0, offset: cluster * clusterBytes + (offset % clusterBytes) };
    };
  }

  /** The snapshots that the header counts, each with its view; one that the table does not hold is dangling. */
  snapshots({ snapshotTableOffset, snapshots, l1Entries }: HeaderWords): [string, ReturnType<TableWalk['view']>][] {
    if (snapshots === 0) return [];
    this.refer(snapshotTableOffset / this.shape.clusterBytes);
    const words = this.survivors(0, snapshotTableOffset);
    const views: [string, ReturnType<TableWalk['view']>][] = [];
    for (let i = 0; i < snapshots; i++) {
      const [name, l1Offset] = typeof words === 'number' ? [] : [words[2 * i], words[2 * i + 1]];
      if (name === undefined) this.dangling += 1;
      else views.push([String(name), this.view(Number(l1Offset), l1Entries, false)]);
    }
    return views;
  }

  /** The counts of all clusters that the refcount table's blocks describe; the table and the blocks are references too. */
  counts({ refcountTableOffset, refcountTableClusters }: HeaderWords): Map<number, number> {
    const { clusterBytes } = this.shape;
    const counts = new Map<number, number>();
    this.referToAll(refcountTableOffset, refcountTableClusters * clusterBytes);
    for (let index = 0; index < refcountTableClusters * this.l2Entries; index++) {
      const block = this.entry(refcountTableOffset, index);
      if (block === 0) continue;
      this.refer(block);
      for (let sector = 0; sector < clusterBytes / sectorBytes; sector++) {
        const words = this.survivors(0, block * clusterBytes + sector * sectorBytes);
        if (typeof words === 'number') continue;
        const first = (index * clusterBytes) / 2 + sector * countsPerSector;
        for (let i = 0; i < words.length; i++) if (words[i] !== 0) counts.set(first + i, Number(words[i]));
      }
    }
    return counts;
  }

  /** Clusters that count as used without a reference, and references that no count or flag covers. */
  compare(counts: ReadonlyMap<number, number>): { leaks: number; dangling: number } {
    let [leaks, { dangling }] = [0, this];
    for (const [cluster, count] of counts) if (count > (this.references.get(cluster) ?? 0)) leaks += 1;
    for (const [cluster, references] of this.references) {
      if ((counts.get(cluster) ?? 0) < references || (references > 1 && this.alone.has(cluster))) dangling += 1;
    }
    return { leaks, dangling };
  }
}

function recover(survivors: Survivors, shape: ImageShape): Recovered | null {
  const words = survivors(0, 0);
  if (typeof words === 'number') return null;
  const header = readHeader(words);
  const walk = new TableWalk(survivors, shape);
  walk.refer(0);
  const views = [[LIVE, walk.view(header.l1Offset, header.l1Entries, true)] as const, ...walk.snapshots(header)];
  const below = (offset: Bytes): Place | null => (offset < shape.backingBytes ? { file: shape.backingFile, offset } : null);
  return {
    views: new Map(views.map(([name, view]) => [name, (offset: Bytes) => view(offset) ?? below(offset)])),
    ...walk.compare(walk.counts(header)),
  };
}

export const recoverQcow2: MakeRecovery = (image, backingBytes) => {
  if (!(image instanceof Qcow2Base)) throw new Error('an image of another format than qcow2');
  const { diskBytes } = image;
  const shape: ImageShape = { clusterBytes: image.inspect().clusterBytes, diskBytes, backingFile: image.files.length - 1, backingBytes };
  return {
    says: (_file, offset, request) => wordsAt(image.inspect(), offset, request),
    recover: (survivors) => recover(survivors, shape),
  };
};
