/**
 * CFQ, the default of Linux from 2.6.18 on: every process has a queue for what it waits for, and all writing back shares one more. Queues
 * have the drive in turn, each for a slice of time. Within a queue the order is that of sectors.
 *
 * - Waited for is what is read, and what is written by any other mode than BACKGROUND. Who submits is one process: its `owner`.
 * - A process that has nothing more to ask within its slice is waited for, the drive idle, since it may ask for the neighbour of what it has
 *   just got; not where it usually takes longer to ask again, and less long where it seeks far from one request to the next.
 * - A request that is waited for ends the slice of the writing back at once.
 * - The shorter the slices of a queue, the farther back its turn: the writing back lets those before it that come soon.
 *
 * Source: Linux Documentation/block/cfq-iosched.txt and ioprio.txt, with the defaults of 2.6.32 (slice_sync, slice_async, slice_idle,
 * fifo_expire_sync, fifo_expire_async, back_seek_max, back_seek_penalty). One class and one priority of processes; the other ones are left out.
 */
import { MiB, millisecond, sectorBytes, type Nanoseconds, type Sectors } from '../../../sim/units.js';
import type { HostIo, IoOwner } from '../../io/host-io.js';
import { Kind, Mode } from '../../io/plan.js';
import { AgedQueue } from './aged-queue.js';
import type { Scheduler, SchedulerModel } from './scheduler.js';

const syncSlice: Nanoseconds = 100 * millisecond;
const asyncSlice: Nanoseconds = 40 * millisecond;
/** Requests of the writing back in a slice: from slice_async_rq, at the default priority. */
const asyncRequests = 16;
const syncPatience: Nanoseconds = 125 * millisecond;
const asyncPatience: Nanoseconds = 250 * millisecond;
const idle: Nanoseconds = 8 * millisecond;
const idleOfSeeker: Nanoseconds = 2 * millisecond;
/** Mean distance from request to request, from which a process seeks. */
const farSectors: Sectors = 8192;
const backwardMost: Sectors = (16 * MiB) / sectorBytes;
const backwardPenalty = 2;
/** What is known of a process is believed from this many requests on, and follows each new one by an eighth. */
const known = 3;
const weight = 1 / 8;

/** What one process waits for, or all that is written back. */
class Queue {
  readonly waiting: AgedQueue;
  readonly slice: Nanoseconds;
  /** Of its requests: taken, and not done. */
  inDrive = 0;
  /** Its turn, by the clock. */
  turn: Nanoseconds;
  private requests = 0;
  private thought: Nanoseconds;
  private sought: Sectors;
  private lastDone: Nanoseconds;
  private lastSector: Sectors;

  /** @param owner null: all that is written back */
  constructor(readonly owner: IoOwner | null) {
    this.waiting = new AgedQueue(owner === null ? asyncPatience : syncPatience);
    this.slice = owner === null ? asyncSlice : syncSlice;
    this.turn = this.thought = this.sought = this.lastDone = this.lastSector = 0.5;
    this.turn = this.thought = this.sought = this.lastDone = this.lastSector = 0;
  }

  /** Follows how the process asks. */
  asks(io: HostIo): void {
    if (this.requests > 0) {
      const share = this.requests === 1 ? 1 : weight;
      // While it still waits for another, it does not think.
      const thinks = this.inDrive + this.waiting.size > 0 ? 0 : Math.min(io.submitted - this.lastDone, 2 * idle);
      this.thought += (thinks - this.thought) * share;
      this.sought += (Math.abs(io.sector - this.lastSector) - this.sought) * share;
    }
    this.requests += 1;
    this.lastSector = io.sector + io.sectors;
  }

  isDone(now: Nanoseconds): void {
    this.inDrive -= 1;
    this.lastDone = now;
  }

  /** How long it is worth to wait for its next request; 0: not at all. */
  get worthIdling(): Nanoseconds {
    if (this.owner === null) return 0;
    if (this.requests < known) return idle;
    const most = this.sought > farSectors ? idleOfSeeker : idle;
    return this.thought <= most ? most : 0;
  }

  /** How long it usually takes to ask again. */
  get usualThought(): Nanoseconds {
    return this.requests < known ? 0 : this.thought;
  }
}

