/**
 * A copy-on-write image as the FVD paper describes it: a metadata file with a bitmap of the backing image's blocks, and a data file in which
 * a block lies where it lies on the disk. A write that sets bits is data, then the bitmap's sectors in place, then the acknowledgement.
 * `stale` mirrors the bitmap on disk, `accurate` says where content is; they differ only where blocks are copied without being written.
 * Source: FVD paper, sections 3.1 to 3.3.4. It knows no time.
 */
import { InputError } from '../../../sim/errors.js';
import { sectorBytes, type Bytes } from '../../../sim/units.js';
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
import { Content, Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { RequestQueue } from '../../io/request-queue.js';
import { backingFiles, bytesInBacking, carryOutOnBacking, ExtentList, holdsBacking, readBackingBlocking, stepBacking } from '../backing.js';
import { RangeLocks } from '../range-locks.js';
import { SynchronousFile } from '../synchronous-file.js';
import { BlockBitmap } from './block-bitmap.js';
import { WriteRange } from './copy-on-write.js';

export interface PaperSettings {
  readonly blockBytes: Bytes;
  /** Free writes to no-backing blocks. */
  readonly noBackingFree: boolean;
  /** Free writes to zero-filled blocks. */
  readonly zeroFilledFree: boolean;
}

const enum Phase {
  START = 0,
  /** The backing image reads. */
  BACKING = 1,
  /** Reads of partial blocks go on with the last block. */
  TAIL = 2,
  DATA = 3,
  BITMAP = 4,
  FINISH = 5,
}

const ownFiles = 2;
const metadata = 0;
const data = 1;
const headerBytes: Bytes = 4096;
const bitsPerSector = sectorBytes * 8;

export class PaperImage implements ImageFormat {
  readonly formatName = 'fvd';
  readonly diskBytes: Bytes;
  readonly files: readonly ImageFile[];
  readonly released = new RequestQueue();
  /** Bitmap writes, one a request that set bits. */
  private bitmapWrites = 0;

  private readonly backing: ImageFormat | null;
  private readonly backingBytes: Bytes;
  private readonly metadataFile: SynchronousFile;
  private readonly dataFile: SynchronousFile;
  private readonly stale: BlockBitmap;
  private readonly accurate: BlockBitmap;
  private readonly locks: RangeLocks;
  private readonly range = new WriteRange();
  private mode: CacheMode;

  private readonly op: Uint8Array;
  private readonly phase: Uint8Array;
  private readonly offset: Float64Array;
  private readonly bytes: Float64Array;
  /** Of a read: what is left. Of a write: how much of the last block is to be read. */
  private readonly left: Float64Array;
  private readonly writeStart: Float64Array;
  private readonly writeEnd: Float64Array;

  constructor(
    private readonly context: FormatContext,
    private readonly settings: PaperSettings,
  ) {
    const { slots, backing, diskBytes } = context;
    this.diskBytes = diskBytes;
    this.backing = backing;
    this.mode = context.cache;
    this.backingBytes = backing === null ? 0 : Math.min(backing.diskBytes, diskBytes);
    const name = context.name ?? 'img0';
    const own: ImageFile[] = [
      { role: 'metadata', name: `${name}.fvd`, bytes: 0 },
      { role: 'data', name: `${name}.fvd.data`, bytes: diskBytes },
    ];
    this.files = [...own, ...backingFiles(backing)];
    this.metadataFile = new SynchronousFile(metadata, own[0]!);
    this.dataFile = new SynchronousFile(data, own[1]!);
    const tracked = settings.noBackingFree ? this.backingBytes : diskBytes;
    this.stale = new BlockBitmap(settings.blockBytes, tracked);
    this.accurate = new BlockBitmap(settings.blockBytes, tracked);
    this.locks = new RangeLocks(slots);
    this.op = new Uint8Array(slots);
    this.phase = new Uint8Array(slots);
    this.offset = new Float64Array(slots);
    this.bytes = new Float64Array(slots);
    this.left = new Float64Array(slots);
    this.writeStart = new Float64Array(slots);
    this.writeEnd = new Float64Array(slots);
    this.makeEmpty();
  }

  get cache(): CacheMode {
    return this.mode;
  }

  set cache(mode: CacheMode) {
    this.mode = mode;
    if (this.backing !== null) this.backing.cache = mode;
  }

  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    if (op === Op.SNAPSHOT || op === Op.APPLY || op === Op.DELETE) {
      throw new InputError(`snapshot "${name}"`, 'the image format fvd-paper', 'a format that keeps snapshots');
    }
    this.op[r] = op;
    this.phase[r] = Phase.START;
    this.offset[r] = offset;
    this.bytes[r] = this.left[r] = bytes;
  }

  step(r: RequestId, plan: Plan): Next {
    switch (this.op[r] as Op) {
      case Op.READ:
        return this.stepRead(r, plan);
      case Op.WRITE:
        return this.stepWrite(r, plan);
      case Op.FLUSH:
        plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, data, 0, 0);
        if (this.stale.blocks > 0) plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.METADATA, metadata, 0, 0);
        return Next.DONE;
      default:
        this.control(r, plan);
        return Next.DONE;
    }
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const run = this.runAt(at, offset + bytes - at);
      if (this.isBelow(at)) readBackingBlocking(this.backing!, ownFiles, plan, at, run);
      else this.dataFile.readAwaited(plan, at, run, at);
      at += run;
    }
  }

  extents(view: string | typeof LIVE): Extent[] {
    if (view !== LIVE) throw new InputError(`snapshot "${view}"`, 'the image format fvd-paper', 'a format that keeps snapshots');
    const list = new ExtentList(this.backing, ownFiles);
    for (let at = 0; at < this.diskBytes;) {
      const run = this.runAt(at, this.diskBytes - at);
      if (this.isBelow(at)) list.addFromBelow(at, run);
      else list.add(at, run, data, at);
      at += run;
    }
    return list.rows;
  }

  /** The data file takes its whole place: how much of it a sparse file needs, its host knows. */
  allocatedBytes(): Bytes {
    return this.files[metadata]!.bytes + this.diskBytes;
  }

  counters(): Readonly<Record<string, number>> {
    return { 'bitmap writes': this.bitmapWrites };
  }

  /** Whether the content at `offset` is the backing image's. */
  private isBelow(offset: Bytes): boolean {
    return offset < this.backingBytes && !this.accurate.has(this.accurate.blockAt(offset));
  }

  private runAt(offset: Bytes, bytes: Bytes): Bytes {
    const toEnd = offset < this.backingBytes ? this.backingBytes - offset : bytes;
    return offset < this.backingBytes ? this.accurate.run(offset, Math.min(bytes, toEnd)) : bytes;
  }

  /** Reads every run, in the image or below, at once; more steps follow only where the backing image needs them. */
  private stepRead(r: RequestId, plan: Plan): Next {
    if (this.phase[r] === Phase.BACKING) {
      if (stepBacking(this.backing!, ownFiles, r, plan) === Next.CONTINUE) return Next.CONTINUE;
      this.phase[r] = Phase.START;
    }
    while (this.left[r]! > 0) {
      const at = this.offset[r]!;
      const run = this.runAt(at, this.left[r]!);
      this.offset[r] = at + run;
      this.left[r]! -= run;
      if (!this.isBelow(at)) {
        this.dataFile.readGuest(plan, at, run, at);
        continue;
      }
      this.backing!.begin(r, Op.READ, at, run);
      if (stepBacking(this.backing!, ownFiles, r, plan) === Next.CONTINUE) {
        this.phase[r] = Phase.BACKING;
        return Next.CONTINUE;
      }
    }
    return Next.DONE;
  }

  private stepWrite(r: RequestId, plan: Plan): Next {
    switch (this.phase[r] as Phase) {
      case Phase.START:
        return this.startWrite(r, plan);
      case Phase.BACKING:
        return this.readBelow(r, plan);
      case Phase.TAIL: {
        const last = this.stale.blockAt(this.offset[r]! + this.bytes[r]! - 1);
        return this.copyBlock(r, plan, last * this.settings.blockBytes, Phase.DATA);
      }
      case Phase.DATA:
        return this.writeData(r, plan);
      case Phase.BITMAP:
        return this.writeBitmap(r, plan);
      default:
        this.stale.setRange(this.offset[r]!, this.bytes[r]!);
        this.accurate.setRange(this.offset[r]!, this.bytes[r]!);
        this.locks.release(r, this.released);
        return Next.DONE;
    }
  }

  private startWrite(r: RequestId, plan: Plan): Next {
    const { range } = this;
    const offset = this.offset[r]!;
    const bytes = this.bytes[r]!;
    if (!this.locks.isFree(offset, bytes)) {
      this.locks.wait(r);
      return Next.WAIT;
    }
    range.assign(this.stale, offset, bytes, this.diskBytes, this.backingBytes);
    if (!range.setsBits) {
      this.dataFile.writeGuest(plan, offset, bytes, offset);
      return Next.DONE;
    }
    const { blockBytes } = this.settings;
    const first = offset - (offset % blockBytes);
    const last = Math.ceil((offset + bytes) / blockBytes) * blockBytes;
    if (!this.locks.isFree(first, last - first)) {
      this.locks.wait(r);
      return Next.WAIT;
    }
    this.locks.hold(r, first, last - first);
    this.writeStart[r] = range.start;
    this.writeEnd[r] = range.end;
    const hasTailOfItsOwn = range.needsTail && (!range.needsHead || last - first > blockBytes);
    if (range.needsHead) return this.copyBlock(r, plan, first, hasTailOfItsOwn ? Phase.TAIL : Phase.DATA);
    if (range.needsTail) return this.copyBlock(r, plan, last - blockBytes, Phase.DATA);
    return this.writeData(r, plan);
  }

  /** Reads a whole block from below, then goes on in `phase`. */
  private copyBlock(r: RequestId, plan: Plan, start: Bytes, phase: Phase): Next {
    const bytes = bytesInBacking(this.backing, start, Math.min(this.settings.blockBytes, this.diskBytes - start));
    this.backing!.begin(r, Op.READ, start, bytes);
    this.left[r] = phase;
    this.phase[r] = Phase.BACKING;
    return this.readBelow(r, plan);
  }

  private readBelow(r: RequestId, plan: Plan): Next {
    const first = plan.size;
    const next = stepBacking(this.backing!, ownFiles, r, plan);
    for (let i = first; i < plan.size; i++) if (plan.purpose[i] === Purpose.DATA) plan.purpose[i] = Purpose.COPY;
    if (next === Next.DONE) this.phase[r] = this.left[r]!;
    return Next.CONTINUE;
  }

  private writeData(r: RequestId, plan: Plan): Next {
    const offset = this.offset[r]!;
    const bytes = this.bytes[r]!;
    const start = this.writeStart[r]!;
    const end = this.writeEnd[r]!;
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.DATA, data, start, end - start);
    holdsBacking(plan, entry, 0, offset - start, this.backing, ownFiles, start);
    plan.holds(entry, offset - start, bytes, Content.GUEST, offset);
    holdsBacking(plan, entry, offset + bytes - start, end - offset - bytes, this.backing, ownFiles, offset + bytes);
    this.phase[r] = Phase.BITMAP;
    return Next.CONTINUE;
  }

  /** The data is durable: the sectors with the bits that change. */
  private writeBitmap(r: RequestId, plan: Plan): Next {
    const firstSector = Math.floor(this.stale.firstClear(this.offset[r]!, this.bytes[r]!) / bitsPerSector);
    const lastSector = Math.floor(this.stale.lastClear(this.offset[r]!, this.bytes[r]!) / bitsPerSector);
    const place = headerBytes + firstSector * sectorBytes;
    const bytes = (lastSector - firstSector + 1) * sectorBytes;
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.METADATA, metadata, place, bytes);
    plan.holds(entry, 0, bytes, Content.METADATA, place);
    this.bitmapWrites += 1;
    this.phase[r] = Phase.FINISH;
    return Next.CONTINUE;
  }

  private control(r: RequestId, plan: Plan): void {
    const bitmapBytes = this.files[metadata]!.bytes - headerBytes;
    switch (this.op[r] as Op) {
      case Op.CREATE:
        this.makeEmpty();
        this.metadataFile.writePlainly(plan, 0, this.files[metadata]!.bytes);
        this.dataFile.truncate(plan, this.diskBytes);
        break;
      case Op.OPEN:
      case Op.OPEN_BELOW:
      case Op.OPEN_KNOWN:
        this.metadataFile.read(plan, 0, headerBytes);
        if (bitmapBytes > 0) this.metadataFile.read(plan, headerBytes, bitmapBytes);
        if (this.backing !== null) carryOutOnBacking(this.backing, ownFiles, r, Op.OPEN_KNOWN, plan);
        break;
      default:
        break;
    }
  }

  private makeEmpty(): void {
    const { stale, accurate, backing } = this;
    const { backingIsZero } = this.context;
    stale.clear();
    accurate.clear();
    this.files[metadata]!.bytes = headerBytes + Math.ceil(stale.bytes / sectorBytes) * sectorBytes;
    if (!this.settings.zeroFilledFree || backing === null || backingIsZero === undefined) return;
    for (let block = 0; block < stale.blocks; block++) {
      const start = block * stale.blockBytes;
      if (start >= this.backingBytes || !backingIsZero(start, Math.min(stale.blockBytes, this.backingBytes - start))) continue;
      stale.set(block);
      accurate.set(block);
    }
  }
}
