/**
 * A qcow2 image as QEMU 0.12 drives it: turns requests into host I/O step by step. Metadata and copies are BLOCKING, guest data is ASYNC;
 * a step ends where the driver would wait for guest data. The tables, counts and snapshots it works on are modules of their own; it
 * knows no time.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { Next, Op, type FormatContext, type RequestId } from '../../io/image-format.js';
import { Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { holdsWhatWasRead, readBackingBlocking } from '../backing.js';
import { SynchronousFile } from '../synchronous-file.js';
import { backingNameOf, ownFiles, Phase, Qcow2Base } from './base-image.js';
import { Mapping } from './mapping.js';
import { Metadata } from './metadata.js';
import { Refcounts } from './refcounts.js';
import { Snapshots } from './snapshots.js';
import { adjacentCopied, allocatableEntries, clusterOf, isCopied } from './tables.js';

export class Qcow2Image extends Qcow2Base {
  protected readonly version = 2;
  protected readonly refcounts: Refcounts;
  protected readonly mapping: Mapping;
  protected readonly snapshots: Snapshots;
  private readonly file: SynchronousFile;
  private readonly metadata: Metadata;

  // The current run of each request, by slot.
  private readonly runCluster: Float64Array;
  private readonly runClusters: Float64Array;

  /** Of the piece of the machine's state that is being saved: how far it is taken on, and its end, as places on the disk. */
  private partEnd: Bytes = 0;
  private pieceEnd: Bytes = 0;

  /** @param heldTables L2 tables in memory */
  constructor(context: FormatContext, clusterBytes: Bytes, heldTables: number) {
    super(context, clusterBytes);
    const { backing } = this;
    this.file = new SynchronousFile(0, this.ownFile);
    this.refcounts = new Refcounts(this.geometry, this.file);
    this.mapping = new Mapping(this.geometry, this.file, this.refcounts, heldTables);
    this.snapshots = new Snapshots(this.geometry, this.file, this.refcounts, this.mapping);
    this.metadata = new Metadata(this.geometry, this.file, this.refcounts, this.mapping, this.snapshots, backingNameOf(backing));
    this.runCluster = new Float64Array(context.slots);
    this.runClusters = new Float64Array(context.slots);
    this.metadata.reset();
  }

  override begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    super.begin(r, op, offset, bytes, name);
    const start = this.offset[r]!;
    if (op === Op.SAVE_STATE) {
      this.partEnd = start;
      this.pieceEnd = start + bytes;
      this.left[r] = 0;
    } else if (op === Op.LOAD_STATE) {
      this.offset[r] = start - (start % sectorBytes);
      this.left[r] = Math.ceil((start + bytes) / sectorBytes) * sectorBytes - this.offset[r];
    }
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.readRuns(plan, offset, bytes, this.readInMainLoop);
  }

  counters(): Readonly<Record<string, number>> {
    const { hits, misses } = this.mapping.cache;
    return { 'L2 hits': hits, 'L2 misses': misses, 'refcount block reads': this.refcounts.blockLoads };
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    for (;;) {
      if (this.phase[r] === Phase.BACKING) {
        const before = plan.size;
        const next = this.stepBelow(r, plan);
        if (next === Next.CONTINUE) return next;
        this.phase[r] = Phase.RUN;
        this.finishRun(r);
        if (this.left[r] === 0) return Next.DONE;
        if (plan.size > before) return Next.CONTINUE;
      }
      if (this.left[r] === 0) return Next.DONE;
      const offset = this.offset[r]!;
      this.mapping.find(plan, offset, this.left[r]!);
      const { runOffset, runBytes } = this.mapping;
      this.runBytes[r] = runBytes;
      if (runOffset === 0 && this.beginBelow(r, offset, runBytes)) {
        this.phase[r] = Phase.BACKING;
        continue;
      }
      this.finishRun(r);
      if (runOffset === 0) continue;
      this.file.readGuest(plan, runOffset, runBytes, offset);
      return this.left[r] === 0 ? Next.DONE : Next.CONTINUE;
    }
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    if (!this.isUnblocked(r)) return Next.WAIT;
    if (this.phase[r] === Phase.RELEASE) {
      this.inFlight.release(r, this.released, this.isFree);
      this.released.push(r);
      this.phase[r] = Phase.RUN;
      return Next.WAIT;
    }
    if (this.phase[r] === Phase.LINK) {
      this.link(r, plan);
      this.inFlight.remove(r);
      this.finishRun(r);
      if (this.left[r] === 0) {
        this.inFlight.release(r, this.released, this.isFree);
        return Next.DONE;
      }
      if (this.inFlight.hasWaiters(r)) {
        this.phase[r] = Phase.RELEASE;
        return Next.CONTINUE;
      }
    }
    return this.writeRun(r, plan);
  }

  /** Whole sectors of a piece go the way of a guest's write; partial ones at its ends are read, changed and written each alone. */
  protected stepSave(r: RequestId, plan: Plan): Next {
    for (;;) {
      if (this.left[r] === 0) this.beginPart(r, plan);
      const next = this.stepWrite(r, plan);
      if (next !== Next.DONE || this.partEnd === this.pieceEnd) return next;
    }
  }

  private beginPart(r: RequestId, plan: Plan): void {
    const inSector = this.partEnd % sectorBytes;
    const start = this.partEnd - inSector;
    const rest = this.pieceEnd - start;
    const isPartial = inSector > 0 || rest < sectorBytes;
    this.phase[r] = Phase.RUN;
    this.offset[r] = start;
    this.left[r] = isPartial ? sectorBytes : rest - (rest % sectorBytes);
    this.partEnd = Math.min(this.pieceEnd, start + this.left[r]);
    if (isPartial) this.readRuns(plan, start, sectorBytes, this.readSynchronously);
  }

  /** Writes the next run of a request: in place, or to new clusters that are mapped when it is written. */
  private writeRun(r: RequestId, plan: Plan): Next {
    const { clusterBytes, l2Span, l2Entries } = this.geometry;
    const offset = this.offset[r]!;
    const inCluster = offset % clusterBytes;
    const l1Index = Math.floor(offset / l2Span);
    const index = Math.floor((offset - l1Index * l2Span) / clusterBytes);
    const end = inCluster + this.left[r]!;
    const limit = Math.min(Math.ceil(end / clusterBytes), l2Entries - index);
    const table = this.mapping.own(plan, l1Index);
    const entry = table[index]!;
    const isInPlace = isCopied(entry);
    let clusters = isInPlace ? adjacentCopied(table, index, limit) : allocatableEntries(table, index, limit);
    let first = clusterOf(entry);
    if (!isInPlace) {
      clusters = this.inFlight.clustersFree(offset, clusters);
      if (clusters === 0) return this.waitForObstacle(r, plan);
      this.inFlight.add(r, offset, clusters);
      first = this.refcounts.allocate(plan, clusters);
    }
    const bytes = Math.min(end, clusters * clusterBytes) - inCluster;
    this.file.writeGuest(plan, first * clusterBytes + inCluster, bytes, offset);
    this.runBytes[r] = bytes;
    this.runCluster[r] = first;
    this.runClusters[r] = clusters;
    if (!isInPlace) {
      this.phase[r] = Phase.LINK;
      return Next.CONTINUE;
    }
    this.phase[r] = Phase.RUN;
    this.finishRun(r);
    return this.left[r] === 0 ? Next.DONE : Next.CONTINUE;
  }

  /** Completes the first and last new cluster from what they replace, maps the new ones, and lets go of the replaced ones. */
  private link(r: RequestId, plan: Plan): void {
    const { clusterBytes, l2Span } = this.geometry;
    const offset = this.offset[r]!;
    const first = this.runCluster[r]!;
    const clusters = this.runClusters[r]!;
    const inCluster = offset % clusterBytes;
    const end = inCluster + this.runBytes[r]!;
    const tail = (clusterBytes - (end % clusterBytes)) % clusterBytes;
    if (inCluster > 0) this.copy(plan, offset - inCluster, inCluster, first * clusterBytes);
    if (tail > 0) this.copy(plan, offset - inCluster + end, tail, first * clusterBytes + end);
    const l1Index = Math.floor(offset / l2Span);
    const index = Math.floor((offset - l1Index * l2Span) / clusterBytes);
    const table = this.mapping.own(plan, l1Index);
    const replaced = this.replacedBy(table, index, clusters);
    this.mapping.link(plan, l1Index, index, first, clusters);
    for (let i = 0; i < replaced; i++) this.refcounts.update(plan, this.replaced[i]!, 1, -1);
  }

  /** Scratch list of clusters that a run replaces. */
  private replaced = new Uint32Array(64);

  private replacedBy(table: Uint32Array, index: number, clusters: number): number {
    if (this.replaced.length < clusters) this.replaced = new Uint32Array(clusters * 2);
    let n = 0;
    for (let i = 0; i < clusters; i++) {
      const cluster = clusterOf(table[index + i]!);
      if (cluster !== 0) this.replaced[n++] = cluster;
    }
    return n;
  }

  /** Reads a part of the disk as it is and writes it, zeros too, to a new place. */
  private copy(plan: Plan, guestOffset: Bytes, bytes: Bytes, to: Bytes): void {
    const firstRead = plan.size;
    this.readRuns(plan, guestOffset, bytes, this.readSynchronously);
    const firstWrite = plan.size;
    this.file.writeSectors(plan, to, bytes, Purpose.COPY);
    this.file.flushAfterWrite(plan);
    holdsWhatWasRead(plan, firstRead, firstWrite, guestOffset, 0, bytes);
  }

  private readRuns(
    plan: Plan,
    offset: Bytes,
    bytes: Bytes,
    readPiece: (plan: Plan, place: Bytes, bytes: Bytes, guestOffset: Bytes) => void,
  ): void {
    let at = offset;
    while (at < offset + bytes) {
      this.mapping.find(plan, at, offset + bytes - at);
      const { runOffset, runBytes } = this.mapping;
      if (runOffset !== 0) readPiece(plan, runOffset, runBytes, at);
      else readBackingBlocking(this.backing, ownFiles, plan, at, runBytes);
      at += runBytes;
    }
  }

  /** The driver's own copy of a cluster: a synchronous transfer. */
  private readonly readSynchronously = (plan: Plan, place: Bytes, bytes: Bytes, guestOffset: Bytes): void => {
    this.file.readCopy(plan, place, bytes, guestOffset);
  };

  /** Through the asynchronous path in one piece, but awaited on the spot: how an overlay reads this image. */
  private readonly readInMainLoop = (plan: Plan, place: Bytes, bytes: Bytes, guestOffset: Bytes): void => {
    this.file.readAwaited(plan, place, bytes, guestOffset);
  };

  /** One fdatasync a file of the chain, one after another, this image's first. */
  protected planFlush(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
  }

  protected override get flushesBelow(): boolean {
    return true;
  }

  protected control(r: RequestId, op: Op, plan: Plan): void {
    const name = this.names[r]!;
    switch (op) {
      case Op.CREATE:
        this.metadata.create(plan);
        break;
      case Op.OPEN:
      case Op.OPEN_BELOW:
        this.file.probe(plan);
        this.open(r, plan);
        break;
      case Op.OPEN_KNOWN:
        this.open(r, plan);
        break;
      case Op.SNAPSHOT:
        this.assertQuiet();
        this.snapshots.create(plan, name, this.takeSavedState());
        break;
      case Op.APPLY:
        this.assertQuiet();
        this.snapshots.apply(plan, name);
        break;
      case Op.DELETE:
        this.assertQuiet();
        this.snapshots.delete(plan, name);
        break;
      default:
        break;
    }
  }

  private open(r: RequestId, plan: Plan): void {
    this.file.open(this.mode);
    this.metadata.read(plan);
    this.openBacking(r, Op.OPEN_KNOWN, plan);
  }
}
