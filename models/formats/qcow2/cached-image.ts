/**
 * A qcow2 image as QEMU 7.2 drives it: metadata waits in write-back caches, and what is done to it holds up every request of the image;
 * guest data, copies and zero-ranges go beside. A step ends where new clusters' data is on its way. It knows no time.
 */
import type { Bytes } from '../../../sim/units.js';
import { Next, Op, type FormatContext, type RequestId } from '../../io/image-format.js';
import { Plan } from '../../io/plan.js';
import { backingNameOf, Phase, Qcow2Base } from './base-image.js';
import { CachedFile } from './cached-file.js';
import { CachedMapping } from './cached-mapping.js';
import { CachedMetadata } from './cached-metadata.js';
import { CachedRefcounts } from './cached-refcounts.js';
import { CachedSnapshots } from './cached-snapshots.js';
import { RunLinker } from './run-linker.js';
import { mayBegin, none, RunPieces, runsTogether } from './run-pieces.js';
import { readBelow, RunWriter } from './run-writer.js';
import { TableCache } from './table-cache.js';
import { adjacentCopied, anyZeros, clusterOf, isCopied, isZeros } from './tables.js';
import { ZeroClusters } from './zero-clusters.js';
import { ZeroLook } from './zero-look.js';

/** Of what is below nothing is known. */
const unknown = (): boolean => false;
export interface CacheSizes {
  readonly clusterBytes: Bytes;
  readonly l2Pieces: number;
  readonly l2PieceBytes: Bytes;
  readonly refcountBlocks: number;
}

