/** Copy-on-read: what a guest's read brought from below is saved in the image once the guest has it. It knows no layouts. */
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import { IDLE, type BackgroundTask } from '../../io/background-task.js';
import { Next } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import { RequestQueue } from '../../io/request-queue.js';
import type { BlockCopier } from './block-copier.js';

export interface SaveSettings {
  /** Reads are not saved while more than this is being read or waits to be saved. */
  readonly outstandingBytes: Bytes;
  /** How long a save waits: a write that comes meanwhile makes it needless. */
  readonly delay: Nanoseconds;
  /** Whether the bitmap on disk stays as it is. */
  readonly isFree: boolean;
}

/** No save has been taken out of the queue to be looked at. */
const none = -1;

/** Saves that wait, in order. The delay of each begins when it is first seen, which is when it comes in. */
export class SaveQueue {
  private readonly order = new RequestQueue();
  private readonly unseen = new RequestQueue();
  private readonly free = new RequestQueue();
  private readonly start: number[] = [];
  private readonly bytes: number[] = [];
  private readonly dueAt: number[] = [];
  private head = none;
  private outstanding = 0;

  constructor(readonly settings: SaveSettings) {}

  /** Whether a read that begins now is to be saved. */
  get hasRoom(): boolean {
    return this.outstanding <= this.settings.outstandingBytes;
  }

  /** A read of `bytes` that is to be saved begins. */
  expect(bytes: Bytes): void {
    this.outstanding += bytes;
  }

  /** The guest has what it read: the range waits to be saved. */
  push(start: Bytes, bytes: Bytes): void {
    const i = this.free.size > 0 ? this.free.shift() : this.start.length;
    this.start[i] = start;
    this.bytes[i] = bytes;
    this.order.push(i);
    this.unseen.push(i);
  }

  /** Forgets what waits. */
  clear(): void {
    while (this.due(0) !== IDLE) {
      this.outstanding -= this.bytes[this.head]!;
      this.dropHead();
    }
  }

  /** When the oldest save is due. */
  due(now: Nanoseconds): Nanoseconds {
    while (this.unseen.size > 0) this.dueAt[this.unseen.shift()] = now + this.settings.delay;
    if (this.head === none) {
      if (this.order.size === 0) return IDLE;
      this.head = this.order.shift();
    }
    return this.dueAt[this.head]!;
  }

  /** Has `copier` begin the oldest save, which is due, under request id `id`. Answers its bytes. */
  begin(id: number, copier: BlockCopier): Bytes {
    const bytes = this.bytes[this.head]!;
    copier.begin(id, this.start[this.head]!, bytes, this.settings.isFree);
    this.dropHead();
    return bytes;
  }

  /** A save of `bytes` is done. */
  done(bytes: Bytes): void {
    this.outstanding -= bytes;
  }

  private dropHead(): void {
    this.free.push(this.head);
    this.head = none;
  }
}

/** Carries saves out, one at a time. */
export class SaveTask implements BackgroundTask {
  private isBusy = false;
  private bytes: Bytes = 0;

  /** @param id its request id */
  constructor(
    private readonly id: number,
    private readonly queue: SaveQueue,
    private readonly copier: BlockCopier,
  ) {}

  due(now: Nanoseconds): Nanoseconds {
    return this.queue.due(now);
  }

  step(plan: Plan, now: Nanoseconds): Next {
    if (!this.isBusy) {
      if (this.queue.due(now) > now) return Next.DONE;
      this.bytes = this.queue.begin(this.id, this.copier);
      this.isBusy = true;
    }
    const next = this.copier.step(this.id, plan);
    if (next === Next.DONE) {
      this.isBusy = false;
      this.queue.done(this.bytes);
    }
    return next;
  }
}
