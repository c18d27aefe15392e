/**
 * Reference counts as QEMU 7.2 keeps them: refcount blocks in a write-back cache. It knows nothing of what the clusters are for, but that a
 * freed one is no L2 table any more.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { CachedFile } from './cached-file.js';
import { DiskView } from './disk-view.js';
import { FreedRanges } from './freed-ranges.js';
import { entryBytes, headerField, type Geometry } from './geometry.js';
import { RefcountBlocks } from './refcount-blocks.js';
import type { TableCache } from './table-cache.js';

export class CachedRefcounts extends RefcountBlocks {
  readonly view: DiskView;
  /** Freed clusters to give back to the host. */
  private readonly freed = new FreedRanges();
  private keepsPunches = false;
  /** The header says that counts may lag behind the tables. */
  private isMarked = false;

  /** @param mayLag whether counts are written late: when their cache is full, and when the image is closed */
  constructor(
    geometry: Geometry,
    private readonly file: CachedFile,
    readonly cache: TableCache,
    private readonly l2Cache: TableCache,
    private readonly mayLag: boolean,
  ) {
    super(geometry);
    this.view = new DiskView(cache);
  }

  /** Drops what is in memory: the image is opened anew. */
  forget(): void {
    this.cache.empty();
    this.freeIndex = 0;
    this.isMarked = false;
  }

  /** Before an L2 entry refers to new clusters: whether their counts must be written first. Where not, the header says so from now on. */
  mustComeFirst(plan: Plan): boolean {
    if (!this.mayLag) return true;
    if (!this.isMarked) this.file.writeDurably(plan, headerField.incompatibleFeatures, entryBytes);
    this.isMarked = true;
    return false;
  }

  /** Writes changed counts, unless they may lag. */
  write(plan: Plan): void {
    if (!this.isMarked) this.cache.write(plan);
  }

  /** Writes counts that have lagged, and the header without the mark. */
  catchUp(plan: Plan): void {
    if (!this.isMarked) return;
    this.isMarked = false;
    this.cache.flush(plan);
    this.file.writeDurably(plan, 0, this.geometry.clusterBytes);
  }

  count(plan: Plan, cluster: number): number {
    const index = cluster >>> this.geometry.refcountsPerBlockBits;
    if (!this.has(index)) return 0;
    this.cache.load(plan, this.placeOf(index));
    return this.peek(cluster);
  }

  /** Takes `clusters` adjacent free clusters and counts one reference to each. Answers the first; for none, where it would look next. */
  allocate(plan: Plan, clusters: number): number {
    for (;;) {
      const first = this.findFree(plan, clusters);
      if (this.add(plan, first, clusters)) return first;
    }
  }

  /** Takes as many clusters from `first` on as are free, at most `limit`. Answers how many. */
  allocateAt(plan: Plan, first: number, limit: number): number {
    for (;;) {
      let clusters = 0;
      while (clusters < limit && this.count(plan, first + clusters) === 0) clusters += 1;
      if (this.add(plan, first, clusters)) return clusters;
    }
  }

  /** Counts one more reference to clusters that are in use. */
  increase(plan: Plan, first: number, clusters: number): void {
    while (!this.add(plan, first, clusters));
  }

  /** Counts one reference less. The counts are written after the L2 tables that referred to the clusters. */
  decrease(plan: Plan, first: number, clusters: number): void {
    if (clusters === 0) return;
    this.cache.setDependency(plan, this.l2Cache);
    for (let cluster = first; cluster < first + clusters; cluster++) {
      this.changeCount(plan, cluster, -1);
      if (this.peek(cluster) > 0) continue;
      if (cluster < this.freeIndex) this.freeIndex = cluster;
      this.forgetCluster(cluster);
    }
  }

  /** As decrease; clusters that become free are given back to the host. */
  release(plan: Plan, first: number, clusters: number): void {
    this.decrease(plan, first, clusters);
    for (let i = first; i < first + clusters; i++) if (this.peek(i) === 0) this.freed.add(i);
    if (!this.keepsPunches) this.punch(plan);
  }

  /** From here on freed clusters are collected. */
  keepPunches(): void {
    this.keepsPunches = true;
  }

  /** Gives collected clusters back, adjacent ones together, in the order in which they were freed. */
  punch(plan: Plan): void {
    this.keepsPunches = false;
    const { clusterBytes } = this.geometry;
    this.freed.drain((first, clusters) => this.file.punch(plan, first * clusterBytes, clusters * clusterBytes));
  }

  /** Reads the counts of all clusters that the file has. */
  readAll(plan: Plan): void {
    const blocks = Math.ceil(this.geometry.clustersOf(this.file.file.bytes) / this.geometry.refcountsPerBlock);
    for (let index = 0; index < blocks; index++) if (this.has(index)) this.cache.load(plan, this.placeOf(index));
  }

  private placeOf(index: number): Bytes {
    return this.blockClusters[index]! * this.geometry.clusterBytes;
  }

  /** Counts one more reference to each; answers false if that took a new block, which may have taken one of the clusters. */
  private add(plan: Plan, first: number, clusters: number): boolean {
    for (let cluster = first; cluster < first + clusters; cluster++) {
      const index = cluster >>> this.geometry.refcountsPerBlockBits;
      if (this.has(index)) {
        this.changeCount(plan, cluster, 1);
        continue;
      }
      this.addBlock(plan, index);
      this.freeIndex = Math.min(this.freeIndex, first);
      this.decrease(plan, first, cluster - first);
      return false;
    }
    return true;
  }

  private changeCount(plan: Plan, cluster: number, delta: number): void {
    const index = cluster >>> this.geometry.refcountsPerBlockBits;
    const place = this.placeOf(index);
    this.cache.load(plan, place);
    this.view.keep(place, this.blocks[index]!);
    this.cache.markDirty(place);
    this.change(cluster, delta);
  }

  private forgetCluster(cluster: number): void {
    const { clusterBytes } = this.geometry;
    const place = cluster * clusterBytes;
    this.cache.discard(place);
    for (let at = 0; at < clusterBytes; at += this.l2Cache.pieceBytes) this.l2Cache.discard(place + at);
  }

  /** Makes a refcount block. It describes itself if it lies in its own range, else another one counts it first. */
  private addBlock(plan: Plan, index: number): void {
    this.l2Cache.flush(plan);
    const place = this.findFree(plan, 1);
    const describesItself = place >>> this.geometry.refcountsPerBlockBits === index;
    if (!describesItself) {
      if (!this.add(plan, place, 1)) return;
      this.cache.flush(plan);
    }
    this.placeBlock(index, place);
    if (describesItself) this.change(place, 1);
    this.cache.loadNew(plan, this.placeOf(index));
    this.cache.markDirty(this.placeOf(index));
    this.cache.flush(plan);
    if (index < this.tableEntries) this.file.writeDurably(plan, this.tableOffset + index * entryBytes, entryBytes);
    else this.growTable(plan);
  }

  /** Moves the table behind everything, with as many new blocks as describe themselves and the table. */
  private growTable(plan: Plan): void {
    const { clusterBytes, refcountsPerBlock } = this.geometry;
    const blocksUsed = Math.max(this.blockClusters.length, Math.ceil(this.freeIndex / refcountsPerBlock));
    const first = blocksUsed * refcountsPerBlock;
    const { blocks, tableClusters } = this.generousTable(first);
    const table = (first + blocks) * clusterBytes;
    for (let i = 0; i < blocks; i++) this.placeBlock(blocksUsed + i, first + i);
    for (let i = 0; i < blocks + tableClusters; i++) this.change(first + i, 1);
    for (let i = 0; i < blocks; i++) {
      this.cache.loadNew(plan, (first + i) * clusterBytes);
      this.cache.markDirty((first + i) * clusterBytes);
    }
    this.cache.flush(plan);
    this.file.writeDurably(plan, table, tableClusters * clusterBytes);
    this.file.writeDurably(plan, headerField.refcountTable, 12);
    const oldFirst = this.tableOffset / clusterBytes;
    const oldClusters = (this.tableEntries * entryBytes) / clusterBytes;
    this.tableOffset = table;
    this.tableEntries = (tableClusters * clusterBytes) / entryBytes;
    this.decrease(plan, oldFirst, oldClusters);
  }
  /**
   * A table for a file that ends with `clusters` clusters before the table and its new blocks: entries for all blocks and half as many
   * more, in whole clusters; and how many new blocks describe what is added.
   */
  private generousTable(clusters: number): { tableClusters: number; blocks: number } {
    const { clusterBytes, refcountsPerBlock } = this.geometry;
    const perCluster = clusterBytes / entryBytes;
    const all = this.blocksFor(clusters + Math.ceil(Math.ceil(this.blocksFor(clusters) / perCluster) / 2));
    return { tableClusters: Math.ceil((all + Math.ceil(all / 2)) / perCluster), blocks: all - clusters / refcountsPerBlock };
  }

  /** Blocks for so many clusters, for themselves, and for a table with just their entries. */
  private blocksFor(clusters: number): number {
    const { clusterBytes, refcountsPerBlock } = this.geometry;
    for (let blocks = 0; ;) {
      const table = Math.ceil((blocks * entryBytes) / clusterBytes);
      const needed = Math.ceil((clusters + blocks + table) / refcountsPerBlock);
      if (needed === blocks) return blocks;
      blocks = needed;
    }
  }
}
