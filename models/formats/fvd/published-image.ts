/**
 * An image of the published FVD driver of 2011: all metadata in memory, changes in a journal in front of the data; copy-on-write by a
 * bitmap, and compact images by a table of chunks. A write is a read from below where a block is partial, the data, one journal
 * write, then the acknowledgement. It knows no time.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { BackgroundTask } from '../../io/background-task.js';
import { LIVE, Next, Op, type Extent, type FormatContext, type ImageFile, type RequestId } from '../../io/image-format.js';
import { Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { backingFiles, ExtentList, readBackingBlocking } from '../backing.js';
import { ImageBase } from '../image-base.js';
import { RangeLocks } from '../range-locks.js';
import { SynchronousFile } from '../synchronous-file.js';
import { BackgroundCopies, idsOf, readBelowInBackground, type CopySettings } from './background-copies.js';
import { BlockBitmap } from '../block-bitmap.js';
import type { CopyTarget } from './block-copier.js';
import { ChunkTable } from './chunk-table.js';
import { holdsMerged, WriteRange } from './copy-on-write.js';
import { Journal } from './journal.js';
import { Placement } from './placement.js';
import { growthBytes, journalSectors, publishedLayout, type PublishedLayout, type PublishedSettings } from './published-layout.js';
import { PublishedMetadata } from './published-metadata.js';
import { PublishedReads } from './published-read.js';
import type { PrefetchTarget } from './prefetch.js';

const enum Phase {
  START = 0,
  /** The backing image reads. */
  BACKING = 1,
  DATA = 2,
  JOURNAL = 3,
  FINISH = 4,
}

const ownFiles = 1;

export class PublishedImage extends ImageBase implements CopyTarget, PrefetchTarget {
  readonly files: readonly ImageFile[];
  readonly background: readonly BackgroundTask[];
  private journalWrites = 0;
  private journalRecycles = 0;

  private readonly layout: PublishedLayout;
  private readonly backingBytes: Bytes;
  private readonly file: SynchronousFile;
  private readonly metadata: PublishedMetadata;
  /** As it stands in bitmap and journal on disk. */
  private readonly bitmap: BlockBitmap;
  /** In memory: also the blocks that were copied without being written. */
  readonly present: BlockBitmap;
  private readonly chunks: ChunkTable;
  private readonly placement: Placement;
  private readonly journal: Journal;
  private readonly locks: RangeLocks;
  private readonly copies: BackgroundCopies;
  private readonly reads: PublishedReads;
  private readonly range = new WriteRange();
  /** A linear image's file is set to its full size by the first I/O of a session. */
  private isFullSize = false;
  /** As the backing image of another. */
  private isReadOnly = false;
  /** Prefetching has finished, and the header says so: nothing is saved any more. */
  private isComplete = false;
  private copiedBytes = 0;

  private readonly writeStart: Float64Array;
  private readonly writeEnd: Float64Array;
  private readonly setsBits: Uint8Array;
  private readonly pendingChunks: Uint32Array;

  constructor(context: FormatContext, settings: PublishedSettings & CopySettings) {
    super(context, 'fvd');
    const { slots, backing, diskBytes } = context;
    this.backingBytes = backing === null ? 0 : Math.min(backing.diskBytes, diskBytes);
    this.layout = publishedLayout(settings, diskBytes, this.backingBytes);
    const file: ImageFile = { role: 'image', name: `${context.name ?? 'img0'}.fvd`, bytes: this.layout.dataOffset };
    this.files = [file, ...backingFiles(backing)];
    this.file = new SynchronousFile(0, file);
    this.metadata = new PublishedMetadata(this.layout, this.file);
    this.bitmap = new BlockBitmap(this.layout.blockBytes, this.backingBytes);
    this.chunks = new ChunkTable(settings.chunk, this.layout.chunks, this.layout.dataOffset);
    this.present = new BlockBitmap(this.layout.blockBytes, this.backingBytes);
    this.placement = new Placement(this.present, this.chunks, this.backingBytes);
    this.journal = new Journal(this.layout.journalBytes / sectorBytes);
    this.locks = new RangeLocks(slots + idsOf(settings));
    this.copies = new BackgroundCopies(settings, this, this.locks, this.backingBytes, slots, context.seed ?? 0);
    this.background = this.copies.tasks;
    this.reads = new PublishedReads(
      { backing, ownFiles, present: this.present, placement: this.placement, chunks: this.chunks, file: this.file },
      slots,
    );
    this.writeStart = new Float64Array(slots);
    this.writeEnd = new Float64Array(slots);
    this.setsBits = new Uint8Array(slots);
    this.pendingChunks = new Uint32Array(slots);
  }

