/**
 * A qcow2 image: turns requests into host I/O step by step. Metadata and copies are BLOCKING, guest data is ASYNC; a step ends where
 * the driver would wait for guest data. The tables, counts and snapshots it works on are modules of their own; it knows no time.
 */
import type { Bytes } from '../../../sim/units.js';
import {
  LIVE,
  Next,
  Op,
  type CacheMode,
  type Extent,
  type FormatContext,
  type ImageFile,
  type ImageFormat,
  type RequestId,
} from '../../io/image-format.js';
import { Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { RequestQueue } from '../../io/request-queue.js';
import { backingFiles, bytesInBacking, carryOutOnBacking, holdsWhatWasRead, readBackingBlocking, stepBacking } from '../backing.js';
import { SynchronousFile } from '../synchronous-file.js';
import { extentsOf } from './extents.js';
import { Geometry } from './geometry.js';
import { InFlight } from './in-flight.js';
import { inspectTables, type Qcow2Tables } from './inspect.js';
import { Mapping } from './mapping.js';
import { Metadata } from './metadata.js';
import { Refcounts } from './refcounts.js';
import { Snapshots } from './snapshots.js';
import { adjacentCopied, allocatableEntries, clusterOf, isCopied } from './tables.js';

/** What a data request does next. */
const enum Phase {
  /** Take on the next run. */
  RUN = 0,
  /** The run's data is written: map its new clusters. */
  LINK = 1,
  /** Mapped: set those free that wait, and go on after them. */
  RELEASE = 2,
  /** The backing image reads for it. */
  BACKING = 3,
  /** Another allocation is in the way. */
  BLOCKED = 4,
}

const ownFiles = 1;

export class Qcow2Image implements ImageFormat {
  readonly formatName = 'qcow2';
  readonly diskBytes: Bytes;
  readonly files: readonly ImageFile[];
  readonly released = new RequestQueue();

  private readonly geometry: Geometry;
  private readonly backing: ImageFormat | null;
  private readonly file: SynchronousFile;
  private readonly refcounts: Refcounts;
  private readonly mapping: Mapping;
  private readonly snapshots: Snapshots;
  private readonly metadata: Metadata;
  private readonly inFlight: InFlight;
  private mode: CacheMode;

  // Requests, by slot: what is left of each, and its current run.
  private readonly op: Uint8Array;
  private readonly phase: Uint8Array;
  private readonly offset: Float64Array;
  private readonly left: Float64Array;
  private readonly runBytes: Float64Array;
  private readonly runCluster: Float64Array;
  private readonly runClusters: Float64Array;
  private readonly isFree: Uint8Array;
  private readonly names: string[];

  constructor(context: FormatContext, clusterBytes: Bytes) {
    const { slots, backing } = context;
    this.diskBytes = context.diskBytes;
    this.backing = backing;
    this.mode = context.cache;
    const file: ImageFile = { role: 'image', name: `${context.name ?? 'img0'}.qcow2`, bytes: 0 };
    this.files = [file, ...backingFiles(backing)];
    this.geometry = new Geometry(clusterBytes, context.diskBytes);
    this.file = new SynchronousFile(0, file);
    this.refcounts = new Refcounts(this.geometry, this.file);
    this.mapping = new Mapping(this.geometry, this.file, this.refcounts);
    this.snapshots = new Snapshots(this.geometry, this.file, this.refcounts, this.mapping);
    const backingName = backing === null ? null : { fileName: backing.files[0]!.name, formatName: backing.formatName };
    this.metadata = new Metadata(this.geometry, this.file, this.refcounts, this.mapping, this.snapshots, backingName);
    this.inFlight = new InFlight(slots, clusterBytes);
    this.op = new Uint8Array(slots);
    this.phase = new Uint8Array(slots);
    this.offset = new Float64Array(slots);
    this.left = new Float64Array(slots);
    this.runBytes = new Float64Array(slots);
    this.runCluster = new Float64Array(slots);
    this.runClusters = new Float64Array(slots);
    this.isFree = new Uint8Array(slots);
    this.names = new Array<string>(slots).fill('');
    this.metadata.reset();
  }

  get cache(): CacheMode {
    return this.mode;
  }

  set cache(mode: CacheMode) {
    this.mode = mode;
    if (this.backing !== null) this.backing.cache = mode;
  }

  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    this.op[r] = op;
    this.phase[r] = Phase.RUN;
    this.offset[r] = offset;
    this.left[r] = bytes;
    if (op < Op.CREATE) return;
    if (op === Op.APPLY || op === Op.DELETE) this.snapshots.get(name);
    this.names[r] = name;
  }

  step(r: RequestId, plan: Plan): Next {
    switch (this.op[r] as Op) {
      case Op.READ:
        return this.stepRead(r, plan);
      case Op.WRITE:
        return this.stepWrite(r, plan);
      case Op.FLUSH:
        return this.stepFlush(r, plan);
      default:
        this.control(r, plan);
        return Next.DONE;
    }
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.readRuns(plan, offset, bytes, this.readInMainLoop);
  }

  extents(view: string | typeof LIVE): Extent[] {
    const l1 = view === LIVE ? this.mapping.l1 : this.snapshots.get(view).l1;
    return extentsOf(l1, this.geometry, this.diskBytes, this.backing, ownFiles);
  }

  allocatedBytes(): Bytes {
    return this.refcounts.allocatedClusters * this.geometry.clusterBytes;
  }

  counters(): Readonly<Record<string, number>> {
    const { hits, misses } = this.mapping.cache;
    return { 'L2 hits': hits, 'L2 misses': misses, 'refcount block reads': this.refcounts.blockLoads };
  }

  /** The image's tables as its metadata says them now. */
  inspect(): Qcow2Tables {
    return inspectTables(this.geometry, this.refcounts, this.mapping, this.snapshots);
  }

  private stepRead(r: RequestId, plan: Plan): Next {
    for (;;) {
      if (this.phase[r] === Phase.BACKING) {
        const before = plan.size;
        const next = stepBacking(this.backing!, ownFiles, r, plan);
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
      const below = runOffset === 0 ? bytesInBacking(this.backing, offset, runBytes) : 0;
      if (below > 0) {
        this.backing!.begin(r, Op.READ, offset, below);
        this.phase[r] = Phase.BACKING;
        continue;
      }
      this.finishRun(r);
      if (runOffset === 0) continue;
      this.file.readGuest(plan, runOffset, runBytes, offset);
      return this.left[r] === 0 ? Next.DONE : Next.CONTINUE;
    }
  }

  private stepWrite(r: RequestId, plan: Plan): Next {
    if (this.phase[r] === Phase.BLOCKED) {
      if (this.isFree[r] === 0) {
        this.inFlight.park(r);
        return Next.WAIT;
      }
      this.phase[r] = Phase.RUN;
    }
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

  private waitForObstacle(r: RequestId, plan: Plan): Next {
    this.inFlight.wait(r, this.inFlight.obstacle);
    this.isFree[r] = 0;
    this.phase[r] = Phase.BLOCKED;
    if (plan.size > 0) return Next.CONTINUE;
    this.inFlight.park(r);
    return Next.WAIT;
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
      if (runOffset !== 0) {
        readPiece(plan, runOffset, runBytes, at);
      } else {
        const below = bytesInBacking(this.backing, at, runBytes);
        if (below > 0) readBackingBlocking(this.backing!, ownFiles, plan, at, below);
      }
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

  private finishRun(r: RequestId): void {
    const bytes = this.runBytes[r]!;
    this.offset[r]! += bytes;
    this.left[r]! -= bytes;
  }

  /** One fdatasync a file of the chain, one after another, this image's first. */
  private stepFlush(r: RequestId, plan: Plan): Next {
    if (this.phase[r] === Phase.BACKING) return stepBacking(this.backing!, ownFiles, r, plan);
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
    if (this.backing === null) return Next.DONE;
    this.backing.begin(r, Op.FLUSH, 0, 0);
    this.phase[r] = Phase.BACKING;
    return Next.CONTINUE;
  }

  private control(r: RequestId, plan: Plan): void {
    const name = this.names[r]!;
    switch (this.op[r] as Op) {
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
        this.snapshots.create(plan, name);
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

  /** The hypervisor stops the machine and lets its requests end before it touches snapshots. */
  private assertQuiet(): void {
    if (!this.inFlight.isEmpty) throw new Error('a snapshot operation while allocations are in flight');
  }

  private open(r: RequestId, plan: Plan): void {
    this.file.open(this.mode);
    this.metadata.read(plan);
    if (this.backing !== null) carryOutOnBacking(this.backing, ownFiles, r, Op.OPEN_KNOWN, plan);
  }
}
