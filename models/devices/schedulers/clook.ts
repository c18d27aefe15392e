/** C-LOOK: upwards to the last request that waits, then again from the lowest one. */
import type { HostIo } from '../../io/host-io.js';
import type { Scheduler, SchedulerModel } from './scheduler.js';
import { SortedQueue } from './sorted-queue.js';

class Clook implements Scheduler {
  private readonly queue = new SortedQueue();
  private position = 0;

  get size(): number {
    return this.queue.size;
  }

  add(io: HostIo): void {
    this.queue.add(io);
  }

  take(): HostIo {
    const { queue } = this;
    const above = queue.firstFrom(this.position);
    const io = queue.takeAt(above === queue.size ? 0 : above);
    this.position = io.sector;
    return io;
  }
}

export const clook: SchedulerModel = { about: 'by sector, always upwards', make: () => new Clook() };
