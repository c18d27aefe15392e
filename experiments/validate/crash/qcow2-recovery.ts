/** Recovery of qcow2 images: header, L1, L2 and snapshot tables followed from what survived, the reference counts held against what they count. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { Qcow2Base } from '../../../models/formats/qcow2/base-image.js';
import { clusterOf, copied, isCopied } from '../../../models/formats/qcow2/tables.js';
import type { Qcow2Tables, TableMap } from '../../../models/formats/qcow2/inspect.js';
import { LIVE } from '../../../models/io/image-format.js';
import { imageSettings } from './settings.js';
import type { MakeRecovery, Place, Recovered, Survivors, Words } from './recovery.js';

const { clusterBytes } = imageSettings;
const entriesPerSector = sectorBytes / 8;
const countsPerSector = sectorBytes / 2;
const l2Entries = clusterBytes / 8;

const entryOf = (cluster: number, flag: number): number => (flag === 1 ? cluster + copied : cluster);

/** Entries of an L1 table from `first` on, as many as a sector holds. */
const l1Words = ({ l2 }: TableMap, first: number): Words => {
  const words = new Array<number>(entriesPerSector).fill(0);
  for (const [index, cluster, flag] of l2)
    if (index >= first && index < first + entriesPerSector) words[index - first] = entryOf(cluster, flag);
  return words;
};

const l2Words = ({ map }: TableMap, l1Index: number, first: number): Words => {
  const words = new Array<number>(entriesPerSector).fill(0);
  const start = l1Index * l2Entries + first;
  for (const [guest, n, cluster, flag] of map) {
    for (let i = Math.max(0, start - guest); i < n && guest + i < start + entriesPerSector; i++)
      words[guest + i - start] = entryOf(cluster + i, flag);
  }
  return words;
};

const countWords = ({ clusters }: Qcow2Tables, first: number): Words => {
  const words = new Array<number>(countsPerSector).fill(0);
  for (const [start, n, , count] of clusters) {
    for (let i = Math.max(0, first - start); i < n && start + i < first + countsPerSector; i++) words[start + i - first] = count;
  }
  return words;
};

/** What a sector of the image's metadata says now: of which structure it is part, its tables tell. */
function wordsAt(tables: Qcow2Tables, offset: Bytes): Words {
  const cluster = Math.floor(offset / clusterBytes);
  const sector = (offset % clusterBytes) / sectorBytes;
  if (cluster === 0) return sector === 0 ? [tables.snapshotTableOffset, tables.snapshotsInHeader] : [];
  if (cluster === tables.l1Offset / clusterBytes) return l1Words(tables.active, sector * entriesPerSector);
  const snapshot = tables.snapshots.find(({ l1Offset }) => l1Offset / clusterBytes === cluster);
  if (snapshot !== undefined) return l1Words(snapshot, sector * entriesPerSector);
  const isTable = tables.snapshots.length > 0 && cluster === tables.snapshotTableOffset / clusterBytes;
  if (isTable) return tables.snapshots.flatMap(({ name, l1Offset }) => [name, l1Offset]);
  for (const view of [tables.active, ...tables.snapshots]) {
    const found = view.l2.find(([, place]) => place === cluster);
    if (found !== undefined) return l2Words(view, found[0], sector * entriesPerSector);
  }
  if (cluster === tables.refcountTableOffset / clusterBytes) return [];
  const role = tables.clusters.find(([first, n]) => cluster >= first && cluster < first + n)?.[2];
  if (role === 'refblock') return countWords(tables, sector * countsPerSector);
  throw new Error(`metadata at byte ${offset} is part of no structure of the image`);
}

const blockOf = (tables: Qcow2Tables): number => {
  const blocks = tables.clusters.filter(([, , role]) => role === 'refblock');
  if (blocks.length !== 1 || blocks[0]![1] !== 1) throw new Error('the recovery model knows images with one refcount block');
  return blocks[0]![0];
};

/** Follows an image's tables; counts references as it goes. */
class TableWalk {
  readonly references = new Map<number, number>();
  dangling = 0;

  constructor(private readonly survivors: Survivors) {}

  refer(cluster: number, isAlone = false): void {
    this.references.set(cluster, (this.references.get(cluster) ?? 0) + 1);
    if (isAlone) this.alone.add(cluster);
  }
  /** Clusters that an entry of the live disk calls its own. */
  readonly alone = new Set<number>();

