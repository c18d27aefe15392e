/**
 * Has the bitmap on disk catch up, now and then, with what is known in memory: blocks that were copied without being written, and those
 * without backing that were written (sections 3.3.4 and 3.3.6). First the data is made durable that the new bits vouch for, then the
 * sectors are written a piece at a time. It knows no layouts.
 */
import { sectorBytes, type Nanoseconds } from '../../../sim/units.js';
import { IDLE, type BackgroundTask } from '../../io/background-task.js';
import { Next } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import type { BitmapUpdates } from './bitmap-updates.js';
import type { BlockStates } from './block-states.js';

/** Sectors that are written at once: a guest's write of a bit waits for no more. An assumption. */
const sectorsAtOnce = 128;
const blocksAtOnce = sectorsAtOnce * sectorBytes * 4;

const enum Phase {
  IDLE = 0,
  /** The data is being made durable, or the next piece waits for its sectors. */
  NEXT = 1,
  WRITTEN = 2,
}

/** Of an image that has not been looked at since it was opened. */
const unseen = -1;

export class BitmapFlush implements BackgroundTask {
  private phase = Phase.IDLE;
  private isOpen = false;
  private dueAt: Nanoseconds = unseen;
  /** What is left to be written, and the end of the piece at hand. */
  private next = 0;
  private last = 0;
  private pieceEnd = 0;
  /** Runs of blocks that were in the image as the flush began: start, end, start, end. */
  private runs: readonly number[] = [];

  /**
   * @param interval from one flush to the next
   * @param id its request id
   * @param makeDurable appends a flush of the data
   */
  constructor(
    private readonly interval: Nanoseconds,
    private readonly id: number,
    private readonly states: BlockStates,
    private readonly updates: BitmapUpdates,
    private readonly makeDurable: (plan: Plan) => void,
  ) {}

  opened(): void {
    this.isOpen = true;
    this.dueAt = unseen;
  }

  closed(): void {
    this.isOpen = false;
  }

  due(now: Nanoseconds): Nanoseconds {
    if (!this.isOpen) return IDLE;
    if (this.dueAt === unseen) this.dueAt = now + this.interval;
    return this.states.hasBehind ? this.dueAt : IDLE;
  }

  step(plan: Plan, now: Nanoseconds): Next {
    if (this.phase === Phase.IDLE) return this.begin(plan, now);
    if (this.phase === Phase.WRITTEN) {
      this.states.flushed(this.runs, this.next, this.pieceEnd);
      this.updates.finish(this.id);
      this.next = this.pieceEnd;
      this.phase = Phase.NEXT;
    }
    if (this.next > this.last) {
      this.phase = Phase.IDLE;
      this.dueAt = now + this.interval;
      return Next.DONE;
    }
    this.pieceEnd = Math.min(this.last + 1, (Math.floor(this.next / blocksAtOnce) + 1) * blocksAtOnce);
    const next = this.updates.write(this.id, plan, this.next, this.pieceEnd - 1);
    if (next === Next.CONTINUE) this.phase = Phase.WRITTEN;
    return next;
  }

  private begin(plan: Plan, now: Nanoseconds): Next {
    if (this.due(now) > now) return Next.DONE;
    const { first, last } = this.states.behind;
    this.next = first;
    this.last = last;
    this.runs = this.states.takeBehind();
    this.makeDurable(plan);
    this.phase = Phase.NEXT;
    return Next.CONTINUE;
  }
}
