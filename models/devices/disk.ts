/**
 * A mechanical disk as the host sees it: a scheduler's queue in front of a drive that holds one command or several. It knows no image and no guest.
 *
 * A drive that holds several serves first the one that reaches its data soonest (shortest positioning time, ties by arrival; none is passed over forever). FLUSH goes past the queue: after the
 * command in service, nothing else starts until the buffer is on the media. Where the write cache is off a FLUSH costs the host's own time only.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import type { Nanoseconds, Sectors } from '../../sim/units.js';
import { Kind } from '../io/plan.js';
import { expectConserved, expectWithin, Residents } from '../io/conservation.js';
import { Part, type HostIo } from '../io/host-io.js';
import { Drive } from './hdd/drive.js';
import { Command } from './hdd/overheads.js';
import type { DriveParameters } from './hdd/parameters.js';
import { stayOf, type DriveObserver, type LocalDrive } from './local-drive.js';
import { fcfs } from './schedulers/fcfs.js';
import type { Scheduler } from './schedulers/scheduler.js';

export interface DiskSetup {
  /** Holds what waits in the host. Belongs to this disk alone. */
  readonly scheduler: Scheduler;
  /** Commands that the drive holds at once. */
  readonly queueDepth: number;
  /** Time that the host takes to bring an I/O to the drive and its completion back: system call, block layer, interrupt. */
  readonly hostOverhead?: Nanoseconds;
}

export class Disk implements LocalDrive {
  readonly capacity: Sectors;
  readonly drive: Drive;
  requests = 0;
  seekCylinders = 0;
  flushes = 0;
  sectorsToWrite: Sectors;

  /** I/Os from submission to completion. */
  private readonly residents = new Residents();
  /** Of those that are done, by the parts of their times. */
  private stays: Nanoseconds;
  /** Sum of the service times of all that were begun. */
  private services: Nanoseconds;
  private readonly scheduler: Scheduler;
  private readonly hostOverhead: Nanoseconds;
  /** What the drive holds and does not serve yet, in the order of arrival. */
  private readonly held: (HostIo | null)[];
  private heldCount = 0;
  /** How often the oldest of them had to wait for a younger one. */
  private passedOver = 0;
  private serving: HostIo | null = null;
  private servingSince: Nanoseconds;
  private served: Nanoseconds;
  private readonly flushQueue = fcfs.make();
  private readonly done: Timer;
  private readonly flushed: Timer;
  /** The end of the time for which the scheduler keeps the drive idle. */
  private readonly idled: Timer;
  private observer: DriveObserver | null = null;

  constructor(
    private readonly kernel: Kernel,
    parameters: DriveParameters,
    setup: DiskSetup = { scheduler: fcfs.make(), queueDepth: 1 },
  ) {
    this.drive = new Drive(parameters);
    this.capacity = this.drive.mechanics.geometry.capacity;
    this.scheduler = setup.scheduler;
    this.hostOverhead = setup.hostOverhead ?? 0;
    this.held = new Array<HostIo | null>(setup.queueDepth).fill(null);
    this.servingSince = this.served = this.sectorsToWrite = this.stays = this.services = 0.5;
    this.servingSince = this.served = this.sectorsToWrite = this.stays = this.services = 0;
    this.done = kernel.timer(() => this.commandDone());
    this.flushed = kernel.timer(() => this.nothingToFlush());
    this.idled = kernel.timer(() => {
      if (this.serving === null) this.serveNext();
    });
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    this.residents.enter(io.submitted);
    if (io.kind === Kind.FLUSH) {
      this.flushQueue.add(io);
      if (!this.drive.hasWriteCache) {
        if (!this.flushed.pending) this.flushed.start(this.hostOverhead);
        return;
      }
    } else {
      if (io.kind !== Kind.READ && io.kind !== Kind.WRITE) throw new RangeError(`a disk takes no I/O of kind ${io.kind}`);
      if (!(io.sector >= 0 && io.sectors > 0 && io.sector + io.sectors <= this.capacity)) {
        throw new RangeError(`sectors ${io.sector} + ${io.sectors} are not all on a disk of ${this.capacity}`);
      }
      if (io.kind === Kind.WRITE) this.sectorsToWrite += io.sectors;
      this.scheduler.add(io);
    }
    if (this.serving === null) this.serveNext();
  }

  observe(observer: DriveObserver): void {
    this.observer = observer;
  }

  busyTime(): Nanoseconds {
    const { now } = this.kernel;
    if (this.serving !== null) return this.served + Math.max(0, now - this.servingSince) + Math.round(this.drive.backgroundTime);
    return this.served + Math.round(this.drive.backgroundUntil(now));
  }

  /** None. */
  counters(): Readonly<Record<string, number>> {
    return {};
  }

