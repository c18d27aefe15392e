/**
 * Recovery of QED images: header, L1 and L2 tables followed from what survived. Where the header is marked, the open takes entries away
 * that point past the end of the file or to a cluster that has an owner. New clusters go where the file ends: what is before that and
 * unreferenced is lost.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { QedImage, type QedTables } from '../../../models/formats/qed.js';
import { LIVE } from '../../../models/io/image-format.js';
import { mapped } from './entry-table.js';
import type { FileSizes, MakeRecovery, Recovered, Survivors, Words } from './recovery.js';

const entryBytes: Bytes = 8;
const entriesPerSector = sectorBytes / entryBytes;
/** The L1 table is behind the header's cluster. */
const l1Cluster = 1;

const tableBytesOf = ({ clusterBytes, tableClusters }: QedTables): Bytes => clusterBytes * tableClusters;
const entriesIn = (tables: QedTables): number => tableBytesOf(tables) / entryBytes;

function wordsAt(tables: QedTables, offset: Bytes): Words {
  const { clusterBytes, isMarked, l1, clusters } = tables;
  if (offset === 0) return [Number(isMarked)];
  const slice = (entries: readonly number[], table: Bytes): Words => {
    const first = (offset - table) / entryBytes;
    return entries.slice(first, first + entriesPerSector);
  };
  const isIn = (table: Bytes): boolean => offset >= table && offset < table + tableBytesOf(tables);
  if (isIn(l1Cluster * clusterBytes)) return slice(l1, l1Cluster * clusterBytes);
  const index = l1.findIndex((table) => table !== 0 && isIn(table * clusterBytes));
  if (index === -1) throw new Error(`metadata at byte ${offset} is part of no table of the image`);
  const under = entriesIn(tables);
  return slice(clusters.slice(index * under, (index + 1) * under), l1[index]! * clusterBytes);
}

/** Follows the tables that survived; counts what they refer to. */
class Walk {
  private readonly owned = new Set<number>();
  dangling = 0;

  /** @param repairs whether wrong entries are taken away, as against counted */
  constructor(
    private readonly survivors: Survivors,
    private readonly tables: QedTables,
    private readonly fileBytes: Bytes,
    private readonly repairs: boolean,
  ) {
    this.own(0, 1);
    this.own(l1Cluster, tables.tableClusters);
  }

  /** The cluster of each unit of the disk; 0 for none. */
  clusters(): number[] {
    const { l1, clusters, tableClusters } = this.tables;
    const under = entriesIn(this.tables);
    const tables = l1.map((_, i) => this.follow(this.entry(l1Cluster, i), tableClusters));
    return clusters.map((_, unit) => {
      const table = tables[Math.floor(unit / under)]!;
      return table === 0 ? 0 : this.follow(this.entry(table, unit % under), 1);
    });
  }

  /** Whole clusters of the file without an owner: the last one, if it is not whole, is used again. */
  get leaks(): number {
    let leaks = 0;
    for (let cluster = 0; (cluster + 1) * this.tables.clusterBytes <= this.fileBytes; cluster++) if (!this.owned.has(cluster)) leaks += 1;
    return leaks;
  }

  private follow(cluster: number, count: number): number {
    if (cluster === 0) return 0;
    const isWrong = cluster * this.tables.clusterBytes >= this.fileBytes || this.owned.has(cluster);
    if (isWrong && this.repairs) return 0;
    if (isWrong) this.dangling += 1;
    this.own(cluster, count);
    return cluster;
  }

  private own(cluster: number, count: number): void {
    for (let i = 0; i < count; i++) this.owned.add(cluster + i);
  }

  private entry(table: number, index: number): number {
    const words = this.survivors(0, table * this.tables.clusterBytes + Math.floor(index / entriesPerSector) * sectorBytes);
    return typeof words === 'number' ? 0 : Number(words[index % entriesPerSector] ?? 0);
  }
}

function recover(survivors: Survivors, sizes: FileSizes, tables: QedTables, backing: { file: number; bytes: Bytes }): Recovered | null {
  const header = survivors(0, 0);
  if (typeof header === 'number') return null;
  const { clusterBytes } = tables;
  const walk = new Walk(survivors, tables, sizes(0), header[0] === 1);
  const places = walk.clusters().map((cluster) => cluster * clusterBytes);
  return { views: new Map([[LIVE, mapped(places, clusterBytes, backing)]]), leaks: walk.leaks, dangling: walk.dangling };
}

export const recoverQed: MakeRecovery = (image, backingBytes) => {
  if (!(image instanceof QedImage)) throw new Error('an image of another format than qed');
  const backing = { file: image.files.length - 1, bytes: backingBytes };
  const shape = image.inspect();
  return {
    says: (_file, offset) => wordsAt(image.inspect(), offset),
    recover: (survivors, sizes) => recover(survivors, sizes, shape, backing),
  };
};
