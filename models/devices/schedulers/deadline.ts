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
import { AgedQueue } from './aged-queue.js';
import type { Scheduler, SchedulerModel } from './scheduler.js';

const batchRequests = 16;
const writesStarved = 2;

class Deadline implements Scheduler {
  private readonly reads = new AgedQueue(500 * millisecond);
  private readonly writes = new AgedQueue(5 * second);
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

  private nextLine(): AgedQueue {
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