  checkConservation(): void {
    const { now } = this.kernel;
    const { name } = this.drive;
    const { serving, held, heldCount } = this;
    const untold = this.scheduler.size + this.flushQueue.size;
    let soFar = serving === null ? 0 : now - serving.submitted;
    for (let i = 0; i < heldCount; i++) soFar += now - held[i]!.submitted;
    const inside = untold + heldCount + (serving === null ? 0 : 1);
    this.residents.check(`I/Os at ${name}`, now, inside, this.stays + soFar, untold);
    const inService = serving === null ? 0 : stayOf(serving) - (this.servingSince - serving.submitted);
    expectConserved(`the busy time of ${name} and the sum of service times`, this.served + inService, this.services);
    // The arm's own work counts up to the start of a command, which the host may still be preparing.
    expectWithin(`nanoseconds in which ${name} was busy`, this.busyTime(), now + this.hostOverhead);
    let waiting = 0;
    for (let i = 0; i < heldCount; i++) if (held[i]!.kind === Kind.WRITE) waiting += held[i]!.sectors;
    this.drive.checkConservation(this.sectorsToWrite - waiting, this.scheduler.size > 0);
  }

  /** READs and WRITEs that wait, in the host and in the drive. */
  get queued(): number {
    return this.scheduler.size + this.heldCount;
  }

  private serveNext(): void {
    const io = this.takeNext();
    this.serving = io;
    if (io === null) return;
    if (this.observer !== null && io.kind !== Kind.FLUSH) this.observer.served(io);
    const { drive, kernel } = this;
    // What the host does overlaps with the drive's work on others.
    const start = io.kind === Kind.FLUSH ? kernel.now : Math.max(kernel.now, io.submitted + this.hostOverhead);
    this.servingSince = start;
    if (io.kind === Kind.READ) drive.read(start, io.sector, io.sectors);
    else if (io.kind === Kind.WRITE) drive.write(start, io.sector, io.sectors);
    else drive.flush(start);
    const service = this.account(io, kernel.now, start);
    this.services += service;
    drive.endAt(start + service);
    this.done.startAt(start + service);
  }

  /** Splits the command's time into whole nanoseconds, each part up to where the sum so far rounds to, and answers the whole. */
  private account(io: HostIo, taken: Nanoseconds, start: Nanoseconds): Nanoseconds {
    const { drive } = this;
    const { spent } = io;
    const waited = Math.round(drive.waitTime);
    let exact = drive.waitTime + drive.overheadTime;
    const commanded = Math.round(exact);
    exact += drive.seekTime;
    const sought = Math.round(exact);
    exact += drive.rotationTime;
    const turned = Math.round(exact);
    spent[Part.QUEUE] = taken - io.submitted + waited;
    spent[Part.OVERHEAD] = start - taken + commanded - waited;
    spent[Part.SEEK] = sought - commanded;
    spent[Part.ROTATION] = turned - sought;
    const whole = Math.round(exact + drive.transferTime);
    spent[Part.TRANSFER] = whole - turned;
    io.seekCylinders = drive.seekCylinders;
    return whole;
  }

  private takeNext(): HostIo | null {
    const { now } = this.kernel;
    if (this.flushQueue.size > 0) return this.flushQueue.take(now);
    if (this.held.length === 1) return this.hasNext(now) ? this.scheduler.take(now) : null;
    while (this.heldCount < this.held.length && this.hasNext(now)) this.held[this.heldCount++] = this.scheduler.take(now);
    return this.heldCount > 0 ? this.takeHeld(this.nextHeld()) : null;
  }

  /** Whether a request waits, and the scheduler does not keep the drive idle for another. */
  private hasNext(now: Nanoseconds): boolean {
    const { scheduler, idled } = this;
    if (scheduler.size === 0) return false;
    const until = scheduler.heldUntil?.(now) ?? now;
    if (until <= now) return true;
    if (until < Infinity && !idled.pending) idled.startAt(until);
    return false;
  }

  /** The one that reaches its data soonest; but the oldest, once it was passed over twice as often as the drive holds commands. */
  private nextHeld(): number {
    if (this.heldCount === 1 || this.passedOver >= 2 * this.held.length) return 0;
    const { now } = this.kernel;
    let nearest = 0;
    let least = Infinity;
    for (let i = 0; i < this.heldCount; i++) {
      const io = this.held[i]!;
      const command = io.kind === Kind.READ ? Command.READ : Command.WRITE;
      const time = this.drive.positioningTime(now, command, io.sector, io.sectors);
      if (time < least) {
        least = time;
        nearest = i;
      }
    }
    return nearest;
  }

  private takeHeld(index: number): HostIo {
    const io = this.held[index]!;
    this.passedOver = index === 0 ? 0 : this.passedOver + 1;
    this.heldCount -= 1;
    for (let i = index; i < this.heldCount; i++) this.held[i] = this.held[i + 1]!;
    this.held[this.heldCount] = null;
    return io;
  }

  private commandDone(): void {
    const io = this.serving!;
    this.served += this.kernel.now - this.servingSince;
    this.leave(io);
    if (io.kind === Kind.FLUSH) {
      this.flushes += 1;
    } else {
      this.requests += 1;
      this.seekCylinders += io.seekCylinders;
      this.scheduler.done?.(io, this.kernel.now);
    }
    this.serveNext();
    io.owner.ioDone(io);
  }

  private leave(io: HostIo): void {
    this.stays += stayOf(io);
    this.residents.leave(this.kernel.now);
  }

  private nothingToFlush(): void {
    for (let left = this.flushQueue.size; left > 0; left--) {
      const io = this.flushQueue.take(this.kernel.now);
      io.spent.fill(0);
      io.spent[Part.OVERHEAD] = this.kernel.now - io.submitted;
      this.leave(io);
      this.flushes += 1;
      io.owner.ioDone(io);
    }
  }
}