  override begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    super.begin(r, op, offset, bytes, name);
    if (op === Op.READ) this.reads.begin(r, offset, bytes);
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const run = this.placement.run(at, offset + bytes - at);
      const place = this.chunks.placeOf(at);
      if (this.placement.isBelow(at)) readBackingBlocking(this.backing, ownFiles, plan, at, run);
      else if (place !== -1) this.file.readAwaited(plan, place, run, at);
      at += run;
    }
  }

  extents(view: string | typeof LIVE): Extent[] {
    if (view !== LIVE) this.refuseSnapshot(view);
    const list = new ExtentList(this.backing, ownFiles);
    for (let at = 0; at < this.diskBytes;) {
      const run = this.placement.run(at, this.diskBytes - at);
      const place = this.chunks.placeOf(at);
      if (this.placement.isBelow(at)) list.addFromBelow(at, run);
      else list.add(at, run, place === -1 ? -1 : 0, place);
      at += run;
    }
    return list.rows;
  }

  /** A linear image takes its whole place: how much of it a sparse file needs, its host knows. */
  allocatedBytes(): Bytes {
    return this.chunks.isLinear ? this.layout.dataOffset + this.diskBytes : this.chunks.end;
  }

  counters(): Readonly<Record<string, number>> {
    return {
      'journal writes': this.journalWrites,
      'journal recycles': this.journalRecycles,
      'bytes copied in the background': this.copiedBytes,
    };
  }

  get hasAll(): boolean {
    return this.backingBytes === 0 || this.present.firstClear(0, this.backingBytes) === -1;
  }

  get isChanging(): boolean {
    return !this.locks.isEmpty;
  }

  writeCopy(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.copiedBytes += bytes;
    this.writeRange(plan, offset, offset + bytes, offset, offset, Purpose.COPY);
  }

  /** The driver journals no copies: bitmap and table are written when the image is closed. */
  /** Copies are free: the disk learns of them as the image is closed. */
  recordCopy(): Next {
    return Next.DONE;
  }

  copyRecorded(): void {}

  copied(offset: Bytes, bytes: Bytes): void {
    this.present.setRange(offset, bytes);
  }

  readBelow(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.setFullSize(plan);
    readBelowInBackground(this.backing!, ownFiles, plan, offset, bytes);
  }

  finishPrefetch(plan: Plan): void {
    this.isComplete = true;
    this.bitmap.assign(this.present);
    this.metadata.writeTables(plan);
    this.metadata.rewriteHeader(plan);
  }

  protected planFlush(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    this.setFullSize(plan);
    return this.reads.step(r, plan, this.isReadOnly || this.isComplete ? null : this.copies.queue);
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    switch (this.phase[r] as Phase) {
      case Phase.START:
        return this.startWrite(r, plan);
      case Phase.BACKING:
        return this.readToCopy(r, plan);
      case Phase.DATA:
        return this.writeData(r, plan);
      case Phase.JOURNAL:
        return this.writeJournal(r, plan);
      default:
        this.chunks.clean(this.writeStart[r]!, this.writeEnd[r]! - this.writeStart[r]!);
        this.journal.done(this.released);
        this.finish(r);
        return Next.DONE;
    }
  }

  private startWrite(r: RequestId, plan: Plan): Next {
    const { range, bitmap } = this;
    const offset = this.offset[r]!;
    const bytes = this.bytes[r]!;
    range.assign(bitmap, this.present, offset, bytes, this.diskBytes, this.backingBytes);
    const first = offset - (offset % bitmap.blockBytes);
    const last = Math.ceil((offset + bytes) / bitmap.blockBytes) * bitmap.blockBytes;
    const isFree = range.setsBits ? this.locks.isFree(first, last - first) : this.locks.isFree(offset, bytes);
    if (!isFree) {
      this.locks.wait(r);
      return Next.WAIT;
    }
    this.setFullSize(plan);
    if (range.setsBits) this.locks.hold(r, first, last - first);
    this.setsBits[r] = range.setsBits ? 1 : 0;
    this.writeStart[r] = range.start;
    this.writeEnd[r] = range.end;
    if (!range.needsHead && !range.needsTail) return this.writeData(r, plan);
    const start = range.needsTail && !range.needsHead ? offset + bytes : range.start;
    const end = range.needsHead && !range.needsTail ? offset : range.end;
    if (!this.beginBelow(r, start, end - start)) return this.writeData(r, plan);
    this.phase[r] = Phase.BACKING;
    return this.readToCopy(r, plan);
  }

  private readToCopy(r: RequestId, plan: Plan): Next {
    const next = this.stepCopyBelow(r, plan);
    if (next === Next.DONE) this.phase[r] = Phase.DATA;
    return Next.CONTINUE;
  }

  private writeData(r: RequestId, plan: Plan): Next {
    const start = this.writeStart[r]!;
    const end = this.writeEnd[r]!;
    const offset = this.offset[r]!;
    this.pendingChunks[r] = this.writeRange(plan, start, end, offset, offset + this.bytes[r]!, Purpose.DATA);
    if (this.setsBits[r] === 0 && this.pendingChunks[r] === 0) return Next.DONE;
    this.phase[r] = Phase.JOURNAL;
    return Next.CONTINUE;
  }

  /** Writes a range: a request's data from `guestStart` to `guestEnd`, the rest with what lies below. Answers table entries to be journaled. */
  private writeRange(plan: Plan, start: Bytes, end: Bytes, guestStart: Bytes, guestEnd: Bytes, purpose: Purpose): number {
    const pending = this.chunks.allocate(start, end - start);
    this.grow(plan);
    const below = plan.tracksContents ? new ExtentList(this.backing, ownFiles, start, end) : null;
    for (let at = start; at < end;) {
      const run = this.chunks.run(at, end - at);
      const entry = plan.add(Kind.WRITE, Mode.ASYNC, purpose, 0, this.chunks.placeOf(at), run);
      this.file.extendTo(this.chunks.placeOf(at) + run);
      if (below !== null) holdsMerged(plan, entry, at, run, guestStart, guestEnd, below);
      at += run;
    }
    return pending;
  }

  private writeJournal(r: RequestId, plan: Plan): Next {
    const { journal } = this;
    const sectors = journalSectors(this.pendingChunks[r]!, this.setsBits[r] === 1);
    if (!journal.hasRoom(sectors)) {
      if (!journal.isQuiet) {
        journal.wait(r);
        return Next.WAIT;
      }
      this.metadata.writeTables(plan);
      journal.beginAnew();
      this.journalRecycles += 1;
    }
    this.journalWrites += 1;
    if (this.setsBits[r] === 1) {
      this.bitmap.setRange(this.offset[r]!, this.bytes[r]!);
      this.present.setRange(this.offset[r]!, this.bytes[r]!);
    }
    this.metadata.writeJournal(plan, journal.take(sectors), sectors);
    this.phase[r] = Phase.FINISH;
    return Next.CONTINUE;
  }

  private finish(r: RequestId): void {
    if (this.setsBits[r] === 1) this.locks.release(r, this.released);
  }

  private setFullSize(plan: Plan): void {
    if (this.isReadOnly || this.isFullSize || !this.chunks.isLinear) return;
    this.isFullSize = true;
    this.file.truncate(plan, this.layout.dataOffset + this.diskBytes);
  }

  /** Makes room for the chunks that are taken, a large step at a time. */
  private grow(plan: Plan): void {
    if (this.chunks.isLinear) return;
    let size = this.file.file.bytes;
    while (size < this.chunks.end) size += growthBytes;
    if (size > this.file.file.bytes) this.file.truncate(plan, size);
  }

  protected control(r: RequestId, op: Op, plan: Plan): void {
    switch (op) {
      case Op.CREATE:
        this.create(r, plan);
        break;
      case Op.OPEN:
        this.file.probe(plan);
        this.metadata.read(plan);
        this.metadata.rewriteHeader(plan);
        this.isReadOnly = this.isFullSize = false;
        this.openBacking(r, Op.OPEN_BELOW, plan);
        this.copies.opened();
        break;
      case Op.OPEN_BELOW:
        this.file.probe(plan);
        this.openReadOnly(r, plan);
        break;
      case Op.OPEN_KNOWN:
        this.openReadOnly(r, plan);
        break;
      case Op.CLOSE:
        this.copies.closed();
        this.bitmap.assign(this.present);
        this.metadata.writeTables(plan);
        this.metadata.rewriteHeader(plan);
        this.journal.beginAnew();
        break;
      default:
        break;
    }
  }

  /** The tool looks at the backing image, then writes header, empty bitmap and table, and zeros over the journal. */
  private create(r: RequestId, plan: Plan): void {
    this.bitmap.clear();
    this.present.clear();
    this.isComplete = false;
    this.chunks.clear();
    this.journal.beginAnew();
    this.file.file.bytes = this.layout.dataOffset;
    this.isFullSize = false;
    this.openBacking(r, Op.OPEN_BELOW, plan);
    this.metadata.create(plan);
  }

  private openReadOnly(r: RequestId, plan: Plan): void {
    this.isReadOnly = true;
    this.metadata.read(plan);
    this.openBacking(r, Op.OPEN_BELOW, plan);
  }
}
