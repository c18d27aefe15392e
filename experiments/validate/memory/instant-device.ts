/** A device that takes no time, for runs in which the disk does not matter. */
import type { Device, HostIo } from '../../../models/io/host-io.js';
import type { Kernel, Timer } from '../../../sim/kernel.js';
import { GiB } from '../../../sim/units.js';

export class InstantDevice implements Device {
  readonly capacity = GiB;
  private readonly line: HostIo[] = [];
  private readonly timer: Timer;

  constructor(private readonly kernel: Kernel) {
    this.timer = kernel.timer(() => this.done());
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    this.line.push(io);
    if (!this.timer.pending) this.timer.start(0);
  }

  busyTime(): number {
    return 0;
  }

  private done(): void {
    const io = this.line.shift()!;
    if (this.line.length > 0) this.timer.start(0);
    io.owner.ioDone(io);
  }
}
