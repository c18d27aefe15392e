/**
 * Internal snapshots as QEMU 7.2 makes, applies and deletes them: passes over all tables of an L1 through the write-back caches, each made
 * durable as a whole; references are added before they are used and dropped after. It knows no requests.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { CachedFile } from './cached-file.js';
import type { CachedMapping } from './cached-mapping.js';
import type { CachedRefcounts } from './cached-refcounts.js';
import { headerField, type Geometry } from './geometry.js';
import { SnapshotList, type Snapshot } from './snapshot-list.js';
import { clusterOf, copied, zeros, type L1Table } from './tables.js';

/** Size of the machine's state, of the disk, and a count of instructions. */
const extraBytes = 24;

export class CachedSnapshots extends SnapshotList {
  constructor(
    private readonly geometry: Geometry,
    protected readonly file: CachedFile,
    private readonly refcounts: CachedRefcounts,
    private readonly mapping: CachedMapping,
  ) {
    super(extraBytes);
  }

  /** The machine's state, which has been written behind the disk's end, is the snapshot's alone then. */
  create(plan: Plan, name: string, stateBytes: Bytes): void {
    const { mapping } = this;
    const clusters = this.geometry.clustersOf(mapping.l1Bytes);
    const l1Offset = this.refcounts.allocate(plan, clusters) * this.geometry.clusterBytes;
    this.list.push({ id: this.nextId(), name, l1: mapping.l1.copy(), l1Offset, stateBytes });
    this.file.write(plan, l1Offset, mapping.l1Bytes);
    this.pass(plan, mapping.l1, mapping.l1Offset, 1);
    this.writeTable(plan);
    const { clusterBytes, stateStart } = this.geometry;
    const first = stateStart / clusterBytes;
    mapping.unmap(plan, first, first + this.geometry.clustersOf(stateBytes));
  }

  /** Gives the live disk a snapshot's tables. */
  apply(plan: Plan, name: string): void {
    const { mapping } = this;
    const { l1, l1Offset } = this.get(name);
    const replaced = mapping.l1.copy();
    const asRead = l1.copy();
    this.file.read(plan, l1Offset, l1.bytes);
    this.file.read(plan, l1Offset, l1.bytes);
    this.pass(plan, l1, l1Offset, 1);
    mapping.l1.copyFrom(asRead);
    this.file.writeDurably(plan, mapping.l1Offset, mapping.l1Bytes);
    this.pass(plan, replaced, mapping.l1Offset, -1);
    this.pass(plan, mapping.l1, mapping.l1Offset, 0);
  }

  delete(plan: Plan, name: string): void {
    const { mapping } = this;
    const snapshot = this.toDelete(name);
    this.list = this.list.filter((other) => other !== snapshot);
    this.writeTable(plan);
    this.file.read(plan, snapshot.l1Offset, snapshot.l1.bytes);
    this.pass(plan, snapshot.l1, snapshot.l1Offset, -1);
    this.free(plan, snapshot.l1Offset, snapshot.l1.bytes);
    this.pass(plan, mapping.l1, mapping.l1Offset, 0);
  }

  /** By name alone, the oldest of several: an id is no name. */
  override toDelete(name: string): Snapshot {
    const found = this.list.find((snapshot) => snapshot.name === name);
    return this.mustExist(found, name, 'name');
  }

  /** What a guest's flush does: L2 tables, then counts, each after what it depends on; then all of it durable. */
  flushAll(plan: Plan): void {
    this.mapping.cache.write(plan);
    this.refcounts.write(plan);
    this.file.flush(plan);
  }

  /** Adds `delta` to the count of every L2 table and cluster of an L1, and sets or clears the COPIED flags by the counts that result. */
  private pass(plan: Plan, l1: L1Table, l1Offset: Bytes, delta: number): void {
    const { refcounts } = this;
    refcounts.keepPunches();
    let isL1Changed = false;
    for (let i = 0; i < l1.entries.length; i++) {
      const table = l1.l2[i] ?? null;
      if (table === null) continue;
      this.passTable(plan, clusterOf(l1.entries[i]!), table, delta);
      isL1Changed = this.passEntry(plan, l1.entries, i, delta) || isL1Changed;
    }
    this.flushAll(plan);
    if (delta >= 0 && isL1Changed) this.file.writeDurably(plan, l1Offset, l1.bytes);
    refcounts.punch(plan);
  }

  private passTable(plan: Plan, cluster: number, table: Uint32Array, delta: number): void {
    const { cache, sliceEntries } = this.mapping;
    for (let start = 0; start < table.length; start += sliceEntries) {
      const place = this.mapping.placeOf(cluster, start);
      cache.load(plan, place);
      this.mapping.view.keep(place, this.mapping.sliceOf(table, start));
      for (let j = start; j < start + sliceEntries; j++) {
        if (clusterOf(table[j]!) === 0 || !this.passEntry(plan, table, j, delta)) continue;
        if (delta > 0) cache.setDependency(plan, this.refcounts.cache);
        cache.markDirty(place);
      }
    }
  }

  /** Answers whether the entry's flag changed. */
  private passEntry(plan: Plan, entries: Uint32Array, i: number, delta: number): boolean {
    const before = entries[i]!;
    const cluster = clusterOf(before);
    if (delta > 0) this.refcounts.increase(plan, cluster, 1);
    if (delta < 0) this.refcounts.release(plan, cluster, 1);
    const kept = before & zeros;
    entries[i] = this.refcounts.count(plan, cluster) === 1 ? (cluster | kept) + copied : cluster | kept;
    return entries[i] !== before;
  }

  private writeTable(plan: Plan): void {
    const old = { offset: this.tableOffset, bytes: this.tableBytes };
    this.tableBytes = this.forEachPiece(() => {});
    const clusters = this.geometry.clustersOf(this.tableBytes);
    this.tableOffset = this.refcounts.allocate(plan, clusters) * this.geometry.clusterBytes;
    this.flushAll(plan);
    this.forEachPiece((offset, bytes) => this.file.write(plan, this.tableOffset + offset, bytes));
    this.flushAll(plan);
    this.countInHeader = this.list.length;
    this.file.writeDurably(plan, headerField.snapshotCount, 12);
    this.free(plan, old.offset, old.bytes);
  }

  private free(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.refcounts.release(plan, offset / this.geometry.clusterBytes, this.geometry.clustersOf(bytes));
  }
}
