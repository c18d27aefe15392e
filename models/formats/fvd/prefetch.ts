/**
 * Prefetching: a producer reads from below into a pool of buffers, at most one read at a time, a consumer writes from it to the image,
 * at most one write at a time. What is read says an order, when two governors. It knows neither layouts nor devices.
 */
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import { IDLE, type BackgroundTask } from '../../io/background-task.js';
import { Next } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import type { BlockCopier } from './block-copier.js';
import type { PrefetchGovernor } from '../../prefetch/governor.js';
import type { PrefetchOrder } from './prefetch-order.js';

export interface PrefetchSettings {
  /** From the first look at the open image to the first read. */
  readonly startDelay: Nanoseconds;
  readonly poolBuffers: number;
  /** Whether the bitmap on disk stays as it is while blocks come in. */
  readonly isFree: boolean;
}

export interface PrefetchTarget {
  /** Whether everything that lies below is in the image. */
  readonly hasAll: boolean;
  /** Whether blocks are being written or copied just now. */
  readonly isChanging: boolean;
  /** Appends the reads of a range from below, for the background. */
  readBelow(plan: Plan, offset: Bytes, bytes: Bytes): void;
  /** Everything is in the image: appends what says so on disk. */
  finishPrefetch(plan: Plan): void;
}

const enum State {
  CLOSED = 0,
  /** Open, and not looked at yet. */
  OPENED = 1,
  RUNNING = 2,
  FINISHED = 3,
}

export class Prefetch {
  private state = State.CLOSED;
  private startsAt: Nanoseconds = 0;
  /** Ranges that are read and not yet written, in a ring; the first `used` hold buffers, the last of them may still be read. */
  private readonly starts: Float64Array;
  private readonly sizes: Float64Array;
  private head = 0;
  private queued = 0;
  private isReading = false;
  private isWriting = false;
  private readBegan: Nanoseconds = 0;
  private writeBegan: Nanoseconds = 0;

  /** @param writerId request id of the consumer */
  constructor(
    private readonly settings: PrefetchSettings,
    private readonly order: PrefetchOrder,
    private readonly target: PrefetchTarget,
    private readonly copier: BlockCopier,
    private readonly writerId: number,
    private readonly readGovernor: PrefetchGovernor,
    private readonly writeGovernor: PrefetchGovernor,
  ) {
    this.starts = new Float64Array(settings.poolBuffers);
    this.sizes = new Float64Array(settings.poolBuffers);
  }

  /** The image is open, with or without everything. */
  opened(): void {
    this.state = this.target.hasAll ? State.FINISHED : State.OPENED;
    this.order.rewind();
  }

  closed(): void {
    this.state = State.CLOSED;
    this.queued = 0;
  }

  readonly producer: BackgroundTask = {
    due: (now) => {
      if (!this.hasStarted(now)) return this.state === State.RUNNING ? this.startsAt : IDLE;
      if (this.queued === this.settings.poolBuffers || !this.order.find()) return IDLE;
      return Math.max(this.readGovernor.readyAt, this.writeGovernor.pausedUntil);
    },
    step: (plan, now) => this.stepProducer(plan, now),
  };

  readonly consumer: BackgroundTask = {
    due: (now) => {
      if (!this.hasStarted(now)) return IDLE;
      if (this.queued > 0) return this.writeGovernor.readyAt;
      return this.isReading || this.order.find() || this.target.isChanging ? IDLE : now;
    },
    step: (plan, now) => this.stepConsumer(plan, now),
  };

  private hasStarted(now: Nanoseconds): boolean {
    if (this.state === State.OPENED) {
      this.startsAt = now + this.settings.startDelay;
      this.state = State.RUNNING;
    }
    return this.state === State.RUNNING && now >= this.startsAt;
  }

  private stepProducer(plan: Plan, now: Nanoseconds): Next {
    if (this.isReading) {
      this.isReading = false;
      this.readGovernor.transferred(this.order.bytes, this.readBegan, now);
      if (this.state !== State.RUNNING) return Next.DONE;
      const slot = (this.head + this.queued) % this.settings.poolBuffers;
      this.starts[slot] = this.order.start;
      this.sizes[slot] = this.order.bytes;
      this.queued += 1;
      this.order.advance();
      return Next.DONE;
    }
    if (this.producer.due(now) > now) return Next.DONE;
    this.isReading = true;
    this.readBegan = now;
    this.target.readBelow(plan, this.order.start, this.order.bytes);
    return Next.CONTINUE;
  }

  private stepConsumer(plan: Plan, now: Nanoseconds): Next {
    if (!this.isWriting) {
      if (this.consumer.due(now) > now) return Next.DONE;
      if (this.queued === 0) return this.end(plan);
      this.isWriting = true;
      this.writeBegan = now;
      this.copier.begin(this.writerId, this.starts[this.head]!, this.sizes[this.head]!, this.settings.isFree);
    }
    const next = this.copier.step(this.writerId, plan);
    if (next !== Next.DONE) return next;
    this.isWriting = false;
    this.writeGovernor.transferred(this.sizes[this.head]!, this.writeBegan, now);
    if (this.queued === 0) return next;
    this.head = (this.head + 1) % this.settings.poolBuffers;
    this.queued -= 1;
    return next;
  }

  /** The order has come to its end. Where blocks were under write when it passed them and are still not in the image, it passes once more. */
  private end(plan: Plan): Next {
    if (!this.order.takesWholeImage || this.target.hasAll) {
      this.state = State.FINISHED;
      if (this.target.hasAll) this.target.finishPrefetch(plan);
    } else this.order.rewind();
    return Next.DONE;
  }
}
