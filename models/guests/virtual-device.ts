/**
 * The disk as the guest's kernel sees it: takes block I/O, exits to the hypervisor for each request, and interrupts the guest when it is
 * done. It turns block I/O of the guest into requests of the virtual disk, and knows neither image formats nor the guest's file system.
 *
 * While the hypervisor takes a request on, in its main loop and with every BLOCKING I/O of the image format, the virtual processor that
 * exited stands still (QEMU 0.12: the exit is handled in the processor's thread, under the lock).
 */
import type { Kernel } from '../../sim/kernel.js';
import { Registry } from '../../sim/registry.js';
import { sectorBytes, type Nanoseconds, type Sectors } from '../../sim/units.js';
import { Part, type Device, type HostIo } from '../io/host-io.js';
import { Op } from '../io/image-format.js';
import { Kind } from '../io/plan.js';
import type { VirtualDisk } from '../io/virtual-disk.js';
import type { Processors, ProcessorUser } from './processors.js';

export interface DeviceInterface {
  readonly about: string;
  /** Requests that the interface holds at once. */
  readonly inFlight: number;
  /** Sectors of the largest request. */
  readonly maxSectors: Sectors;
  /** Exits for one request, until the hypervisor has it, and for its completion. */
  readonly submitExits: number;
  readonly completeExits: number;
}

/** The interfaces by name. */
export const deviceInterfaces = new Registry<DeviceInterface>('virtual device', {
  virtio: {
    about: 'virtio-blk: a ring of 128 descriptors, one exit to submit; the interrupt is read and acknowledged',
    inFlight: 64,
    maxSectors: 1008,
    submitExits: 1,
    completeExits: 2,
  },
  ide: {
    about: 'IDE with bus-master DMA: one request in flight, each register of the command an exit of its own',
    inFlight: 1,
    maxSectors: 1024,
    // ATA-6: device, two values each of count and of the three address registers, command; bus master: address, status, command twice.
    submitExits: 14,
    // Alternate status, bus-master status and command, status of the drive.
    completeExits: 5,
  },
});

export interface VirtualDeviceSettings {
  readonly interface: DeviceInterface;
  /** An exit to the hypervisor's process and back, and its part of the interface's emulation. */
  readonly exitTime: Nanoseconds;
  /** Processor time of the guest's driver for a request. */
  readonly driverTime: Nanoseconds;
}

/** What a burst of a processor was for; the tag of a burst is twice the number of the request, plus this. */
const enum Burst {
  SUBMIT = 0,
  COMPLETE = 1,
}

export class VirtualDevice implements Device, ProcessorUser {
  private readonly submitTime: Nanoseconds;
  private readonly completeTime: Nanoseconds;
  /** By number of the request. */
  private readonly ioOf: (HostIo | null)[];
  private readonly processorOf: Int32Array;
  private readonly handedOver: Float64Array;
  private readonly returned: Float64Array;
  private readonly freeNumbers: number[];
  /** By slot of the virtual disk. */
  private readonly numberOf: Int32Array;
  private waiting: HostIo | null = null;
  private lastWaiting: HostIo | null = null;
  private busySince = 0.5 - 0.5;
  private busy = 0.5 - 0.5;
  private readonly limit: number;

  /** @param disk takes its requests from this device alone */
  constructor(
    private readonly kernel: Kernel,
    private readonly disk: VirtualDisk,
    readonly capacity: Sectors,
    private readonly processors: Processors,
    settings: VirtualDeviceSettings,
  ) {
    const { inFlight, submitExits, completeExits } = settings.interface;
    this.submitTime = settings.driverTime + submitExits * settings.exitTime;
    this.completeTime = settings.driverTime + completeExits * settings.exitTime;
    this.limit = Math.min(inFlight, disk.slots);
    this.ioOf = new Array<HostIo | null>(this.limit).fill(null);
    this.processorOf = new Int32Array(this.limit);
    this.handedOver = new Float64Array(this.limit);
    this.returned = new Float64Array(this.limit);
    this.freeNumbers = Array.from({ length: this.limit }, (_, i) => this.limit - 1 - i);
    this.numberOf = new Int32Array(disk.slots);
    disk.whenAccepted((r) => this.accepted(r));
    disk.whenDone((r) => this.done(r));
  }

  /** Parts of its time: QUEUE for the interface and the processor, OVERHEAD the exits, TRANSFER all that is below the interface. */
  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.next = null;
    if (this.freeNumbers.length > 0) this.enter(io);
    else if (this.lastWaiting === null) this.waiting = this.lastWaiting = io;
    else {
      this.lastWaiting.next = io;
      this.lastWaiting = io;
    }
  }

  burstDone(tag: number, processor: number): void {
    const number = tag >> 1;
    if ((tag & 1) === Burst.COMPLETE) {
      this.processors.release(processor);
      this.finish(number);
      return;
    }
    const io = this.ioOf[number]!;
    this.processorOf[number] = processor;
    this.handedOver[number] = this.kernel.now;
    const op = io.kind === Kind.READ ? Op.READ : io.kind === Kind.WRITE ? Op.WRITE : Op.FLUSH;
    const r = this.disk.submit(op, io.sector * sectorBytes, io.sectors * sectorBytes, this.kernel.now);
    this.numberOf[r] = number;
  }

  /** Nanoseconds in which it had at least one request, until now. */
  busyTime(): Nanoseconds {
    return this.busy + (this.freeNumbers.length < this.limit ? this.kernel.now - this.busySince : 0);
  }

  private enter(io: HostIo): void {
    if (this.freeNumbers.length === this.limit) this.busySince = this.kernel.now;
    const number = this.freeNumbers.pop()!;
    this.ioOf[number] = io;
    this.processors.runKernel(this, number * 2 + Burst.SUBMIT, this.submitTime);
  }

  private accepted(r: number): void {
    this.processors.release(this.processorOf[this.numberOf[r]!]!);
  }

  private done(r: number): void {
    const number = this.numberOf[r]!;
    this.returned[number] = this.kernel.now;
    this.processors.runKernel(this, number * 2 + Burst.COMPLETE, this.completeTime);
  }

  private finish(number: number): void {
    const io = this.ioOf[number]!;
    const below = this.returned[number]! - this.handedOver[number]!;
    const overhead = this.submitTime + this.completeTime;
    io.spent.fill(0);
    io.spent[Part.TRANSFER] = below;
    io.spent[Part.OVERHEAD] = overhead;
    io.spent[Part.QUEUE] = this.kernel.now - io.submitted - below - overhead;
    io.seekCylinders = 0;
    this.ioOf[number] = null;
    this.freeNumbers.push(number);
    if (this.freeNumbers.length === this.limit) this.busy += this.kernel.now - this.busySince;
    const next = this.waiting;
    if (next !== null) {
      this.waiting = next.next;
      if (this.waiting === null) this.lastWaiting = null;
      next.next = null;
      this.enter(next);
    }
    io.owner.ioDone(io);
  }
}
