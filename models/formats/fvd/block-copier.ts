/**
 * Copies blocks from below into an image in the background: what was read, or what is prefetched. It takes only blocks that are not in
 * the image and that no write is changing, so an older content never goes over a newer one. It knows neither time nor layouts.
 */
import type { Bytes } from '../../../sim/units.js';
import { Next } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import type { RequestQueue } from '../../io/request-queue.js';
import type { RangeLocks } from '../range-locks.js';
import type { BlockBitmap } from '../block-bitmap.js';

/** The image as a copy sees it. */
export interface CopyTarget {
  /** Blocks whose content is in the image. */
  readonly present: BlockBitmap;
  readonly released: RequestQueue;
  /** Appends writes of a range with the content that lies below. */
  writeCopy(plan: Plan, offset: Bytes, bytes: Bytes): void;
  /** The copy of a range by task `id` is done: appends what makes it known on disk. WAIT: others must be done first; DONE: it is known. */
  recordCopy(id: number, plan: Plan, offset: Bytes, bytes: Bytes): Next;
  /** What `recordCopy` appended is done. */
  copyRecorded(id: number): void;
  /** From now on a range is read from the image; the disk does not say so yet. */
  copied(offset: Bytes, bytes: Bytes): void;
}

const enum Phase {
  SEARCH = 0,
  WRITTEN = 1,
  RECORDED = 2,
}

export class BlockCopier {
  private readonly phase: Uint8Array;
  private readonly isFree: Uint8Array;
  private readonly start: Float64Array;
  /** End of the run that is being copied, and of all that was asked for. */
  private readonly runEnd: Float64Array;
  private readonly end: Float64Array;

  /** @param limit end of what lies below */
  constructor(
    private readonly target: CopyTarget,
    private readonly locks: RangeLocks,
    private readonly limit: Bytes,
    ids: number,
  ) {
    this.phase = new Uint8Array(ids);
    this.isFree = new Uint8Array(ids);
    this.start = new Float64Array(ids);
    this.runEnd = new Float64Array(ids);
    this.end = new Float64Array(ids);
  }

  /** Takes a range in, for the task with this request id; where `isFree`, the copy is made known on disk later by somebody else. */
  begin(id: number, offset: Bytes, bytes: Bytes, isFree: boolean): void {
    this.phase[id] = Phase.SEARCH;
    this.isFree[id] = isFree ? 1 : 0;
    this.runEnd[id] = offset;
    this.end[id] = Math.min(offset + bytes, this.limit);
  }

  step(id: number, plan: Plan): Next {
    const { target } = this;
    const start = this.start[id]!;
    const bytes = this.runEnd[id]! - start;
    if (this.phase[id] === Phase.WRITTEN && this.isFree[id] === 0) {
      const next = target.recordCopy(id, plan, start, bytes);
      if (next === Next.CONTINUE) this.phase[id] = Phase.RECORDED;
      if (next !== Next.DONE) return next;
    }
    if (this.phase[id] !== Phase.SEARCH) {
      if (this.phase[id] === Phase.RECORDED) target.copyRecorded(id);
      else if (this.isFree[id] === 1) target.copied(start, bytes);
      this.locks.release(id, target.released);
      this.phase[id] = Phase.SEARCH;
    }
    if (!this.findRun(id)) return Next.DONE;
    this.locks.hold(id, this.start[id]!, this.runEnd[id]! - this.start[id]!);
    target.writeCopy(plan, this.start[id]!, this.runEnd[id]! - this.start[id]!);
    this.phase[id] = Phase.WRITTEN;
    return Next.CONTINUE;
  }

  /** Finds the next run of blocks to copy; false where none is left. */
  private findRun(id: number): boolean {
    const { present } = this.target;
    const { blockBytes } = present;
    const end = this.end[id]!;
    for (let at = this.runEnd[id]!; at < end;) {
      const block = present.firstClear(at, end - at);
      if (block === -1) return false;
      const start = block * blockBytes;
      const last = Math.min(end, start + present.run(start, end - start));
      let stop = last;
      if (!this.locks.isFree(start, last - start)) {
        stop = start;
        while (stop < last && this.locks.isFree(stop, blockBytes)) stop += blockBytes;
      }
      if (stop > start) {
        this.start[id] = start;
        this.runEnd[id] = Math.min(stop, last);
        return true;
      }
      at = start + blockBytes;
    }
    return false;
  }
}
