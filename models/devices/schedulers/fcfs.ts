/** First come, first served. */
import type { HostIo } from '../../io/host-io.js';
import type { Scheduler, SchedulerModel } from './scheduler.js';

class Fcfs implements Scheduler {
  size = 0;
  private first: HostIo | null = null;
  private last: HostIo | null = null;

  add(io: HostIo): void {
    io.next = null;
    if (this.last === null) this.first = io;
    else this.last.next = io;
    this.last = io;
    this.size += 1;
  }

  take(): HostIo {
    const io = this.first!;
    this.first = io.next;
    if (this.first === null) this.last = null;
    io.next = null;
    this.size -= 1;
    return io;
  }
}

export const fcfs: SchedulerModel = { about: 'first come, first served', make: () => new Fcfs() };
