/**
 * The live disk's mapping: finds the host cluster of a guest cluster, gives it an L2 table of its own, and writes entries through.
 * What QEMU 0.12 reads and writes for that, it adds to a plan. It knows no requests.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { SynchronousFile } from '../synchronous-file.js';
import { entryBytes, type Geometry } from './geometry.js';
import { L2Cache, type L2Table } from './l2-cache.js';
import type { Refcounts } from './refcounts.js';
import { adjacentClusters, clusterOf, copied, emptyEntries, isCopied, L1Table } from './tables.js';

export class Mapping {
  readonly l1: L1Table;
  readonly cache = new L2Cache();
  /** Where the L1 table lies in the file. */
  l1Offset: Bytes = 0;
  /** Answer of `find`: guest bytes of the run, and where it lies in the file; 0 where nothing is allocated. */
  runBytes: Bytes = 0;
  runOffset: Bytes = 0;

  constructor(
    private readonly geometry: Geometry,
    private readonly file: SynchronousFile,
    private readonly refcounts: Refcounts,
  ) {
    this.l1 = new L1Table(geometry.l1Entries);
  }

  clear(): void {
    this.l1.entries.fill(0);
    this.l1.l2.fill(null);
    this.cache.empty();
  }

  get l1Bytes(): Bytes {
    return this.l1.entries.length * entryBytes;
  }

  /** The longest run from `offset` on, at most `bytes`, that lies in one piece or is not allocated, within one L2 table. */
  find(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { clusterBytes, l2Span } = this.geometry;
    const l1Index = Math.floor(offset / l2Span);
    const inSpan = offset - l1Index * l2Span;
    const inCluster = offset % clusterBytes;
    const needed = Math.min(bytes, l2Span - inSpan);
    this.runOffset = 0;
    this.runBytes = needed;
    const table = this.l1.l2[l1Index] ?? null;
    if (table === null) return;
    this.load(plan, clusterOf(this.l1.entries[l1Index]!));
    const index = Math.floor(inSpan / clusterBytes);
    const limit = Math.ceil((inCluster + needed) / clusterBytes);
    const cluster = clusterOf(table[index]!);
    const run = cluster === 0 ? emptyEntries(table, index, limit) : adjacentClusters(table, index, limit);
    this.runBytes = Math.min(needed, run * clusterBytes - inCluster);
    if (cluster !== 0) this.runOffset = cluster * clusterBytes + inCluster;
  }

  /** The L2 table that maps `l1Index`, made or copied first if it is not the live disk's alone. */
  own(plan: Plan, l1Index: number): L2Table {
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

  private load(plan: Plan, cluster: number): void {
    if (this.cache.use(cluster)) return;
    const { clusterBytes } = this.geometry;
    this.file.read(plan, cluster * clusterBytes, clusterBytes);
    this.cache.add(cluster);
  }

  private makeTable(plan: Plan, l1Index: number): L2Table {
    const { clusterBytes, l2Entries } = this.geometry;
    const old = clusterOf(this.l1.entries[l1Index]!);
    const cluster = this.refcounts.allocate(plan, 1);
    if (old !== 0) this.file.read(plan, old * clusterBytes, clusterBytes);
    this.file.write(plan, cluster * clusterBytes, clusterBytes);
    this.l1.entries[l1Index] = cluster + copied;
    const shared = this.l1.l2[l1Index] ?? null;
    const table = shared === null ? new Uint32Array(l2Entries) : shared.slice();
    this.l1.l2[l1Index] = table;
    this.file.write(plan, this.l1Offset + Math.floor((l1Index * entryBytes) / 512) * 512, 512);
    this.cache.add(cluster);
    return table;
  }
}
