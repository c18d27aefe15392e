/**
 * Reference counts of host clusters: a table of refcount blocks, each one cluster of 16-bit counts, with the place of each; and the
 * allocator's search: next fit from an index that frees set back. What releases share; when blocks are read and written is their own
 * affair. It knows nothing of what the clusters are for.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import { entryBytes, type Geometry, type NewLayout } from './geometry.js';

export abstract class RefcountBlocks {
  /** Where the next search for free clusters begins. */
  freeIndex = 0;
  allocatedClusters = 0;
  tableOffset: Bytes = 0;
  tableEntries = 0;
  /** By index in the table: the block's host cluster (0 for none) and its counts. */
  readonly blockClusters: number[] = [];
  protected readonly blocks: Uint16Array[] = [];

  constructor(protected readonly geometry: Geometry) {}

  /** The counts of a new image. */
  create(layout: NewLayout): void {
    const { clusterBytes } = this.geometry;
    this.blocks.length = this.blockClusters.length = 0;
    this.allocatedClusters = 0;
    this.tableOffset = layout.refcountTable * clusterBytes;
    this.tableEntries = clusterBytes / entryBytes;
    for (let i = 0; i < layout.refcountBlockCount; i++) this.placeBlock(i, layout.refcountBlocks + i);
    const used = layout.refcountBlocks + layout.refcountBlockCount;
    for (let cluster = 0; cluster < used; cluster++) this.change(cluster, 1);
  }

  /** The count of a cluster, with the read of its block where that is not in memory. */
  abstract count(plan: Plan, cluster: number): number;

  /** Next fit: a run of free clusters from the index on. A hole that is too small is passed over, and stays behind the index. */
  protected findFree(plan: Plan, clusters: number): number {
    let found = 0;
    while (found < clusters) {
      found = this.count(plan, this.freeIndex) === 0 ? found + 1 : 0;
      this.freeIndex += 1;
    }
    return this.freeIndex - clusters;
  }

  /** The count of a cluster, without I/O. */
  peek(cluster: number): number {
    const block = this.blocks[cluster >>> this.geometry.refcountsPerBlockBits];
    return block === undefined ? 0 : block[cluster & (this.geometry.refcountsPerBlock - 1)]!;
  }

  /** The clusters with a reference, ascending. */
  used(): number[] {
    const found: number[] = [];
    this.blocks.forEach((block, index) =>
      block.forEach((count, i) => {
        if (count > 0) found.push(index * this.geometry.refcountsPerBlock + i);
      }),
    );
    return found;
  }

  protected has(index: number): boolean {
    return index < this.tableEntries && this.blocks[index] !== undefined;
  }

  /** How large the next table is, and how many blocks describe it and themselves: repeated until its own size is counted in. */
  protected largerTable(blocksUsed: number): { tableClusters: number; blocks: number } {
    const { refcountsPerBlock } = this.geometry;
    let tableClusters = this.tableClustersFor(blocksUsed + 1);
    for (;;) {
      const blocks = 1 + Math.ceil(tableClusters / refcountsPerBlock);
      const next = this.tableClustersFor(blocksUsed + Math.ceil((tableClusters + blocks) / refcountsPerBlock));
      if (next === tableClusters) return { tableClusters, blocks };
      tableClusters = next;
    }
  }

  /** Grows by half, rounded up, until there is room for more than `blocks` entries. */
  private tableClustersFor(blocks: number): number {
    const perCluster = this.geometry.clusterBytes / entryBytes;
    const least = Math.floor(blocks / perCluster) + 1;
    let clusters = Math.max(1, Math.floor(this.tableEntries / perCluster));
    while (clusters < least) clusters = Math.floor((clusters * 3 + 1) / 2);
    return clusters;
  }

  protected placeBlock(index: number, cluster: number): void {
    while (this.blockClusters.length < index) this.blockClusters.push(0);
    this.blockClusters[index] = cluster;
    this.blocks[index] = new Uint16Array(this.geometry.refcountsPerBlock);
  }

  protected change(cluster: number, delta: number): number {
    const block = this.blocks[cluster >>> this.geometry.refcountsPerBlockBits]!;
    const at = cluster & (this.geometry.refcountsPerBlock - 1);
    const count = block[at]! + delta;
    if (count < 0 || count > 0xffff) throw new Error(`the reference count of cluster ${cluster} would become ${count}`);
    if (count === 0 && delta < 0) this.allocatedClusters -= 1;
    if (count === delta && delta > 0) this.allocatedClusters += 1;
    block[at] = count;
    return count;
  }
}
