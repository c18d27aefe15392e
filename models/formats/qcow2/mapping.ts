/**
 * The live disk's mapping as QEMU 0.12 keeps it: gives a guest cluster an L2 table of its own, and writes entries through.
 * What is read and written for that, it adds to a plan. It knows no requests.
 */
import type { Plan } from '../../io/plan.js';
import type { SynchronousFile } from '../synchronous-file.js';
import { DiskMap } from './disk-map.js';
import { entryBytes, headerField, type Geometry } from './geometry.js';
import type { Refcounts } from './refcounts.js';
import { TableLfu } from '../table-lfu.js';
import { clusterOf, copied, isCopied, type L2Table } from './tables.js';

export class Mapping extends DiskMap {
  readonly cache: TableLfu;

  /** @param heldTables L2 tables in memory */
  constructor(
    geometry: Geometry,
    private readonly file: SynchronousFile,
    private readonly refcounts: Refcounts,
    heldTables: number,
  ) {
    super(geometry, geometry.l2Entries);
    this.cache = new TableLfu(heldTables);
  }

  override clear(): void {
    super.clear();
    this.cache.empty();
  }

  /** The L2 table that maps `l1Index`, made or copied first if it is not the live disk's alone. */
  own(plan: Plan, l1Index: number): L2Table {
    if (l1Index >= this.l1.entries.length) this.growL1(plan, l1Index + 1);
    const entry = this.l1.entries[l1Index]!;
    if (isCopied(entry)) {
      this.load(plan, clusterOf(entry));
      return this.l1.l2[l1Index]!;
    }
    if (entry !== 0) this.refcounts.update(plan, entry, 1, -1);
    return this.makeTable(plan, l1Index);
  }

  /** Maps `clusters` guest clusters from `index` of a table of its own on to host clusters from `first` on. */
  link(plan: Plan, l1Index: number, index: number, first: number, clusters: number): void {
    const { l2EntriesPerSector, clusterBytes } = this.geometry;
    const table = this.l1.l2[l1Index]!;
    for (let i = 0; i < clusters; i++) table[index + i] = first + i + copied;
    const firstSector = Math.floor(index / l2EntriesPerSector);
    const lastSector = Math.floor((index + clusters - 1) / l2EntriesPerSector);
    const place = clusterOf(this.l1.entries[l1Index]!) * clusterBytes;
    this.file.write(plan, place + firstSector * 512, (lastSector - firstSector + 1) * 512);
  }

  protected load(plan: Plan, cluster: number): void {
    if (this.cache.use(cluster)) return;
    const { clusterBytes } = this.geometry;
    this.file.read(plan, cluster * clusterBytes, clusterBytes);
    this.cache.add(cluster);
  }

  /** Moves the L1 table to where it has room: for what lies behind the disk's end. */
  private growL1(plan: Plan, least: number): void {
    const { clusterBytes } = this.geometry;
    const old = { cluster: this.l1Offset / clusterBytes, clusters: this.geometry.clustersOf(this.l1Bytes) };
    this.l1.resize(this.grownL1Entries(least));
    this.l1Offset = this.refcounts.allocate(plan, this.geometry.clustersOf(this.l1Bytes)) * clusterBytes;
    this.file.write(plan, this.l1Offset, this.l1Bytes);
    this.file.write(plan, headerField.l1Table, 12);
    this.refcounts.update(plan, old.cluster, old.clusters, -1);
  }

  private makeTable(plan: Plan, l1Index: number): L2Table {
    const { clusterBytes, l2Entries } = this.geometry;
    const old = clusterOf(this.l1.entries[l1Index]!);
    const cluster = this.refcounts.allocate(plan, 1);
    if (old !== 0) this.file.read(plan, old * clusterBytes, clusterBytes);
    this.l1.entries[l1Index] = cluster + copied;
    const shared = this.l1.l2[l1Index] ?? null;
    const table = shared === null ? new Uint32Array(l2Entries) : shared.slice();
    this.l1.l2[l1Index] = table;
    this.file.write(plan, cluster * clusterBytes, clusterBytes);
    this.file.write(plan, this.l1Offset + Math.floor((l1Index * entryBytes) / 512) * 512, 512);
    this.cache.add(cluster);
    return table;
  }
}
