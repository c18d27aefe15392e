/** Completes I/Os for which no device does anything, each after the same time of the host's processor, in the order of submission. */
import type { Kernel, Timer } from '../../sim/kernel.js';
import type { Nanoseconds } from '../../sim/units.js';
import { Part, type HostIo } from '../io/host-io.js';

export class FreeIos {
  private readonly timer: Timer;
  private waiting: HostIo | null = null;
  private last: HostIo | null = null;

  /** @param time of each; 0 still takes an event of its own */
  constructor(
    private readonly kernel: Kernel,
    private readonly time: Nanoseconds,
  ) {
    this.timer = kernel.timer(() => this.finish());
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.spent.fill(0);
    io.spent[Part.OVERHEAD] = this.time;
    io.seekCylinders = 0;
    io.next = null;
    if (this.last === null) {
      this.waiting = io;
      this.timer.start(this.time);
    } else this.last.next = io;
    this.last = io;
  }

  /** Those whose time is over; the timer goes on for the rest. */
  private finish(): void {
    const { now } = this.kernel;
    let io = this.waiting;
    let lastDone: HostIo | null = null;
    for (let left = io; left !== null && left.submitted + this.time <= now; left = left.next) lastDone = left;
    this.waiting = lastDone!.next;
    lastDone!.next = null;
    if (this.waiting === null) this.last = null;
    else this.timer.startAt(this.waiting.submitted + this.time);
    while (io !== null) {
      const next: HostIo | null = io.next;
      io.next = null;
      io.owner.ioDone(io);
      io = next;
    }
  }
}