  /** An entry of a table at a cluster; a table that is no table holds nothing. */
  entry(cluster: number, index: number): number {
    const words = this.survivors(0, cluster * clusterBytes + Math.floor(index / entriesPerSector) * sectorBytes);
    return typeof words === 'number' ? 0 : Number(words[index % entriesPerSector] ?? 0);
  }

  /** Counts what an L1 table refers to; answers its view of the disk. */
  view(l1Offset: Bytes, isLive: boolean): (offset: Bytes) => Place | null {
    const l1 = l1Offset / clusterBytes;
    const span = clusterBytes * l2Entries;
    this.refer(l1);
    for (let i = 0; i * span < imageSettings.diskBytes; i++) {
      const table = this.entry(l1, i);
      if (clusterOf(table) === 0) continue;
      this.refer(clusterOf(table), isLive && isCopied(table));
      for (let j = 0; j < l2Entries && i * span + j * clusterBytes < imageSettings.diskBytes; j++) {
        const entry = this.entry(clusterOf(table), j);
        if (clusterOf(entry) !== 0) this.refer(clusterOf(entry), isLive && isCopied(entry));
      }
    }
    return (offset) => {
      const table = clusterOf(this.entry(l1, Math.floor(offset / span)));
      const cluster = table === 0 ? 0 : clusterOf(this.entry(table, Math.floor((offset % span) / clusterBytes)));
      return cluster === 0 ? null : { file: 0, offset: cluster * clusterBytes + (offset % clusterBytes) };
    };
  }

  /** Clusters that count as used without a reference, and references that no count or flag covers. */
  compare(count: (cluster: number) => number, clusters: number): { leaks: number; dangling: number } {
    let [leaks, { dangling }] = [0, this];
    for (let cluster = 0; cluster < clusters; cluster++) {
      const references = this.references.get(cluster) ?? 0;
      const counted = count(cluster);
      if (counted > references) leaks += 1;
      if (counted < references || (references > 1 && this.alone.has(cluster))) dangling += 1;
    }
    return { leaks, dangling };
  }
}

function recover(survivors: Survivors, tables: Qcow2Tables, fileBytes: Bytes, backing: { file: number; bytes: Bytes }): Recovered | null {
  const header = survivors(0, 0);
  if (typeof header === 'number') return null;
  const [tableOffset, n] = header as [number, number];
  const walk = new TableWalk(survivors);
  const views: [string | typeof LIVE, ReturnType<TableWalk['view']>][] = [[LIVE, walk.view(tables.l1Offset, true)]];
  const block = blockOf(tables);
  for (const cluster of [0, tables.refcountTableOffset / clusterBytes, block]) walk.refer(cluster);
  if (tableOffset > 0 && n > 0) {
    walk.refer(tableOffset / clusterBytes);
    const words = survivors(0, tableOffset);
    for (let i = 0; i < n; i++) {
      const [name, l1Offset] = typeof words === 'number' ? [] : [words[2 * i], words[2 * i + 1]];
      if (name === undefined) walk.dangling += 1;
      else views.push([String(name), walk.view(Number(l1Offset), false)]);
    }
  }
  const counts = (cluster: number): number => {
    const words = survivors(0, block * clusterBytes + Math.floor(cluster / countsPerSector) * sectorBytes);
    return typeof words === 'number' ? 0 : Number(words[cluster % countsPerSector] ?? 0);
  };
  const below = (offset: Bytes): Place | null => (offset < backing.bytes ? { file: backing.file, offset } : null);
  return {
    views: new Map(views.map(([name, view]) => [name, (offset: Bytes) => view(offset) ?? below(offset)])),
    ...walk.compare(counts, fileBytes / clusterBytes),
  };
}

export const recoverQcow2: MakeRecovery = (image, backingBytes) => {
  if (!(image instanceof Qcow2Base)) throw new Error('an image of another format than qcow2');
  return {
    says: (_file, offset) => wordsAt(image.inspect(), offset),
    recover: (survivors) =>
      recover(survivors, image.inspect(), image.files[0]!.bytes, { file: image.files.length - 1, bytes: backingBytes }),
  };
};