class Cfq implements Scheduler {
  size = 0;
  private readonly writingBack = new Queue(null);
  private readonly queues: Queue[] = [this.writingBack];
  private active: Queue | null = null;
  private sliceEnd: Nanoseconds = 0;
  private takenInSlice = 0;
  private idleEnd: Nanoseconds = 0;
  private position: Sectors = 0;

  add(io: HostIo): void {
    const queue = this.queueOf(io);
    const now = io.submitted;
    queue.asks(io);
    if (queue.waiting.size === 0 && queue !== this.active) this.queueUp(queue, now, 0);
    queue.waiting.add(io);
    this.size += 1;
    if (queue !== this.writingBack && this.active === this.writingBack) this.endSlice(now, Math.max(0, this.sliceEnd - now));
  }

  heldUntil(now: Nanoseconds): Nanoseconds {
    const { active } = this;
    if (active === null || active.waiting.size > 0 || active === this.writingBack || now >= this.sliceEnd) return now;
    return active.inDrive > 0 && active.worthIdling > 0 ? Infinity : this.idleEnd;
  }

  take(now: Nanoseconds): HostIo {
    if (!this.goesOn(now)) {
      this.endSlice(now, 0);
      this.beginSlice(this.nextQueue(), now);
    }
    const { waiting } = this.active!;
    const io = waiting.isPast(now) && this.takenInSlice === 0 ? waiting.takeOldest() : waiting.takeAt(this.nearest(waiting));
    this.takenInSlice += 1;
    this.active!.inDrive += 1;
    this.position = io.sector + io.sectors;
    this.size -= 1;
    return io;
  }

  done(io: HostIo, now: Nanoseconds): void {
    const queue = this.queueOf(io);
    queue.isDone(now);
    if (queue !== this.active || queue.inDrive > 0 || queue.waiting.size > 0) return;
    const hasTime = this.sliceEnd - now > queue.usualThought;
    this.idleEnd = hasTime ? Math.min(this.sliceEnd, now + queue.worthIdling) : now;
  }

  private queueOf(io: HostIo): Queue {
    if (io.kind === Kind.WRITE && io.mode === Mode.BACKGROUND) return this.writingBack;
    for (const queue of this.queues) if (queue.owner === io.owner) return queue;
    const queue = new Queue(io.owner);
    this.queues.push(queue);
    return queue;
  }

  private goesOn(now: Nanoseconds): boolean {
    const { active } = this;
    if (active === null || active.waiting.size === 0) return false;
    if (active === this.writingBack && this.takenInSlice >= asyncRequests) return false;
    return now < this.sliceEnd;
  }

  private beginSlice(queue: Queue, now: Nanoseconds): void {
    this.active = queue;
    this.sliceEnd = now + queue.slice;
    this.takenInSlice = 0;
    this.idleEnd = now;
  }

  /** The one that has the drive gives it back. */
  private endSlice(now: Nanoseconds, unused: Nanoseconds): void {
    const { active } = this;
    if (active === null) return;
    this.active = null;
    this.queueUp(active, now, unused);
  }

  /** @param unused what others took of its slice: its turn comes so much earlier */
  private queueUp(queue: Queue, now: Nanoseconds, unused: Nanoseconds): void {
    let others = 0;
    for (const other of this.queues) if (other !== queue && other.waiting.size > 0) others += 1;
    queue.turn = now + (syncSlice - queue.slice) * others - unused;
  }

  /** Of those that have something, the one whose turn came first. */
  private nextQueue(): Queue {
    let next: Queue | null = null;
    for (const queue of this.queues) if (queue.waiting.size > 0 && (next === null || queue.turn < next.turn)) next = queue;
    return next!;
  }

  /** The rank of the next one upwards, or of one a little behind the head that lies much nearer, or else of the lowest. */
  private nearest({ sorted }: AgedQueue): number {
    const above = sorted.firstFrom(this.position);
    const below = above - 1;
    const backward = below < 0 ? Infinity : this.position - sorted.sectorAt(below);
    const isNear = backward <= backwardMost;
    if (above === sorted.size) return isNear ? sorted.firstOfEquals(below) : 0;
    const forward = sorted.sectorAt(above) - this.position;
    return isNear && backward * backwardPenalty < forward ? sorted.firstOfEquals(below) : above;
  }
}

export const cfq: SchedulerModel = {
  about: 'processes in turn by slices of time, what is waited for before what is written back, idle for one that is about to ask (Linux)',
  make: () => new Cfq(),
};
