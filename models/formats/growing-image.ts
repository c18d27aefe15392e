/**
 * What images share that grow at their end as the disk is first written, keep no snapshots, and carry out a request in one go: I/O after
 * I/O, the request's end after the last. A format says where content lies and what a write adds; what of the disk a request must keep
 * to itself meanwhile stands here. It knows no time.
 */
import type { Bytes } from '../../sim/units.js';
import { LIVE, Next, Op, type Extent, type FormatContext, type ImageFile, type RequestId } from '../io/image-format.js';
import { Purpose, type Plan } from '../io/plan.js';
import { backingFiles, ExtentList, readBackingBlocking } from './backing.js';
import { ImageBase } from './image-base.js';
import { RangeLocks } from './range-locks.js';
import type { ZeroUnits } from './zero-units.js';

/** Of a request: its I/O is planned, and it has the lock to give back. */
const holdsLock = 1;

/** Where a disk's content lies in an image's file. */
interface Places {
  /** Where `offset` of the disk lies; -1 where it does not. */
  placeOf(offset: Bytes): Bytes;
  /** How far from `offset` on, at most `bytes`, the file goes on in one piece, or holds nothing. */
  run(offset: Bytes, bytes: Bytes): Bytes;
}

export abstract class GrowingImage extends ImageBase {
  readonly files: readonly ImageFile[];
  protected abstract readonly places: Places;
  protected readonly image: ImageFile;
  /** Opened as the backing image of another. */
  protected isReadOnly = false;
  private readonly lock: RangeLocks;

  /** @param diskBytes as the image says it, which may be more than was asked for */
  constructor(context: FormatContext, formatName: string, diskBytes?: Bytes) {
    super(context, formatName, diskBytes);
    this.image = { role: 'image', name: `${context.name ?? 'img0'}.${formatName}`, bytes: 0 };
    this.files = [this.image, ...backingFiles(context.backing)];
    this.lock = new RangeLocks(context.slots);
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const first = plan.size;
    this.planRead(plan, offset, bytes);
    this.makeBlocking(plan, first);
  }

  extents(view: string | typeof LIVE): Extent[] {
    if (view !== LIVE) this.refuseSnapshot(view);
    const list = new ExtentList(this.backing, this.ownFiles);
    for (let at = 0; at < this.diskBytes;) {
      const inOnePlace = this.places.run(at, this.diskBytes - at);
      const run = this.zeros?.run(at, inOnePlace) ?? inOnePlace;
      const place = this.places.placeOf(at);
      if (this.zeros?.has(at) === true) list.addZeros(at, run, 0, 0);
      else if (place === -1) list.addFromBelow(at, run);
      else list.add(at, run, 0, place);
      at += run;
    }
    return list.rows;
  }

  allocatedBytes(): Bytes {
    return this.image.bytes;
  }

  counters(): Readonly<Record<string, number>> {
    return {};
  }

  /** Where the image records zeros, if it can. */
  protected readonly zeros: ZeroUnits | null = null;

  /** Whether a request must be alone, until it is done, among those that must be. An image that is only read changes for nobody: none must. */
  protected abstract mustBeAlone(op: Op, offset: Bytes, bytes: Bytes): boolean;
  protected abstract planRead(plan: Plan, offset: Bytes, bytes: Bytes): void;
  protected abstract planWrite(plan: Plan, offset: Bytes, bytes: Bytes): void;
  /** The control operations of the format, by its own file. */
  protected abstract controlFile(r: RequestId, op: Op, plan: Plan): void;

  /** Whether requests that need not be alone wait for one that must: unless a format says so, they do, as all look at the same table. */
  protected get waitsWithAll(): boolean {
    return true;
  }

  /** The I/O of the request that was alone is done. */
  protected settle(): void {}

  /** Adds the read of a range that the image does not hold, as far as the backing image goes. */
  protected readBelow(plan: Plan, offset: Bytes, bytes: Bytes, purpose: Purpose): void {
    const first = plan.size;
    readBackingBlocking(this.backing, this.ownFiles, plan, offset, bytes);
    for (let i = first; i < plan.size; i++) if (plan.purpose[i] === Purpose.COPY) plan.purpose[i] = purpose;
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    return this.stepData(r, Op.READ, plan);
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    return this.stepData(r, Op.WRITE, plan);
  }

  protected control(r: RequestId, op: Op, plan: Plan): void {
    if (op === Op.OPEN) this.isReadOnly = false;
    if (op === Op.OPEN_KNOWN || op === Op.OPEN_BELOW) this.isReadOnly = true;
    this.controlFile(r, op, plan);
  }

  private stepData(r: RequestId, op: Op.READ | Op.WRITE, plan: Plan): Next {
    if (this.phase[r] === holdsLock) {
      this.settle();
      this.lock.release(r, this.released);
      return Next.DONE;
    }
    const offset = this.offset[r]!;
    const bytes = this.bytes[r]!;
    const isAlone = !this.isReadOnly && this.mustBeAlone(op, offset, bytes);
    if ((isAlone || this.waitsWithAll) && !this.lock.isFree(0, this.diskBytes)) {
      this.lock.wait(r);
      return Next.WAIT;
    }
    if (op === Op.READ) this.planRead(plan, offset, bytes);
    else this.planWrite(plan, offset, bytes);
    if (!isAlone) return Next.DONE;
    if (plan.size === 0) {
      this.settle();
      return Next.DONE;
    }
    this.lock.hold(r, 0, this.diskBytes);
    this.phase[r] = holdsLock;
    return Next.CONTINUE;
  }
}
