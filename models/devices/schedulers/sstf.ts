/** Shortest seek time first, where the distance in sectors stands for the seek; of two as near, the higher one. */
import type { HostIo } from '../../io/host-io.js';
import type { Scheduler, SchedulerModel } from './scheduler.js';
import { SortedQueue } from './sorted-queue.js';

class Sstf implements Scheduler {
  private readonly queue = new SortedQueue();
  private position = 0;

  get size(): number {
    return this.queue.size;
  }

  add(io: HostIo): void {
    this.queue.add(io);
  }

  take(): HostIo {
    const { queue, position } = this;
    const above = queue.firstFrom(position);
    const isUp = above < queue.size && (above === 0 || queue.sectorAt(above) - position <= position - queue.sectorAt(above - 1));
    const io = queue.takeAt(isUp ? above : queue.firstOfEquals(above - 1));
    this.position = io.sector + io.sectors;
    return io;
  }
}

export const sstf: SchedulerModel = { about: 'the nearest sector first', make: () => new Sstf() };
