/**
 * The deadline scheduler of Linux: batches in the order of sectors, reads before writes, but nobody waits long past its time.
 *
 * - A batch goes upwards from where the last request of its kind was, up to `batchRequests`, as long as requests lie ahead.
 * - Then reads have the next batch, unless writes wait and reads had `writesStarved` batches in turn.
 * - A batch begins with the oldest request of its kind if that is past its time, or if none lies ahead.
 * Source: Linux Documentation/block/deadline-iosched.txt (read_expire, write_expire, fifo_batch, writes_starved), with its defaults.
 */
import { millisecond, second, type Nanoseconds, type Sectors } from '../../../sim/units.js';
import type { HostIo } from '../../io/host-io.js';
import { Kind } from '../../io/plan.js';
import type { Scheduler, SchedulerModel } from './scheduler.js';
import { SortedQueue } from './sorted-queue.js';

const batchRequests = 16;
const writesStarved = 2;

/** The requests of one kind that wait, by sector and by age. */
class Line {
  readonly sorted = new SortedQueue();
  private oldest: HostIo | null = null;
  private youngest: HostIo | null = null;

  constructor(private readonly patience: Nanoseconds) {}

  get size(): number {
    return this.sorted.size;
  }

  add(io: HostIo): void {
    this.sorted.add(io);
    io.next = null;
    if (this.youngest === null) this.oldest = io;
    else this.youngest.next = io;
    this.youngest = io;
  }

  isPast(now: Nanoseconds): boolean {
    return this.oldest!.submitted + this.patience <= now;
  }

  takeOldest(): HostIo {
    return this.takeAt(this.sorted.firstFrom(this.oldest!.sector));
  }

  takeAt(rank: number): HostIo {
    const io = this.sorted.takeAt(rank);
    let before: HostIo | null = null;
    for (let other = this.oldest; other !== io; other = other!.next) before = other;
    if (before === null) this.oldest = io.next;
    else before.next = io.next;
    if (this.youngest === io) this.youngest = before;
    io.next = null;
    return io;
  }
}

class Deadline implements Scheduler {
  private readonly reads = new Line(500 * millisecond);
  private readonly writes = new Line(5 * second);
  /** Whose batch it is, how many requests it had, and where it goes on. */
  private line = this.reads;
  private batched = 0;
  private position: Sectors = 0;
  /** Batches of reads while writes waited. */
  private starved = 0;

  get size(): number {
    return this.reads.size + this.writes.size;
  }

  add(io: HostIo): void {
    (io.kind === Kind.READ ? this.reads : this.writes).add(io);
  }

  take(now: Nanoseconds): HostIo {
    let ahead = this.line.sorted.firstFrom(this.position);
    if (ahead === this.line.size || this.batched >= batchRequests) {
      const next = this.nextLine();
      ahead = next === this.line ? ahead : next.size;
      this.line = next;
      this.batched = 0;
      if (ahead === next.size || next.isPast(now)) return this.taken(next.takeOldest());
    }
    return this.taken(this.line.takeAt(ahead));
  }

  private nextLine(): Line {
    const { reads, writes } = this;
    if (reads.size === 0 || (writes.size > 0 && this.starved >= writesStarved)) {
      this.starved = 0;
      return writes;
    }
    if (writes.size > 0) this.starved += 1;
    return reads;
  }

  private taken(io: HostIo): HostIo {
    this.batched += 1;
    this.position = io.sector;
    return io;
  }
}

export const deadline: SchedulerModel = {
  about: 'by sector in batches, reads first, none far past its time (Linux)',
  make: () => new Deadline(),
};
