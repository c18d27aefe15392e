/**
 * QED as QEMU 7.2 drives it: one L1 table and large L2 tables, no reference counts. A run of new clusters is the rest of its first and
 * last cluster, the data, then the changed sectors of the L2 table; a new L2 table is written whole and flushed before L1 points to it.
 * Without a backing image the header is marked first, so that a crash leads to a check; with one, data is flushed before it is mapped.
 * Allocating writes go one after another; others do not wait. Zeros for whole clusters are recorded in the L2 table. The mark's removal
 * after five idle seconds is left out; and where a part of zeros over a backing image is overwritten QEMU brings the rest from below, which
 * loses zeros: here they are kept.
 */
import { KiB, MiB, sectorBytes, type Bytes } from '../../sim/units.js';
import { type Next, Op, type FormatContext, type ImageFormatModel, type RequestId } from '../io/image-format.js';
import type { Plan } from '../io/plan.js';
import { AllocationTable } from './allocation-table.js';
import { BlockLayerImage } from './block-layer-image.js';
import { TableLru } from './table-lru.js';
import { ZeroUnits } from './zero-units.js';

const options = {
  cluster: { kind: 'size', about: 'Cluster size', default: 64 * KiB, min: 4 * KiB, max: 64 * MiB, powerOfTwo: true },
  tableClusters: { kind: 'count', about: 'Clusters of a table', default: 4, min: 1, max: 16, powerOfTwo: true },
} as const;

const headerBytes: Bytes = 64;
const entryBytes: Bytes = 8;
const tablesInMemory = 50;

/** The tables as they stand in the file once all writes that are planned are done. */
export interface QedTables {
  readonly clusterBytes: Bytes;
  readonly tableClusters: number;
  readonly isMarked: boolean;
  /** Cluster where each L2 table begins; 0 for none. */
  readonly l1: readonly number[];
  /** Cluster of each unit of the disk; 0 for none. */
  readonly clusters: readonly number[];
}

export class QedImage extends BlockLayerImage {
  protected readonly places: AllocationTable;
  private readonly tableBytes: Bytes;
  /** Guest bytes under one L2 table. */
  private readonly span: Bytes;
  /** Cluster where each L2 table begins; 0 for none. */
  private readonly l1: Uint32Array;
  private readonly tables = new TableLru(tablesInMemory);
  /** Clusters that the file has. */
  private fileClusters: number;
  /** Whether the header says that a check is needed. */
  private isMarked = false;
  // New clusters that the request in flight maps when it is done: runs of first unit, first cluster, how many.
  private readonly pending: number[] = [];
  /** Runs of first unit, how many, that it has read as zeros then. */
  private readonly pendingZeros: number[] = [];
  protected override readonly zeros: ZeroUnits;
  /** The request that is planned writes zeros. */
  private writesZeros = false;

  constructor(
    context: FormatContext,
    private readonly clusterBytes: Bytes,
    private readonly tableClusters: number,
  ) {
    super(context, 'qed');
    this.tableBytes = tableClusters * clusterBytes;
    this.span = (this.tableBytes / entryBytes) * clusterBytes;
    this.l1 = new Uint32Array(Math.ceil(context.diskBytes / this.span));
    this.places = new AllocationTable(clusterBytes, context.diskBytes, 0);
    this.zeros = new ZeroUnits(clusterBytes, this.places.units);
    this.fileClusters = 1 + tableClusters;
    this.image.bytes = this.fileClusters * clusterBytes;
  }

  override counters(): Readonly<Record<string, number>> {
    return { 'L2 hits': this.tables.hits, 'L2 misses': this.tables.misses };
  }

  inspect(): QedTables {
    const { places, clusterBytes, pending, tableClusters, isMarked } = this;
    const clusters = Array.from({ length: places.units }, (_, unit) =>
      places.has(unit) ? places.placeOf(unit * clusterBytes) / clusterBytes : 0,
    );
    for (let i = 0; i < pending.length; i += 3) {
      for (let j = 0; j < pending[i + 2]!; j++) clusters[pending[i]! + j] = pending[i + 1]! + j;
    }
    return { clusterBytes, tableClusters, isMarked, l1: [...this.l1], clusters };
  }

  protected find(plan: Plan, offset: Bytes, bytes: Bytes): Bytes {
    const index = Math.floor(offset / this.span);
    const table = this.l1[index]!;
    if (table !== 0 && !this.tables.use(index)) this.file.read(plan, table * this.clusterBytes, this.tableBytes);
    return this.zeros.run(offset, this.places.run(offset, Math.min(bytes, (index + 1) * this.span - offset)));
  }

  protected override carriedOutAs(op: Op): Op {
    return op;
  }

  protected override stepWriteZeroes(r: RequestId, plan: Plan): Next {
    this.writesZeros = true;
    const next = this.stepWrite(r, plan);
    this.writesZeros = false;
    return next;
  }

  protected mustBeAlone(op: Op, offset: Bytes, bytes: Bytes): boolean {
    return op === Op.WRITE && !this.places.hasAll(offset, bytes);
  }

  protected override get waitsWithAll(): boolean {
    return false;
  }

  /** Maps the new clusters, now that what they hold is written. */
  protected override settle(): void {
    const { pending, pendingZeros } = this;
    for (let i = 0; i < pending.length; i += 3) {
      for (let j = 0; j < pending[i + 2]!; j++) this.places.put(pending[i]! + j, pending[i + 1]! + j);
      this.zeros.put(pending[i]!, pending[i + 2]!, false);
    }
    for (let i = 0; i < pendingZeros.length; i += 2) this.zeros.put(pendingZeros[i]!, pendingZeros[i + 1]!, true);
    pending.length = pendingZeros.length = 0;
  }

