/** The elevator (LOOK): on in one direction to the last request that waits there, then back. Requests of one sector go in the order of arrival. */
import type { HostIo } from '../../io/host-io.js';
import type { Scheduler, SchedulerModel } from './scheduler.js';
import { SortedQueue } from './sorted-queue.js';

class Elevator implements Scheduler {
  private readonly queue = new SortedQueue();
  private position = 0;
  private goesUp = true;

  get size(): number {
    return this.queue.size;
  }

  add(io: HostIo): void {
    this.queue.add(io);
  }

  take(): HostIo {
    const { queue, position } = this;
    const above = queue.firstFrom(position);
    const below = queue.firstAbove(position) - 1;
    if (this.goesUp && above === queue.size) this.goesUp = false;
    else if (!this.goesUp && below < 0) this.goesUp = true;
    const io = queue.takeAt(this.goesUp ? above : queue.firstOfEquals(below));
    this.position = io.sector;
    return io;
  }
}

export const elevator: SchedulerModel = { about: 'by sector, up and down in turn', make: () => new Elevator() };
