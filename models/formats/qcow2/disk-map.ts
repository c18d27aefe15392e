/**
 * The live disk's L1 table, and finding the host cluster of a guest cluster in it. What releases share; how an L2 table gets into
 * memory is their own affair. It knows no requests.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { Geometry } from './geometry.js';
import { adjacentClusters, clusterOf, emptyEntries, entriesOfZeros, isZeros, L1Table } from './tables.js';

export abstract class DiskMap {
  readonly l1: L1Table;
  /** Where the L1 table lies in the file. */
  l1Offset: Bytes = 0;
  /** Answer of `find`: guest bytes of the run, and where it lies in the file; 0 where nothing is allocated. */
  runBytes: Bytes = 0;
  runOffset: Bytes = 0;
  /** And whether it reads as zeros, whatever is below; `runOffset` is 0 then. */
  runIsZeros = false;

  /** @param pieceEntries entries of an L2 table that are in memory together */
  constructor(
    protected readonly geometry: Geometry,
    protected pieceEntries: number,
  ) {
    this.l1 = new L1Table(geometry.l1Entries);
  }

  /** Has the piece of the L2 table at `cluster` that holds entry `index` in memory. */
  protected abstract load(plan: Plan, cluster: number, index: number): void;

  clear(): void {
    this.l1.resize(0);
    this.l1.resize(this.geometry.l1Entries);
  }

  get l1Bytes(): Bytes {
    return this.l1.bytes;
  }

  /** Entries of an L1 table that grows until it has `least`: by half, rounded up. */
  protected grownL1Entries(least: number): number {
    let entries = this.l1.entries.length;
    while (entries < least) entries = Math.floor((entries * 3 + 1) / 2);
    return entries;
  }

  /** The longest run from `offset` on, at most `bytes`, that lies in one piece or is not allocated, within one piece of an L2 table. */
  find(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { clusterBytes, l2Span } = this.geometry;
    const pieceSpan = this.pieceEntries * clusterBytes;
    const l1Index = Math.floor(offset / l2Span);
    const inSpan = offset - l1Index * l2Span;
    const inCluster = offset % clusterBytes;
    const needed = Math.min(bytes, pieceSpan - (offset % pieceSpan));
    this.runOffset = 0;
    this.runIsZeros = false;
    this.runBytes = needed;
    const table = this.l1.l2[l1Index] ?? null;
    if (table === null) return;
    const index = Math.floor(inSpan / clusterBytes);
    this.load(plan, clusterOf(this.l1.entries[l1Index]!), index);
    const limit = Math.ceil((inCluster + needed) / clusterBytes);
    const cluster = clusterOf(table[index]!);
    this.runIsZeros = isZeros(table[index]!);
    const run =
      cluster !== 0
        ? adjacentClusters(table, index, limit)
        : this.runIsZeros
          ? entriesOfZeros(table, index, limit)
          : emptyEntries(table, index, limit);
    this.runBytes = Math.min(needed, run * clusterBytes - inCluster);
    if (cluster !== 0 && !this.runIsZeros) this.runOffset = cluster * clusterBytes + inCluster;
  }
}
