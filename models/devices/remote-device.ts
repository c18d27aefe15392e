/**
 * A device behind a network: a request travels half a round trip, a payload passes the link one after another in each direction,
 * and the device at the other end does the rest. The server's cache and its protocol are not part of it.
 */
import type { Kernel, TimerBank } from '../../sim/kernel.js';
import { sectorBytes, second, type Nanoseconds, type Sectors } from '../../sim/units.js';
import { HostIo, Part, type Device, type IoOwner } from '../io/host-io.js';
import { Kind } from '../io/plan.js';

export interface NetworkLink {
  readonly roundTrip: Nanoseconds;
  /** Payload bytes a second in each direction. */
  readonly rate: number;
  /** I/Os that may be on their way at once; the rest waits at this end. */
  readonly slots: number;
}

export class RemoteDevice implements Device, IoOwner {
  readonly capacity: Sectors;
  private readonly outgoing: HostIo[] = [];
  private readonly origin: (HostIo | null)[];
  private readonly free: number[];
  private readonly arrives: TimerBank;
  private readonly returns: TimerBank;
  private waiting: HostIo | null = null;
  private lastWaiting: HostIo | null = null;
  /** When each direction of the link is free. */
  private sendFree = 0.5 - 0.5;
  private receiveFree = 0.5 - 0.5;

  constructor(
    private readonly kernel: Kernel,
    private readonly far: Device,
    private readonly link: NetworkLink,
  ) {
    this.capacity = far.capacity;
    this.origin = new Array<HostIo | null>(link.slots).fill(null);
    this.free = Array.from({ length: link.slots }, (_, i) => i);
    for (let i = 0; i < link.slots; i++) {
      const io = new HostIo(this);
      io.entry = i;
      this.outgoing.push(io);
    }
    this.arrives = kernel.bank(link.slots, (i) => this.far.submit(this.outgoing[i]!));
    this.returns = kernel.bank(link.slots, (i) => this.finish(i));
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.next = null;
    if (this.free.length > 0) this.send(io);
    else if (this.lastWaiting === null) this.waiting = this.lastWaiting = io;
    else {
      this.lastWaiting.next = io;
      this.lastWaiting = io;
    }
  }

  private send(io: HostIo): void {
    const i = this.free.pop()!;
    const { now } = this.kernel;
    this.origin[i] = io;
    const out = this.outgoing[i]!;
    out.kind = io.kind;
    out.sector = io.sector;
    out.sectors = io.sectors;
    const start = Math.max(now, this.sendFree);
    this.sendFree = start + (io.kind === Kind.WRITE ? this.wireTime(io) : 0);
    io.spent[Part.QUEUE] = start - io.submitted;
    io.spent[Part.TRANSFER] = this.sendFree - start;
    this.arrives.start(i, this.sendFree - now + Math.round(this.link.roundTrip / 2));
  }

  /** The far device is done: the answer travels back. */
  ioDone(out: HostIo): void {
    const io = this.origin[out.entry]!;
    const { now } = this.kernel;
    const start = Math.max(now, this.receiveFree);
    this.receiveFree = start + (io.kind === Kind.READ ? this.wireTime(io) : 0);
    const back = Math.round(this.link.roundTrip / 2);
    io.spent[Part.QUEUE]! += start - now + out.spent[Part.QUEUE]!;
    io.spent[Part.TRANSFER]! += this.receiveFree - start + out.spent[Part.TRANSFER]!;
    io.spent[Part.SEEK] = out.spent[Part.SEEK]!;
    io.spent[Part.ROTATION] = out.spent[Part.ROTATION]!;
    io.spent[Part.OVERHEAD] = out.spent[Part.OVERHEAD]! + 2 * back;
    io.seekCylinders = out.seekCylinders;
    this.returns.start(out.entry, this.receiveFree - now + back);
  }

  /** That of the device at the other end. */
  busyTime(): Nanoseconds {
    return this.far.busyTime();
  }

  private finish(i: number): void {
    const io = this.origin[i]!;
    this.origin[i] = null;
    this.free.push(i);
    const next = this.waiting;
    if (next !== null) {
      this.waiting = next.next;
      if (this.waiting === null) this.lastWaiting = null;
      this.send(next);
    }
    io.owner.ioDone(io);
  }

  private wireTime(io: HostIo): Nanoseconds {
    return Math.round((io.sectors * sectorBytes * second) / this.link.rate);
  }
}
