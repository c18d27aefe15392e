/**
 * The block layer of an operating system in front of a device: requests that lie side by side become one while they wait, a scheduler orders them, and a queue that was empty is held shut for a moment so that a batch
 * can gather (plugging). Guests and hosts use the same. It knows neither file systems nor drives.
 *
 * The queue opens when `plugRequests` wait or `plugDelay` has passed; and as soon as the caller is through, if somebody waits for one of them (a mode other than BACKGROUND).
 * The defaults are Linux 2.6.32's (4 requests, 3 ms; Documentation/block/biodoc.txt). A FLUSH passes by: whoever needs an order waits first.
 *
 * It is not known here which process asks, and the queue is not held open for one: CFQ tells only what is waited for from what is written back.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import { KiB, millisecond, sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../sim/units.js';
import { HostIo, Part, type Device, type IoOwner } from '../io/host-io.js';
import { Kind, Mode } from '../io/plan.js';
import { MergeIndex } from './merge-index.js';
import type { Scheduler } from './schedulers/scheduler.js';

export interface BlockLayerSettings {
  /** Belongs to this queue alone. */
  readonly scheduler: Scheduler;
  /** Requests that the device below has at once. */
  readonly depth: number;
  /** Whether neighbours become one, and how large one may grow. */
  readonly merges: boolean;
  readonly maxIoBytes: Bytes;
  /** Whether the queue is shut where it was empty and the device idle (until Linux 2.6.38), or for each batch that a task hands over, whatever the device does (since). */
  readonly plugs: 'idle queue' | 'each batch';
  /** 1: never shut. */
  readonly plugRequests: number;
  readonly plugDelay: Nanoseconds;
}

export const blockLayerDefaults = {
  merges: true,
  maxIoBytes: 512 * KiB,
  plugs: 'idle queue',
  plugRequests: 4,
  plugDelay: 3 * millisecond,
} as const;

/** One request to the device: a chain of those that became one. Its `entry` is its place among all requests. */
class Request extends HostIo {
  nextFree: Request | null = null;
  /** From `first` on by `next`, in the order of arrival. */
  first: HostIo | null = null;
  last: HostIo | null = null;
}

export class BlockLayer implements Device, IoOwner {
  readonly capacity: Sectors;
  /** Requests that came in, that joined another, and that went to the device. FLUSHes aside. */
  submitted = 0;
  merged = 0;
  dispatched = 0;

  private readonly index = new MergeIndex();
  private readonly requests: Request[] = [];
  private pool: Request | null = null;
  private readonly maxSectors: Sectors;
  private readonly plugsAlways: boolean;
  private inDevice = 0;
  private isPlugged = false;
  /** Whether the plug is to be pulled at once. */
  private isUrgent = false;
  private readonly unplug: Timer;

  constructor(
    private readonly kernel: Kernel,
    private readonly device: Device,
    private readonly settings: BlockLayerSettings,
  ) {
    this.capacity = device.capacity;
    this.maxSectors = settings.maxIoBytes / sectorBytes;
    this.plugsAlways = settings.plugs === 'each batch';
    this.unplug = kernel.timer(() => this.open());
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.next = null;
    if (io.kind === Kind.FLUSH) {
      this.device.submit(this.make(io));
      return;
    }
    this.submitted += 1;
    if (this.settings.scheduler.size === 0 && (this.plugsAlways || this.inDevice === 0)) this.isPlugged = this.settings.plugRequests > 1;
    if (!this.settings.merges || !this.joins(io)) this.enqueue(io);
    if (this.isPlugged && this.settings.scheduler.size < this.settings.plugRequests) this.hold(io.mode !== Mode.BACKGROUND);
    else this.open();
  }

  busyTime(): Nanoseconds {
    return this.device.busyTime();
  }

  /** Requests that wait. */
  get queued(): number {
    return this.settings.scheduler.size;
  }

  ioDone(hostIo: HostIo): void {
    const request = this.requests[hostIo.entry]!;
    if (request.kind !== Kind.FLUSH) this.inDevice -= 1;
    let io = request.first;
    let seekCylinders = request.seekCylinders;
    const { spent } = request;
    const sent = request.submitted;
    const queued = spent[Part.QUEUE]!;
    request.first = request.last = null;
    if (!this.isPlugged) this.dispatch();
    while (io !== null) {
      const next: HostIo | null = io.next;
      io.next = null;
      io.spent.set(spent);
      io.spent[Part.QUEUE] = queued + sent - io.submitted;
      io.seekCylinders = seekCylinders;
      seekCylinders = 0;
      io.owner.ioDone(io);
      io = next;
    }
    request.nextFree = this.pool;
    this.pool = request;
  }

  /** Makes an I/O part of a request that waits and ends where it begins, or begins where it ends. */
  private joins(io: HostIo): boolean {
    const back = this.index.endingAt(io.sector, io.kind);
    if (back !== -1 && this.fits(back, io)) {
      this.join(this.requests[back]!, io);
      return true;
    }
    const front = this.index.startingAt(io.sector + io.sectors, io.kind);
    if (front === -1 || !this.fits(front, io)) return false;
    // The scheduler keeps it at its old sector: nothing else waits between the two.
    this.join(this.requests[front]!, io);
    return true;
  }

  private fits(slot: number, io: HostIo): boolean {
    return this.requests[slot]!.sectors + io.sectors <= this.maxSectors;
  }

  private join(request: Request, io: HostIo): void {
    this.merged += 1;
    this.index.remove(request.entry);
    request.sector = Math.min(request.sector, io.sector);
    request.sectors += io.sectors;
    if (io.mode !== Mode.BACKGROUND) request.mode = io.mode;
    request.last!.next = io;
    request.last = io;
    this.index.add(request.entry, request.sector, request.sector + request.sectors, request.kind);
  }

  private enqueue(io: HostIo): void {
    const request = this.make(io);
    if (this.settings.merges) this.index.add(request.entry, io.sector, io.sector + io.sectors, io.kind);
    this.settings.scheduler.add(request);
  }

  private make(io: HostIo): Request {
    let request = this.pool;
    if (request !== null) this.pool = request.nextFree;
    else {
      request = new Request(this);
      request.entry = this.requests.length;
      this.requests.push(request);
    }
    request.next = null;
    request.first = request.last = io;
    request.kind = io.kind;
    request.mode = io.mode;
    request.purpose = io.purpose;
    request.file = io.file;
    request.sector = io.sector;
    request.sectors = io.sectors;
    request.submitted = io.submitted;
    return request;
  }

  private hold(isUrgent: boolean): void {
    if (this.unplug.pending) {
      if (!isUrgent || this.isUrgent) return;
      this.unplug.stop();
    }
    this.isUrgent = isUrgent;
    this.unplug.start(isUrgent ? 0 : this.settings.plugDelay);
  }

  private open(): void {
    this.isPlugged = false;
    if (this.unplug.pending) this.unplug.stop();
    this.dispatch();
  }

  private dispatch(): void {
    const { scheduler, depth, merges } = this.settings;
    while (this.inDevice < depth && scheduler.size > 0) {
      const request = this.requests[scheduler.take(this.kernel.now).entry]!;
      if (merges) this.index.remove(request.entry);
      this.inDevice += 1;
      this.dispatched += 1;
      this.device.submit(request);
    }
  }
}
