/**
 * Internal snapshots as QEMU 0.12 makes, applies and deletes them: passes over all tables of an L1 that change the reference counts and
 * COPIED flags, and a snapshot table that is written anew each time. It knows no requests.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { SynchronousFile } from '../synchronous-file.js';
import { headerField, type Geometry } from './geometry.js';
import type { Mapping } from './mapping.js';
import type { Refcounts } from './refcounts.js';
import { SnapshotList } from './snapshot-list.js';
import { clusterOf, copied, type L1Table } from './tables.js';

/** Version 2 keeps nothing beyond the fixed part of an entry. */
const noExtraBytes = 0;

export class Snapshots extends SnapshotList {
  constructor(
    private readonly geometry: Geometry,
    protected readonly file: SynchronousFile,
    private readonly refcounts: Refcounts,
    private readonly mapping: Mapping,
  ) {
    super(noExtraBytes);
  }

  create(plan: Plan, name: string, stateBytes: Bytes): void {
    const { mapping } = this;
    this.pass(plan, mapping.l1, mapping.l1Offset, 1);
    const clusters = this.geometry.clustersOf(mapping.l1Bytes);
    const l1 = mapping.l1.copy();
    const l1Offset = this.refcounts.allocate(plan, clusters) * this.geometry.clusterBytes;
    this.list.push({ id: this.nextId(), name, l1, l1Offset, stateBytes });
    this.file.write(plan, l1Offset, mapping.l1Bytes);
    this.writeTable(plan);
  }

  /** Gives the live disk a snapshot's tables. Decrements first: not crash safe. */
  apply(plan: Plan, name: string): void {
    const { mapping } = this;
    const { l1, l1Offset } = this.get(name);
    this.pass(plan, mapping.l1, mapping.l1Offset, -1);
    this.file.read(plan, l1Offset, l1.bytes);
    mapping.l1.copyFrom(l1);
    this.file.write(plan, mapping.l1Offset, l1.bytes);
    this.pass(plan, mapping.l1, mapping.l1Offset, 1);
  }

  delete(plan: Plan, name: string): void {
    const { mapping } = this;
    const snapshot = this.get(name);
    this.pass(plan, snapshot.l1, snapshot.l1Offset, -1);
    this.pass(plan, mapping.l1, mapping.l1Offset, 0);
    this.free(plan, snapshot.l1Offset, snapshot.l1.bytes);
    this.list = this.list.filter((other) => other !== snapshot);
    this.writeTable(plan);
  }

  /** Adds `delta` to the count of every L2 table and cluster of an L1, and sets or clears the COPIED flags by the counts that result. */
  private pass(plan: Plan, l1: L1Table, l1Offset: Bytes, delta: number): void {
    const { clusterBytes } = this.geometry;
    this.mapping.cache.empty();
    this.refcounts.deferWrites();
    if (l1 !== this.mapping.l1) this.file.read(plan, l1Offset, l1.bytes);
    let isL1Changed = false;
    for (let i = 0; i < l1.entries.length; i++) {
      const table = l1.l2[i] ?? null;
      if (table === null) continue;
      const place = clusterOf(l1.entries[i]!);
      this.file.read(plan, place * clusterBytes, clusterBytes);
      if (this.passTable(plan, table, delta)) this.file.write(plan, place * clusterBytes, clusterBytes);
      isL1Changed = this.passEntry(plan, l1.entries, i, delta) || isL1Changed;
    }
    if (isL1Changed) this.file.write(plan, l1Offset, l1.bytes);
    this.refcounts.writeDeferred(plan);
  }

  private passTable(plan: Plan, table: Uint32Array, delta: number): boolean {
    let isChanged = false;
    for (let j = 0; j < table.length; j++) {
      if (table[j] !== 0 && this.passEntry(plan, table, j, delta)) isChanged = true;
    }
    return isChanged;
  }

  /** Answers whether the entry's flag changed. */
  private passEntry(plan: Plan, entries: Uint32Array, i: number, delta: number): boolean {
    const before = entries[i]!;
    const cluster = clusterOf(before);
    if (delta !== 0) this.refcounts.update(plan, cluster, 1, delta);
    entries[i] = this.refcounts.count(plan, cluster) === 1 ? cluster + copied : cluster;
    return entries[i] !== before;
  }

  private writeTable(plan: Plan): void {
    const old = { offset: this.tableOffset, bytes: this.tableBytes };
    this.tableBytes = this.forEachPiece(() => {});
    const clusters = this.geometry.clustersOf(this.tableBytes);
    this.tableOffset = this.refcounts.allocate(plan, clusters) * this.geometry.clusterBytes;
    this.forEachPiece((offset, bytes) => this.file.write(plan, this.tableOffset + offset, bytes));
    this.file.write(plan, headerField.snapshotTable, 8);
    this.countInHeader = this.list.length;
    this.file.write(plan, headerField.snapshotCount, 4);
    this.free(plan, old.offset, old.bytes);
  }

  private free(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.refcounts.update(plan, offset / this.geometry.clusterBytes, this.geometry.clustersOf(bytes), -1);
  }
}
