/** A drive of which only two numbers are known: a time for each request and one for each KiB, one request after another. For recordings whose drive is not described. */
import type { Kernel, Timer } from '../../../sim/kernel.js';
import { Part, type Device, type HostIo } from '../../../models/io/host-io.js';
import { sectorBytes, type Nanoseconds, type Sectors } from '../../../sim/units.js';

export interface PlainTimes {
  readonly perRequest: Nanoseconds;
  readonly perKiB: Nanoseconds;
}

export class PlainDrive implements Device {
  private first: HostIo | null = null;
  private last: HostIo | null = null;
  private busy: Nanoseconds = 0;
  private readonly end: Timer;

  constructor(
    private readonly kernel: Kernel,
    readonly capacity: Sectors,
    private readonly times: PlainTimes,
  ) {
    this.end = kernel.timer(() => this.finish());
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.next = null;
    if (this.last === null) this.first = io;
    else this.last.next = io;
    this.last = io;
    if (this.first === io) this.begin(io);
  }

  /** Of the requests that are done. */
  busyTime(): Nanoseconds {
    return this.busy;
  }

  private begin(io: HostIo): void {
    this.end.start(this.times.perRequest + this.transferTime(io));
  }

  private transferTime({ sectors }: HostIo): Nanoseconds {
    return Math.round(((sectors * sectorBytes) / 1024) * this.times.perKiB);
  }

  private finish(): void {
    const io = this.first!;
    const transfer = this.transferTime(io);
    this.first = io.next;
    if (this.first === null) this.last = null;
    else this.begin(this.first);
    this.busy += this.times.perRequest + transfer;
    io.next = null;
    io.spent.fill(0);
    io.spent[Part.OVERHEAD] = this.times.perRequest;
    io.spent[Part.TRANSFER] = transfer;
    io.spent[Part.QUEUE] = this.kernel.now - io.submitted - this.times.perRequest - transfer;
    io.seekCylinders = 0;
    io.owner.ioDone(io);
  }
}