export class CachedImage extends Qcow2Base {
  protected readonly version = 3;
  protected readonly refcounts: CachedRefcounts;
  protected readonly mapping: CachedMapping;
  protected readonly snapshots: CachedSnapshots;
  private readonly file: CachedFile;
  private readonly metadata: CachedMetadata;
  private readonly pieces: RunPieces;
  private readonly look: ZeroLook;
  private readonly writer: RunWriter;
  private readonly linker: RunLinker;
  private readonly zeroes: ZeroClusters;
  /** Of a write of zeros by slot: bytes behind the piece that is written as data. */
  private readonly rest: Float64Array;
  private isWriteThrough = false;
  /**
   * @param toolSizes of a program that opens the image without being told of sizes
   * @param countsMayLag whether reference counts are written late, with a mark in the header that a crash calls for a check
   */
  constructor(
    context: FormatContext,
    private readonly sizes: CacheSizes,
    private readonly toolSizes: CacheSizes = sizes,
    countsMayLag = false,
  ) {
    super(context, sizes.clusterBytes);
    const { geometry } = this;
    this.file = new CachedFile(this.ownFile);
    const l2Cache = new TableCache(this.file, sizes.l2PieceBytes, sizes.l2Pieces);
    const refcountCache = new TableCache(this.file, sizes.clusterBytes, sizes.refcountBlocks);
    this.refcounts = new CachedRefcounts(geometry, this.file, refcountCache, l2Cache, countsMayLag);
    this.mapping = new CachedMapping(geometry, this.file, this.refcounts, l2Cache);
    this.snapshots = new CachedSnapshots(geometry, this.file, this.refcounts, this.mapping);
    this.metadata = new CachedMetadata(geometry, this.file, this.refcounts, this.mapping, this.snapshots, backingNameOf(this.backing));
    this.pieces = new RunPieces(context.slots);
    const below = this.backing instanceof CachedImage ? this.backing : null;
    this.look = new ZeroLook(geometry, this.refcounts, this.mapping, this.backing, below, context.backingIsZero ?? unknown);
    this.writer = new RunWriter(geometry, this.file, this.mapping, this.look, this.backing);
    this.linker = new RunLinker(geometry, this.refcounts, this.mapping, this.writer);
    this.zeroes = new ZeroClusters(geometry, this.refcounts, this.mapping, this.look, this.backing !== null);
    this.rest = new Float64Array(context.slots);
    this.metadata.create(new Plan());
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      this.mapping.find(plan, at, offset + bytes - at);
      const { runOffset, runBytes, runIsZeros } = this.mapping;
      if (runOffset !== 0) this.file.readAwaited(plan, runOffset, runBytes, at);
      else if (!runIsZeros) readBelow(this.backing, plan, at, runBytes);
      at += runBytes;
    }
  }

  /** Whether a range holds zeros for which there is no cluster in the chain: a quick look, false where in doubt. */
  isZero(plan: Plan, offset: Bytes, bytes: Bytes): boolean {
    return this.look.isZero(plan, offset, bytes);
  }

  /** The same, as well as the chain can tell. */
  isAllZeros(plan: Plan, offset: Bytes, bytes: Bytes): boolean {
    return this.look.isAllZeros(plan, offset, bytes);
  }

  /** Whose caches the sessions from the next OPEN on have: the hypervisor's, or a tool's that is told of no sizes. */
  set program(program: 'hypervisor' | 'tool') {
    const { l2PieceBytes, l2Pieces, clusterBytes, refcountBlocks } = program === 'tool' ? this.toolSizes : this.sizes;
    this.mapping.resizeCache(l2PieceBytes, l2Pieces);
    this.refcounts.cache.resize(clusterBytes, refcountBlocks);
  }

  /** From now on what the disk holds can be seen, apart from what waits in the caches. */
  keepDiskView(): void {
    this.mapping.view.isKept = this.refcounts.view.isKept = true;
  }

  /** Looks at the image with its tables as they are on the disk. */
  seenOnDisk<T>(look: () => T): T {
    this.exchangeViews();
    const seen = look();
    this.exchangeViews();
    return seen;
  }

  private exchangeViews(): void {
    this.mapping.view.exchange();
    this.refcounts.view.exchange();
  }

  counters(): Readonly<Record<string, number>> {
    const { hits, misses } = this.mapping.cache;
    return { 'L2 hits': hits, 'L2 misses': misses, 'refcount block reads': this.refcounts.cache.misses };
  }

  override begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    super.begin(r, op, offset, bytes, name);
    if (op !== Op.WRITE_ZEROES && op !== Op.WRITE_ZEROES_UNMAP) return;
    this.rest[r] = bytes;
    this.left[r] = 0;
  }

  override step(r: RequestId, plan: Plan): Next {
    const pieces = this.pieces.of(r);
    this.file.beginStep(pieces.due === pieces.size);
    return super.step(r, plan);
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    for (let runs = 0; ;) {
      if (this.phase[r] === Phase.BACKING) {
        const next = this.stepBelow(r, plan);
        if (next !== Next.DONE) return next;
        this.phase[r] = Phase.RUN;
        this.finishRun(r);
        runs += 1;
      }
      if (this.left[r] === 0) return Next.DONE;
      if (runs >= runsTogether) return Next.CONTINUE;
      const offset = this.offset[r]!;
      this.mapping.find(plan, offset, this.left[r]!);
      const { runOffset, runBytes, runIsZeros } = this.mapping;
      this.runBytes[r] = runBytes;
      if (runOffset === 0 && !runIsZeros && this.beginBelow(r, offset, runBytes)) {
        this.phase[r] = Phase.BACKING;
        continue;
      }
      this.finishRun(r);
      if (runOffset === 0) continue;
      this.file.readGuest(plan, runOffset, runBytes, offset);
      runs += 1;
    }
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    if (!this.isUnblocked(r)) return Next.WAIT;
    const pieces = this.pieces.of(r);
    if (this.phase[r] === Phase.LINK && !this.link(r, plan, pieces.due)) return Next.CONTINUE;
    this.phase[r] = Phase.RUN;
    if (!this.writeRuns(r, plan)) {
      if (!this.link(r, plan, pieces.size)) {
        this.phase[r] = Phase.LINK;
        return Next.CONTINUE;
      }
      if (this.left[r]! > 0) return this.waitForObstacle(r, plan);
    } else if (pieces.hasNew) {
      this.phase[r] = Phase.LINK;
      return Next.CONTINUE;
    } else {
      pieces.size = pieces.due = 0;
      if (this.left[r]! > 0 || this.isWriteThrough) return Next.CONTINUE;
    }
    if (this.isWriteThrough && this.op[r] === Op.WRITE) this.planFlush(plan);
    return Next.DONE;
  }

  /**
   * Zeros are written piece by piece; what the tables cannot say is data. A piece waits for a write beside it into the same cluster, which
   * is not in the tables yet. Assumed: by these alone, what that write copies would come back, or its room be given to others.
   */
  protected override stepWriteZeroes(r: RequestId, plan: Plan): Next {
    while (this.left[r]! > 0 || this.phase[r] !== Phase.RUN || this.rest[r]! > 0) {
      if (this.left[r]! > 0 || this.phase[r] !== Phase.RUN) {
        const next = this.stepWrite(r, plan);
        if (next !== Next.DONE) return next;
        if (plan.size > 0) return Next.CONTINUE;
        continue;
      }
      const bytes = this.zeroes.pieceOf(this.offset[r]!, this.rest[r]!);
      if (this.inFlight.bytesFree(this.offset[r]!, bytes) === 0) return this.waitForObstacle(r, plan);
      this.rest[r]! -= bytes;
      if (this.zeroes.write(plan, this.offset[r]!, bytes, this.op[r] === Op.WRITE_ZEROES_UNMAP)) this.offset[r]! += bytes;
      else this.left[r] = bytes;
    }
    if (this.isWriteThrough) this.planFlush(plan);
    return Next.DONE;
  }

  protected override stepDiscard(r: RequestId, plan: Plan): Next {
    this.zeroes.discard(plan, this.offset[r]!, this.bytes[r]!);
    return Next.DONE;
  }

  protected override carriedOutAs(op: Op): Op {
    return op;
  }

  protected stepSave(r: RequestId, plan: Plan): Next {
    return this.stepWrite(r, plan);
  }

  protected planFlush(plan: Plan): void {
    this.mapping.cache.write(plan);
    this.refcounts.write(plan);
    this.file.flushForGuest(plan);
  }

  protected control(r: RequestId, op: Op, plan: Plan): void {
    const name = this.names[r]!;
    if (op !== Op.CREATE) this.assertQuiet();
    switch (op) {
      case Op.CREATE:
        this.createOver(r, plan);
        break;
      case Op.OPEN:
      case Op.OPEN_KNOWN:
      case Op.OPEN_BELOW:
        this.open(r, plan);
        break;
      case Op.CLOSE:
        this.snapshots.flushAll(plan);
        this.refcounts.catchUp(plan);
        break;
      case Op.SNAPSHOT:
        this.snapshots.create(plan, name, this.takeSavedState());
        break;
      case Op.APPLY:
        this.snapshots.apply(plan, name);
        break;
      case Op.DELETE:
        this.snapshots.delete(plan, name);
        break;
      default:
        break;
    }
  }

  private open(r: RequestId, plan: Plan): void {
    this.isWriteThrough = this.mode === 'writethrough';
    this.look.forget();
    this.file.open(this.mode);
    this.file.probeAlignment(plan);
    this.metadata.read(plan);
    this.openBacking(r, Op.OPEN_KNOWN, plan);
  }

  /** The tool opens the backing image first, to learn the disk's size. */
  private createOver(r: RequestId, plan: Plan): void {
    if (this.backing !== null) {
      const { cache } = this.backing;
      this.backing.cache = 'writeback';
      this.openBacking(r, Op.OPEN_KNOWN, plan);
      this.backing.cache = cache;
    }
    this.metadata.create(plan);
  }

  /**
   * Takes clusters for as much of a write as may be on its way together, and plans the data, run by run. Where taking a run does I/O,
   * others have waited for the tables and come first, and the data of the runs before it is written by then: they are mapped next. If the
   * run looks at the tables again, for the rest of its clusters, it is written after that. Answers whether anything is written.
   */
  private writeRuns(r: RequestId, plan: Plan): boolean {
    const pieces = this.pieces.of(r);
    let runs = 0;
    if (pieces.unwritten !== none) {
      this.writer.writeRun(plan, pieces, pieces.unwritten);
      pieces.unwritten = none;
      runs = 1;
    }
    for (; this.left[r]! > 0 && mayBegin(pieces, runs); runs++) {
      const entries = plan.size;
      const first = pieces.size;
      if (!this.takeRun(r, plan)) break;
      const hasWaited = plan.size > entries;
      if (hasWaited && first > 0 && this.writer.hasRest(pieces, first)) pieces.unwritten = first;
      else this.writer.writeRun(plan, pieces, first);
      if (!hasWaited || (first === 0 && this.left[r] === 0)) continue;
      pieces.due = first;
      return true;
    }
    pieces.due = pieces.size;
    pieces.isCrowded = this.left[r]! > 0 && (pieces.isCrowded || runs === runsTogether);
    return runs > 0;
  }

  /**
   * Takes clusters that follow one another on the host: a write's own and new ones. A run without new ones that meets another allocation
   * waits for it as a whole. Answers whether any are taken.
   */
  private takeRun(r: RequestId, plan: Plan): boolean {
    const pieces = this.pieces.of(r);
    const first = pieces.size;
    if (first === 0) this.pieces.begin(r, this.offset[r]!);
    let isOwn = true;
    while (this.left[r]! > 0) {
      const at = this.offset[r]!;
      const bytes = this.inFlight.bytesFree(at, this.left[r]!);
      if (bytes === 0) {
        if (isOwn) this.untake(r, first);
        break;
      }
      const taken = this.takePiece(r, plan, at, bytes, pieces.size === first);
      if (taken === 0) break;
      isOwn = isOwn && !pieces.isNew[pieces.size - 1]!;
      this.offset[r]! += taken;
      this.left[r]! -= taken;
      pieces.bytes += taken;
    }
    return pieces.size > first;
  }

  /** Takes back the pieces from `first` on. */
  private untake(r: RequestId, first: number): void {
    const pieces = this.pieces.of(r);
    if (pieces.size === first) return;
    const bytes = this.offset[r]! - Math.max(pieces.offset, pieces.guest[first]! * this.geometry.clusterBytes);
    this.offset[r]! -= bytes;
    this.left[r]! += bytes;
    pieces.bytes -= bytes;
    pieces.size = first;
  }

  /** One piece, within a slice of an L2 table. Answers its bytes; 0 where it is to go on with a run and none lies behind that. */
  private takePiece(r: RequestId, plan: Plan, at: Bytes, bytes: Bytes, beginsRun: boolean): Bytes {
    const { clusterBytes, l2Span } = this.geometry;
    const { sliceEntries } = this.mapping;
    const l1Index = Math.floor(at / l2Span);
    const index = Math.floor((at - l1Index * l2Span) / clusterBytes);
    const table = this.mapping.own(plan, l1Index, index);
    const inCluster = at % clusterBytes;
    const limit = Math.min(Math.ceil((inCluster + bytes) / clusterBytes), sliceEntries - (index % sliceEntries));
    const isNew = !isCopied(table[index]!);
    const pieces = this.pieces.of(r);
    const last = pieces.size - 1;
    const expected = beginsRun ? 0 : pieces.host[last]! + pieces.clusters[last]!;
    let first = clusterOf(table[index]!);
    let clusters = 0;
    if (!isNew) {
      if (!beginsRun && expected !== first) return 0;
      clusters = adjacentCopied(table, index, limit);
    } else {
      while (clusters < limit && !isCopied(table[index + clusters]!)) clusters += 1;
      first = beginsRun ? this.refcounts.allocate(plan, clusters) : expected;
      if (!beginsRun) clusters = this.refcounts.allocateAt(plan, expected, clusters);
      if (clusters === 0) return 0;
    }
    const hasZeros = !isNew && anyZeros(table, index, clusters);
    if (isNew || hasZeros) this.addInFlight(r, Math.floor(at / clusterBytes), clusters);
    this.pieces.add(r, Math.floor(at / clusterBytes), first, clusters, beginsRun, isNew);
    if (hasZeros) this.pieces.keep(r, isZeros(table[index]!), isZeros(table[index + clusters - 1]!));
    return Math.min(bytes, clusters * clusterBytes - inCluster);
  }

  private addInFlight(r: RequestId, guest: number, clusters: number): void {
    const { clusterBytes } = this.geometry;
    const pieces = this.pieces.of(r);
    if (pieces.hasNew) this.inFlight.extend(r, (guest + clusters) * clusterBytes);
    else this.inFlight.add(r, guest * clusterBytes, clusters);
    pieces.hasNew = true;
  }

  /**
   * Maps what is new of the pieces before `end`; answers whether that is done, and not to go on after a copy. After the last piece the
   * allocation is no longer in flight.
   */
  private link(r: RequestId, plan: Plan, end: number): boolean {
    const pieces = this.pieces.of(r);
    if (!this.linker.link(plan, pieces, end)) return false;
    if (end < pieces.size) return true;
    if (pieces.hasNew) {
      this.inFlight.remove(r);
      this.inFlight.release(r, this.released, this.isFree);
    }
    pieces.size = pieces.linked = pieces.due = 0;
    pieces.hasNew = false;
    return true;
  }
}
