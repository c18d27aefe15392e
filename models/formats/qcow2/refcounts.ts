/**
 * Reference counts as QEMU 0.12 keeps them on disk: exactly one refcount block is in memory, and the changed sectors are written
 * through. It knows nothing of what the clusters are for.
 */
import type { Plan } from '../../io/plan.js';
import type { SynchronousFile } from '../synchronous-file.js';
import { entryBytes, headerField, type Geometry, type NewLayout } from './geometry.js';
import { RefcountBlocks } from './refcount-blocks.js';

const none = -1;

export class Refcounts extends RefcountBlocks {
  blockLoads = 0;
  /** Index of the block that is in memory. */
  private cached = none;
  /** While a pass over all tables runs, a changed block is written whole when another one is needed. */
  private isDeferred = false;

  constructor(
    geometry: Geometry,
    private readonly file: SynchronousFile,
  ) {
    super(geometry);
  }

  override create(layout: NewLayout): void {
    super.create(layout);
    this.forget();
  }

  /** Drops what is in memory: the image is opened anew. */
  forget(): void {
    this.cached = none;
    this.freeIndex = 0;
    this.isDeferred = false;
  }

  count(plan: Plan, cluster: number): number {
    const index = cluster >>> this.geometry.refcountsPerBlockBits;
    if (!this.has(index)) return 0;
    if (index !== this.cached) this.load(plan, index);
    return this.peek(cluster);
  }

  /** Takes `clusters` adjacent free clusters and counts one reference to each. Answers the first. */
  allocate(plan: Plan, clusters: number): number {
    const first = this.findFree(plan, clusters);
    this.update(plan, first, clusters, 1);
    return first;
  }

  /** Changes the counts of adjacent clusters, block by block; in each, the sectors from the first to the last changed count are written. */
  update(plan: Plan, first: number, clusters: number, delta: number): void {
    const { refcountsPerBlock, refcountsPerBlockBits } = this.geometry;
    let cluster = first;
    while (cluster < first + clusters) {
      const index = cluster >>> refcountsPerBlockBits;
      this.ready(plan, index, cluster);
      const end = Math.min(first + clusters, (index + 1) * refcountsPerBlock);
      const from = cluster;
      for (; cluster < end; cluster++) {
        const count = this.change(cluster, delta);
        if (count === 0 && cluster < this.freeIndex) this.freeIndex = cluster;
      }
      if (!this.isDeferred) this.writeCounts(plan, index, from, end - 1);
    }
  }

  /** Begins a pass over all tables: changed blocks are written whole, and late. */
  deferWrites(): void {
    this.isDeferred = true;
  }

  /** Ends a pass. */
  writeDeferred(plan: Plan): void {
    this.isDeferred = false;
    this.writeCached(plan);
  }

  private load(plan: Plan, index: number): void {
    if (this.isDeferred) this.writeCached(plan);
    const { clusterBytes } = this.geometry;
    this.file.read(plan, this.blockClusters[index]! * clusterBytes, clusterBytes);
    this.blockLoads += 1;
    this.cached = index;
  }

  private writeCached(plan: Plan): void {
    if (this.cached === none) return;
    const { clusterBytes } = this.geometry;
    this.file.write(plan, this.blockClusters[this.cached]! * clusterBytes, clusterBytes);
  }

  private writeCounts(plan: Plan, index: number, first: number, last: number): void {
    const { refcountsPerBlock, refcountsPerSector, clusterBytes } = this.geometry;
    const firstSector = Math.floor((first & (refcountsPerBlock - 1)) / refcountsPerSector);
    const lastSector = Math.floor((last & (refcountsPerBlock - 1)) / refcountsPerSector);
    this.file.write(plan, this.blockClusters[index]! * clusterBytes + firstSector * 512, (lastSector - firstSector + 1) * 512);
  }

  /** Has the block that describes `cluster` in memory; makes it if there is none. */
  private ready(plan: Plan, index: number, cluster: number): void {
    if (!this.has(index)) this.addBlock(plan, index, cluster);
    else if (index !== this.cached) this.load(plan, index);
  }

  /** Makes a refcount block. It describes itself if it lies in its own range, else another one counts it first. */
  private addBlock(plan: Plan, index: number, cluster: number): void {
    const { clusterBytes, refcountsPerBlockBits } = this.geometry;
    if (this.isDeferred) this.writeCached(plan);
    const place = this.findFree(plan, 1);
    const describesItself = place >>> refcountsPerBlockBits === cluster >>> refcountsPerBlockBits;
    if (!describesItself) this.update(plan, place, 1, 1);
    this.placeBlock(index, place);
    if (describesItself) this.change(place, 1);
    this.cached = index;
    this.file.write(plan, place * clusterBytes, clusterBytes);
    if (index < this.tableEntries) this.file.write(plan, this.tableOffset + index * entryBytes, entryBytes);
    else this.growTable(plan, index);
  }

  /**
   * Moves the refcount table to a larger place: behind everything, at the start of a range that no block describes yet, with new
   * blocks that describe themselves and the table.
   */
  private growTable(plan: Plan, index: number): void {
    const { clusterBytes, refcountsPerBlock } = this.geometry;
    const blocksUsed = Math.ceil(this.freeIndex / refcountsPerBlock);
    const layout = this.largerTable(blocksUsed);
    const first = blocksUsed * refcountsPerBlock;
    const table = (first + layout.blocks) * clusterBytes;
    for (let i = 0; i < layout.blocks; i++) this.placeBlock(blocksUsed + i, first + i);
    for (let i = 0; i < layout.blocks + layout.tableClusters; i++) this.change(first + i, 1);
    this.file.write(plan, first * clusterBytes, layout.blocks * clusterBytes);
    this.file.write(plan, table, layout.tableClusters * clusterBytes);
    const oldFirst = this.tableOffset / clusterBytes;
    const oldClusters = (this.tableEntries * entryBytes) / clusterBytes;
    this.tableOffset = table;
    this.tableEntries = (layout.tableClusters * clusterBytes) / entryBytes;
    this.file.write(plan, headerField.refcountTable, 12);
    const { freeIndex } = this;
    this.update(plan, oldFirst, oldClusters, -1);
    this.freeIndex = freeIndex;
    if (this.cached !== index) this.load(plan, index);
  }
}