  /** Zeros that begin or end within a cluster are data there. */
  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { clusterBytes } = this;
    const start = Math.ceil(offset / clusterBytes) * clusterBytes;
    const end = Math.floor((offset + bytes) / clusterBytes) * clusterBytes;
    if (!this.writesZeros || start >= end) {
      const middle = this.writesZeros ? Math.min(offset + bytes, start) : offset;
      this.writeData(plan, offset, middle - offset);
      this.writeData(plan, middle, offset + bytes - middle);
      return;
    }
    this.writeData(plan, offset, start - offset);
    this.writeZeros(plan, start, end);
    this.writeData(plan, end, offset + bytes - end);
  }

  private writeZeros(plan: Plan, start: Bytes, end: Bytes): void {
    for (let at = start; at < end;) {
      const run = this.find(plan, at, end - at);
      const place = this.places.placeOf(at);
      if (place !== -1) this.file.writeGuest(plan, place, run, at);
      else if (!this.zeros.has(at)) {
        if (this.backing === null && !this.isMarked) this.mark(plan, true);
        const firstUnit = this.places.unitAt(at);
        this.pendingZeros.push(firstUnit, run / this.clusterBytes);
        this.link(plan, firstUnit, run / this.clusterBytes);
      }
      at += run;
    }
  }

  private writeData(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const run = this.find(plan, at, offset + bytes - at);
      const place = this.places.placeOf(at);
      if (place === -1) this.writeNewClusters(plan, at, run);
      else this.file.writeGuest(plan, place, run, at);
      at += run;
    }
  }

  private writeNewClusters(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { clusterBytes } = this;
    if (this.backing === null && !this.isMarked) this.mark(plan, true);
    const firstUnit = this.places.unitAt(offset);
    const count = this.places.unitAt(offset + bytes - 1) - firstUnit + 1;
    const first = this.takeClusters(count);
    this.pending.push(firstUnit, first, count);
    const start = firstUnit * clusterBytes;
    const place = first * clusterBytes;
    const end = offset + bytes;
    this.fillFromBelow(plan, place, offset - start, start);
    this.fillFromBelow(plan, place + end - start, count * clusterBytes - (end - start), end);
    this.file.writeGuest(plan, place + offset - start, bytes, offset);
    if (this.backing !== null) this.file.flush(plan);
    this.link(plan, firstUnit, count);
  }

  /** Writes the entries of `count` units under one L2 table. */
  private link(plan: Plan, firstUnit: number, count: number): void {
    const entries = this.tableBytes / entryBytes;
    const index = Math.floor(firstUnit / entries);
    if (this.l1[index] === 0) {
      const table = this.takeClusters(this.tableClusters);
      this.l1[index] = table;
      this.tables.add(index);
      this.file.writeDurably(plan, table * this.clusterBytes, this.tableBytes);
      this.writeEntries(plan, this.clusterBytes, index, 1);
      return;
    }
    this.writeEntries(plan, this.l1[index]! * this.clusterBytes, firstUnit % entries, count);
  }

  /** The sectors with `count` entries of the table at `table`. */
  private writeEntries(plan: Plan, table: Bytes, first: number, count: number): void {
    const start = Math.floor((first * entryBytes) / sectorBytes) * sectorBytes;
    const end = Math.ceil(((first + count) * entryBytes) / sectorBytes) * sectorBytes;
    this.file.write(plan, table + start, end - start);
  }

  private takeClusters(count: number): number {
    const first = this.fileClusters;
    this.fileClusters += count;
    return first;
  }

  private mark(plan: Plan, isMarked: boolean): void {
    this.isMarked = isMarked;
    this.file.read(plan, 0, sectorBytes);
    this.file.write(plan, 0, sectorBytes);
  }

  protected override close(plan: Plan): void {
    this.flushAll(plan);
    if (!this.isMarked) return;
    this.mark(plan, false);
    this.flushAll(plan);
  }

  protected create(_r: RequestId, plan: Plan): void {
    this.places.clear();
    this.zeros.clear();
    this.l1.fill(0);
    this.tables.empty();
    this.fileClusters = 1 + this.tableClusters;
    this.isMarked = false;
    this.file.truncate(plan, 0);
    this.file.write(plan, 0, headerBytes);
    if (this.backing !== null) this.file.write(plan, headerBytes, this.backing.files[0]!.name.length);
    this.file.write(plan, this.clusterBytes, this.tableBytes);
  }

  /** The header tells of a raw backing image, and of no other format: those are probed. */
  protected open(r: RequestId, plan: Plan): void {
    this.tables.empty();
    this.file.read(plan, 0, headerBytes);
    if (this.backing !== null) this.file.read(plan, headerBytes, this.backing.files[0]!.name.length);
    this.file.read(plan, this.clusterBytes, this.tableBytes);
    this.openBacking(r, this.backing?.formatName === 'raw' ? Op.OPEN_KNOWN : Op.OPEN_BELOW, plan);
  }
}

export const qed: ImageFormatModel<typeof options> = {
  about: 'QED: two levels of large tables, no reference counts, a check after a crash instead of ordered writes',
  source: 'QEMU 7.2, block/qed*.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: true,
  options,
  make(context, { cluster, tableClusters }) {
    return new QedImage(context, cluster, tableClusters);
  },
};
