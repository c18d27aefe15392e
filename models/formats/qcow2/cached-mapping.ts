/**
 * The live disk's mapping as QEMU 7.2 keeps it: L2 tables in a write-back cache, in whole or in slices. A new L2 table is not deferred.
 * What is read and written for that, it adds to a plan. It knows no requests.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { CachedFile } from './cached-file.js';
import type { CachedRefcounts } from './cached-refcounts.js';
import { DiskMap } from './disk-map.js';
import { DiskView } from './disk-view.js';
import { entryBytes, headerField, type Geometry } from './geometry.js';
import type { TableCache } from './table-cache.js';
import { clusterOf, copied, isCopied, type L2Table } from './tables.js';

const toNothing = (): number => 0;

export class CachedMapping extends DiskMap {
  readonly view: DiskView;

  constructor(
    geometry: Geometry,
    private readonly file: CachedFile,
    private readonly refcounts: CachedRefcounts,
    readonly cache: TableCache,
  ) {
    super(geometry, cache.pieceBytes / entryBytes);
    this.view = new DiskView(cache);
  }

  /** Keeps `pieces` pieces of L2 tables of `pieceBytes` each from now on: the image is closed. */
  resizeCache(pieceBytes: Bytes, pieces: number): void {
    this.cache.resize(pieceBytes, pieces);
    this.pieceEntries = pieceBytes / entryBytes;
  }

  /** Entries of an L2 table that are in memory together. */
  get sliceEntries(): number {
    return this.pieceEntries;
  }

  /** Place in the file of the slice that holds entry `index` of the L2 table at `cluster`. */
  placeOf(cluster: number, index: number): number {
    return cluster * this.geometry.clusterBytes + Math.floor(index / this.pieceEntries) * this.cache.pieceBytes;
  }

  /** The L2 table that maps `l1Index`, with the slice of entry `index` in memory; made or copied first if it is not the live disk's alone. */
  own(plan: Plan, l1Index: number, index: number): L2Table {
    if (l1Index >= this.l1.entries.length) this.growL1(plan, l1Index + 1);
    const entry = this.l1.entries[l1Index]!;
    if (!isCopied(entry)) {
      this.makeTable(plan, l1Index);
      if (entry !== 0) this.refcounts.decrease(plan, clusterOf(entry), 1);
    }
    this.load(plan, clusterOf(this.l1.entries[l1Index]!), index);
    return this.l1.l2[l1Index]!;
  }

  /** Maps `clusters` guest clusters from `index` of a table of its own on, in one slice, to host clusters from `first` on. */
  link(plan: Plan, l1Index: number, index: number, first: number, clusters: number): void {
    const table = this.own(plan, l1Index, index);
    const place = this.placeOf(clusterOf(this.l1.entries[l1Index]!), index);
    this.view.keep(place, this.sliceOf(table, index));
    for (let i = 0; i < clusters; i++) table[index + i] = first + i + copied;
    this.cache.markDirty(place);
  }

  /** Has guest clusters from `first` up to `end` map nothing, and lets go of what they mapped. */
  unmap(plan: Plan, first: number, end: number): void {
    this.change(plan, first, end, toNothing, this.letGo);
  }

  private readonly letGo = (plan: Plan, cluster: number): void => this.refcounts.decrease(plan, cluster, 1);

  /** Gives guest clusters from `first` up to `end` other entries; `letGo` is told of each cluster that has been replaced, once it is. */
  change(
    plan: Plan,
    first: number,
    end: number,
    entryAfter: (entry: number) => number,
    letGo: (plan: Plan, cluster: number) => void,
  ): void {
    const { l2Entries } = this.geometry;
    for (let guest = first; guest < end;) {
      const l1Index = Math.floor(guest / l2Entries);
      const index = guest - l1Index * l2Entries;
      const limit = Math.min(end - guest, this.pieceEntries - (index % this.pieceEntries));
      this.changeInSlice(plan, l1Index, index, limit, entryAfter, letGo);
      guest += limit;
    }
  }

  private changeInSlice(
    plan: Plan,
    l1Index: number,
    index: number,
    limit: number,
    entryAfter: (entry: number) => number,
    letGo: (plan: Plan, cluster: number) => void,
  ): void {
    const table = this.own(plan, l1Index, index);
    const place = this.placeOf(clusterOf(this.l1.entries[l1Index]!), index);
    this.view.keep(place, this.sliceOf(table, index));
    for (let i = index; i < index + limit; i++) {
      const before = table[i]!;
      const after = entryAfter(before);
      if (after === before) continue;
      table[i] = after;
      this.cache.markDirty(place);
      if (clusterOf(before) !== 0 && clusterOf(after) === 0) letGo(plan, clusterOf(before));
    }
  }

  /** The slice of a table that holds entry `index`, in place. */
  sliceOf(table: L2Table, index: number): L2Table {
    const first = index - (index % this.pieceEntries);
    return table.subarray(first, first + this.pieceEntries);
  }

  protected load(plan: Plan, cluster: number, index: number): void {
    this.cache.load(plan, this.placeOf(cluster, index));
  }

  /** Moves the L1 table to where it has room, not deferred: for what lies behind the disk's end. */
  private growL1(plan: Plan, least: number): void {
    const { clusterBytes } = this.geometry;
    const old = { cluster: this.l1Offset / clusterBytes, clusters: this.geometry.clustersOf(this.l1Bytes) };
    this.l1.resize(this.grownL1Entries(least));
    this.l1Offset = this.refcounts.allocate(plan, this.geometry.clustersOf(this.l1Bytes)) * clusterBytes;
    this.refcounts.cache.flush(plan);
    this.file.writeDurably(plan, this.l1Offset, this.l1Bytes);
    this.file.writeDurably(plan, headerField.l1Table, 12);
    this.refcounts.decrease(plan, old.cluster, old.clusters);
  }

  private makeTable(plan: Plan, l1Index: number): void {
    const { l2Entries } = this.geometry;
    const old = clusterOf(this.l1.entries[l1Index]!);
    const cluster = this.refcounts.allocate(plan, 1);
    this.refcounts.cache.flush(plan);
    for (let index = 0; index < l2Entries; index += this.pieceEntries) {
      this.cache.loadNew(plan, this.placeOf(cluster, index));
      if (old !== 0) this.load(plan, old, index);
      this.cache.markDirty(this.placeOf(cluster, index));
    }
    this.cache.flush(plan);
    this.l1.entries[l1Index] = cluster + copied;
    const shared = this.l1.l2[l1Index] ?? null;
    this.l1.l2[l1Index] = shared === null ? new Uint32Array(l2Entries) : shared.slice();
    const bytes = Math.min(this.file.atLeast(entryBytes), this.geometry.clusterBytes);
    const place = Math.floor((l1Index * entryBytes) / bytes) * bytes;
    this.file.writeDurably(plan, this.l1Offset + place, bytes);
  }
}
