/** Requests that wait, by sector and by age: the one that lies next, and the one that has waited longest. It knows no policy. */
import type { Nanoseconds } from '../../../sim/units.js';
import type { HostIo } from '../../io/host-io.js';
import { SortedQueue } from './sorted-queue.js';

export class AgedQueue {
  readonly sorted = new SortedQueue();
  private oldest: HostIo | null = null;
  private youngest: HostIo | null = null;

  /** @param patience how long a request waits before its time is past */
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

  /** Whether the oldest has waited past its time. There is one: `size` is not 0. */
  isPast(now: Nanoseconds): boolean {
    return this.oldest!.submitted + this.patience <= now;
  }

  takeOldest(): HostIo {
    return this.takeAt(this.sorted.firstFrom(this.oldest!.sector));
  }

  /** Takes out the request at a rank of `sorted`. */
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
