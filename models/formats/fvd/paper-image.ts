/**
 * A copy-on-write image as the FVD paper describes it: a bitmap of the backing image's blocks, and data in which a block lies where it lies on
 * the disk. A write that sets bits is data, then the bitmap's sectors in place, then the acknowledgement. A read from below may be saved in
 * the background, and the rest may be prefetched. Source: FVD paper, sections 3.1 to 3.4. It knows no time.
 */
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import type { BackgroundTask } from '../../io/background-task.js';
import { LIVE, Next, Op, type Extent, type FormatContext, type ImageFile, type RequestId } from '../../io/image-format.js';
import { Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { backingFiles, bytesInBacking, ExtentList, readBackingBlocking } from '../backing.js';
import { ImageBase } from '../image-base.js';
import { RangeLocks } from '../range-locks.js';
import { BackgroundCopies, idsOf, readBelowInBackground, type CopySettings } from './background-copies.js';
import type { BlockBitmap } from '../block-bitmap.js';
import { BitmapFlush } from './bitmap-flush.js';
import { BitmapUpdates } from './bitmap-updates.js';
import type { CopyTarget } from './block-copier.js';
import { BlockStates, type StateSettings } from './block-states.js';
import { WriteRange } from './copy-on-write.js';
import { PaperFiles, scanBytes } from './paper-files.js';
import { PaperLayout } from './paper-layout.js';
import { PaperReads } from './paper-read.js';
import type { PrefetchTarget } from './prefetch.js';

export interface PaperSettings extends StateSettings, CopySettings {
  readonly files: 'one' | 'two';
  /** Bytes of the disk in a block group; 0 for one bitmap of the whole disk. */
  readonly groupBytes: Bytes;
  readonly inMemoryBitmap: boolean;
  /** Whether one write of a bitmap sector serves all that wait for the sector. */
  readonly coalescesBitmap: boolean;
  /** From one catching up of the bitmap on disk to the next; 0: only at shutdown. */
  readonly flushInterval: Nanoseconds;
  /** Free writes to no-backing blocks. */
  readonly noBackingFree: boolean;
  /** Zero overhead once prefetching has finished. */
  readonly passThrough: boolean;
}

const enum Phase {
  START = 0,
  /** The states have been looked up, in memory or on disk. */
  KNOWN = 1,
  /** The backing image reads. */
  BACKING = 2,
  /** Reads of partial blocks go on with the last block. */
  TAIL = 3,
  DATA = 4,
  BITMAP = 5,
  FINISH = 6,
}

export class PaperImage extends ImageBase implements CopyTarget, PrefetchTarget {
  readonly files: readonly ImageFile[];
  readonly background: readonly BackgroundTask[];
  private copiedBytes = 0;

  private readonly backingBytes: Bytes;
  private readonly own: PaperFiles;
  private readonly layout: PaperLayout;
  private readonly states: BlockStates;
  private readonly locks: RangeLocks;
  private readonly updates: BitmapUpdates;
  /** Null where the bitmap on disk catches up at shutdown only. */
  private readonly flush: BitmapFlush | null;
  private readonly copies: BackgroundCopies;
  private readonly reads: PaperReads;
  private readonly range = new WriteRange();
  private isOpen = false;
  /** Prefetching has finished, and the image says so. */
  private isComplete = false;

  /** Of a write that reads from below: what comes after it. */
  private readonly phaseAfter: Uint8Array;
  /** Of a write: all that is written. */
  private readonly rangeStart: Float64Array;
  private readonly rangeEnd: Float64Array;

  constructor(
    private readonly context: FormatContext,
    private readonly settings: PaperSettings,
  ) {
    super(context, 'fvd');
    const { slots, backing, diskBytes } = context;
    this.backingBytes = backing === null ? 0 : Math.min(backing.diskBytes, diskBytes);
    const tracked = settings.noBackingFree ? this.backingBytes : diskBytes;
    this.states = new BlockStates(settings, tracked, this.backingBytes, diskBytes);
    this.layout = new PaperLayout({ ...settings, bitsPerBlock: settings.twoBitStates ? 2 : 1 }, diskBytes, this.states.blocks);
    this.own = new PaperFiles(this.layout, context.name ?? 'img0', this.backing);
    this.ownFiles = this.own.files.length;
    this.files = [...this.own.files, ...backingFiles(backing)];
    const flushId = slots + idsOf(settings);
    this.locks = new RangeLocks(flushId);
    this.updates = new BitmapUpdates(this.states, this.layout, this.released, settings.coalescesBitmap, flushId + 1);
    const makeDurable = (plan: Plan): void => this.own.flushData(plan);
    const { flushInterval } = settings;
    this.flush = flushInterval === 0 ? null : new BitmapFlush(flushInterval, flushId, this.states, this.updates, makeDurable);
    this.copies = new BackgroundCopies(settings, this, this.locks, this.backingBytes, slots, context.seed ?? 0);
    this.background = this.flush === null ? this.copies.tasks : [...this.copies.tasks, this.flush];
    this.reads = new PaperReads(backing, this.backingBytes, this.states, this.layout, this.own, slots);
    this.phaseAfter = new Uint8Array(slots);
    this.rangeStart = new Float64Array(slots);
    this.rangeEnd = new Float64Array(slots);
    this.makeEmpty();
  }

  override begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    super.begin(r, op, offset, bytes, name);
    if (op === Op.READ) this.reads.begin(r, offset, bytes);
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const run = this.states.run(at, this.layout.run(at, offset + bytes - at));
      if (this.states.isBelow(at)) readBackingBlocking(this.backing, this.ownFiles, plan, at, run);
      else if (!this.states.isZero(at)) this.own.data.readAwaited(plan, this.layout.placeOf(at), run, at);
      at += run;
    }
  }

  extents(view: string | typeof LIVE, start: Bytes = 0, end: Bytes = this.diskBytes): Extent[] {
    if (view !== LIVE) this.refuseSnapshot(view);
    const { states, layout } = this;
    const last = Math.min(end, this.diskBytes);
    const list = new ExtentList(this.backing, this.ownFiles, start, last);
    for (let at = start; at < last;) {
      const run = states.run(at, layout.run(at, last - at));
      if (states.isBelow(at)) list.addFromBelow(at, run);
      else list.add(at, run, states.isZero(at) || states.isUnwritten(at) ? -1 : layout.dataFile, layout.placeOf(at));
      at += run;
    }
    return list.rows;
  }

  /** The data takes its whole place: how much of it a sparse file needs, its host knows. */
  allocatedBytes(): Bytes {
    return this.own.allocatedBytes;
  }

  counters(): Readonly<Record<string, number>> {
    return { 'bitmap writes': this.updates.writes, 'bytes copied in the background': this.copiedBytes };
  }

  get present(): BlockBitmap {
    return this.states.accurate;
  }

  get hasAll(): boolean {
    return this.backingBytes === 0 || this.present.firstClear(0, this.backingBytes) === -1;
  }

  get isChanging(): boolean {
    return !this.locks.isEmpty || !this.updates.isQuiet;
  }

  writeCopy(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.copiedBytes += bytes;
    this.own.write(plan, offset, offset + bytes, offset, offset, Purpose.COPY);
  }

  recordCopy(id: number, plan: Plan, offset: Bytes, bytes: Bytes): Next {
    return this.updates.record(id, plan, offset, bytes);
  }

  copyRecorded(id: number): void {
    this.updates.recorded(id);
  }

  copied(offset: Bytes, bytes: Bytes): void {
    this.states.copied(offset, bytes);
  }

  readBelow(plan: Plan, offset: Bytes, bytes: Bytes): void {
    readBelowInBackground(this.backing!, this.ownFiles, plan, offset, bytes);
  }

  finishPrefetch(plan: Plan): void {
    if (!this.settings.passThrough) return;
    this.writeStatesBehind(plan);
    this.own.writeHeader(plan);
    this.states.finish();
    this.isComplete = true;
  }

  /** Without the bitmap in memory its sectors are read for every request that touches blocks with states. */
  private looksUp(r: RequestId, plan: Plan): boolean {
    this.phase[r] = Phase.KNOWN;
    const offset = this.offset[r]!;
    if (this.settings.inMemoryBitmap || this.isComplete || !this.states.isTracked(offset, this.bytes[r]!)) return false;
    const { stale } = this.states;
    const last = Math.min(stale.blockAt(offset + this.bytes[r]! - 1), stale.blocks - 1);
    this.layout.addStates(plan, Kind.READ, Mode.ASYNC, stale.blockAt(offset), last);
    return true;
  }

  protected planFlush(plan: Plan): void {
    this.own.flush(plan, this.states.blocks > 0);
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    if (this.phase[r] === Phase.START && this.looksUp(r, plan)) return Next.CONTINUE;
    return this.reads.step(r, plan, this.isOpen ? this.copies.queue : null);
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    if (this.phase[r] === Phase.START && this.looksUp(r, plan)) return Next.CONTINUE;
    switch (this.phase[r] as Phase) {
      case Phase.BACKING:
        return this.readToCopy(r, plan);
      case Phase.TAIL: {
        const last = this.present.blockAt(this.offset[r]! + this.bytes[r]! - 1);
        return this.copyBlock(r, plan, last * this.settings.blockBytes, Phase.DATA);
      }
      case Phase.DATA:
        return this.writeData(r, plan);
      case Phase.BITMAP:
        return this.writeBitmap(r, plan);
      case Phase.FINISH:
        this.updates.recorded(r);
        return this.endWrite(r);
      default:
        return this.startWrite(r, plan);
    }
  }

  private startWrite(r: RequestId, plan: Plan): Next {
    const { range, states } = this;
    const offset = this.offset[r]!;
    const bytes = this.bytes[r]!;
    if (!this.locks.isFree(offset, bytes)) {
      this.locks.wait(r);
      return Next.WAIT;
    }
    range.assign(states.stale, states.accurate, offset, bytes, this.diskBytes, this.backingBytes);
    const { blockBytes } = this.settings;
    const first = offset - (offset % blockBytes);
    const last = Math.ceil((offset + bytes) / blockBytes) * blockBytes;
    if (range.setsBits && !this.locks.isFree(first, last - first)) {
      this.locks.wait(r);
      return Next.WAIT;
    }
    states.noteWritten(offset, bytes);
    if (!range.setsBits) {
      this.own.write(plan, offset, offset + bytes, offset, offset + bytes, Purpose.DATA);
      return Next.DONE;
    }
    this.locks.hold(r, first, last - first);
    this.rangeStart[r] = range.start;
    this.rangeEnd[r] = range.end;
    const hasTailOfItsOwn = range.needsTail && (!range.needsHead || last - first > blockBytes);
    if (range.needsHead) return this.copyBlock(r, plan, first, hasTailOfItsOwn ? Phase.TAIL : Phase.DATA);
    if (range.needsTail) return this.copyBlock(r, plan, last - blockBytes, Phase.DATA);
    return this.writeData(r, plan);
  }

  /** Reads a whole block from below, then goes on in `phase`. */
  private copyBlock(r: RequestId, plan: Plan, start: Bytes, phase: Phase): Next {
    const bytes = bytesInBacking(this.backing, start, Math.min(this.settings.blockBytes, this.diskBytes - start));
    this.backing!.begin(r, Op.READ, start, bytes);
    this.phaseAfter[r] = phase;
    this.phase[r] = Phase.BACKING;
    return this.readToCopy(r, plan);
  }

  private readToCopy(r: RequestId, plan: Plan): Next {
    const next = this.stepCopyBelow(r, plan);
    if (next === Next.DONE) this.phase[r] = this.phaseAfter[r]!;
    return Next.CONTINUE;
  }

  private writeData(r: RequestId, plan: Plan): Next {
    const offset = this.offset[r]!;
    this.own.write(plan, this.rangeStart[r]!, this.rangeEnd[r]!, offset, offset + this.bytes[r]!, Purpose.DATA);
    this.phase[r] = Phase.BITMAP;
    return Next.CONTINUE;
  }

  /** The data is durable: the sectors with the bits that change, unless they are on disk by now. */
  private writeBitmap(r: RequestId, plan: Plan): Next {
    const next = this.updates.record(r, plan, this.offset[r]!, this.bytes[r]!);
    if (next === Next.CONTINUE) this.phase[r] = Phase.FINISH;
    return next === Next.DONE ? this.endWrite(r) : next;
  }

  private endWrite(r: RequestId): Next {
    this.locks.release(r, this.released);
    return Next.DONE;
  }

  protected control(r: RequestId, op: Op, plan: Plan): void {
    const { settings, states, own } = this;
    switch (op) {
      case Op.CREATE:
        this.makeEmpty();
        if (this.searchesZeros) this.scanBacking(plan);
        own.create(plan);
        break;
      case Op.OPEN:
        this.open(r, plan);
        // An image that was not closed: the tool reads all that may be sparse, and mends the states of what was written.
        if (settings.tracksSparseness && this.isOpen) own.scan(plan, this.diskBytes - states.bytesBehindBacking, this.diskBytes);
        if (settings.tracksSparseness) own.writeHeader(plan);
        this.isOpen = true;
        this.copies.opened();
        this.flush?.opened();
        break;
      case Op.OPEN_BELOW:
      case Op.OPEN_KNOWN:
        this.open(r, plan);
        break;
      case Op.CLOSE:
        if (!this.isOpen) break;
        this.writeStatesBehind(plan);
        if (settings.tracksSparseness) own.writeHeader(plan);
        this.isOpen = false;
        this.copies.closed();
        this.flush?.closed();
        break;
      default:
        break;
    }
  }

  private open(r: RequestId, plan: Plan): void {
    this.own.readMetadata(plan);
    this.openBacking(r, Op.OPEN_KNOWN, plan);
  }

  private writeStatesBehind(plan: Plan): void {
    const { states } = this;
    if (!states.hasBehind) return;
    this.layout.addStates(plan, Kind.WRITE, Mode.BLOCKING, states.behind.first, states.behind.last);
    states.caughtUp();
  }

  /** Whether blocks of zeros below have their states from the start. */
  private get searchesZeros(): boolean {
    return this.backing !== null && this.context.backingIsZero !== undefined && this.states.searchesZeros;
  }

  /** The tool that makes the image reads the whole backing image. */
  private scanBacking(plan: Plan): void {
    for (let at = 0; at < this.backingBytes; at += scanBytes) {
      readBackingBlocking(this.backing, this.ownFiles, plan, at, Math.min(scanBytes, this.backingBytes - at));
    }
  }

  private makeEmpty(): void {
    this.states.reset(this.searchesZeros ? this.context.backingIsZero! : null);
    this.isOpen = this.isComplete = false;
    this.own.makeEmpty();
  }
}
