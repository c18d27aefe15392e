/**
 * A flash drive as the host sees it: commands, the link, a buffer for writes, the map and the flash. It knows no image and no guest.
 *
 * The controller takes on one command after another, and works on many at once.
 * A write is answered when it stands in the buffer, if there is a write cache; its units get their places at once, stripe by stripe, and leave the buffer when their stripe is programmed. A
 * unit that a write covers in part is read first. Reads of what stands in the buffer, or was never written, touch no flash. FLUSH ends the open stripe and waits for all that was
 * written before, unless the buffer survives a loss of power. PUNCH trims the units inside its range.
 */
import type { Kernel, TimerBank } from '../../../sim/kernel.js';
import { TimeWeightedMean } from '../../../sim/statistics/time-weighted-mean.js';
import { sectorBytes, type Nanoseconds, type Sectors } from '../../../sim/units.js';
import { expectConserved, expectWithin, Residents } from '../../io/conservation.js';
import { Part, type HostIo } from '../../io/host-io.js';
import { Kind } from '../../io/plan.js';
import { RequestQueue } from '../../io/request-queue.js';
import { stayOf, type DriveObserver, type LocalDrive } from '../local-drive.js';
import { CommandPath } from './command-path.js';
import { FlashArray, type FlashOwner } from './flash-array.js';
import { FlashMap } from './flash-map.js';
import type { SsdParameters } from './parameters.js';
import { Programs } from './programs.js';

/** What a command waits for. */
const enum Stage {
  /** The controller. */
  ACCEPT = 0,
  /** A write's data on the link. */
  RECEIVE = 1,
  /** Flash reads: of a read, or of the edges of a write. */
  FLASH = 2,
  /** Room in the buffer. */
  ROOM = 3,
  /** That its stripes and all before them are programmed. */
  DURABLE = 4,
  /** A read's data on the link, or nothing more. */
  RETURN = 5,
}

export class Ssd implements LocalDrive, FlashOwner {
  readonly capacity: Sectors;
  readonly map: FlashMap;
  requests = 0;
  flushes = 0;
  readonly seekCylinders = 0;
  readonly takesPunch = true;
  sectorsToWrite: Sectors = 0.5 - 0.5;

  /** I/Os from submission to completion; of those that are done, by the parts of their times. */
  private readonly residents = new Residents();
  private stays: Nanoseconds = 0.5 - 0.5;
  /** Units that the WRITEs cover that it was handed. */
  private unitsToWrite = 0.5 - 0.5;
  private observer: DriveObserver | null = null;
  private readonly flash: FlashArray;
  /** By stripe: how often it stands in the buffer, being filled or on its way. */
  private readonly isBuffered: Uint8Array;
  private readonly io: (HostIo | null)[];
  private readonly stage: Uint8Array;
  private readonly flashReads: Int32Array;
  /** Of the flash read that was done last; what the link and the controller took. */
  private readonly service: Float64Array;
  private readonly free = new RequestQueue();
  private readonly forRoom = new RequestQueue();
  private waiting: HostIo | null = null;
  private lastWaiting: HostIo | null = null;
  private readonly steps: TimerBank;
  private readonly path: CommandPath;
  /** Units in the buffer, those of the open stripe included; room for so many. */
  private buffered = 0;
  /** Of those in the buffer, the ones of stripes that are being programmed or wait for it. */
  private leaving = 0;
  private readonly room: number;
  private readonly programs = new Programs();
  /** Programs on their way by era, in a ring: each command that waits for durability ends an era. */
  private readonly underway: Int32Array;
  private era = 0;
  private oldestEra = 0;
  private readonly forDurable = new RequestQueue();
  private readonly usage = new TimeWeightedMean();

  /**
   * @param map with no stripe half full, as `conditioned` makes it
   * @param hostOverhead time that the host takes to bring an I/O to the drive and its completion back: it does so for any number at once
   */
  constructor(
    private readonly kernel: Kernel,
    private readonly parameters: SsdParameters,
    map = new FlashMap(parameters),
    private readonly hostOverhead: Nanoseconds = 0,
  ) {
    const { queueDepth } = parameters;
    this.capacity = parameters.capacity;
    this.map = map;
    this.path = new CommandPath(parameters);
    this.flash = new FlashArray(kernel, parameters, this);
    this.isBuffered = new Uint8Array(map.stripes);
    this.io = new Array<HostIo | null>(queueDepth).fill(null);
    this.stage = new Uint8Array(queueDepth);
    this.flashReads = new Int32Array(queueDepth);
    this.service = new Float64Array(queueDepth);
    this.underway = new Int32Array(queueDepth + 2);
    this.room = Math.floor(parameters.bufferBytes / parameters.unitBytes);
    for (let s = 0; s < queueDepth; s++) this.free.push(s);
    this.steps = kernel.bank(queueDepth, (s) => this.step(s));
  }

  submit(io: HostIo): void {
    if (io.kind > Kind.FLUSH && io.kind !== Kind.PUNCH) throw new RangeError(`a flash drive takes no I/O of kind ${io.kind}`);
    if (io.kind !== Kind.FLUSH && !(io.sector >= 0 && io.sectors > 0 && io.sector + io.sectors <= this.capacity)) {
      throw new RangeError(`sectors ${io.sector} + ${io.sectors} are not all on a drive of ${this.capacity}`);
    }
    io.submitted = this.kernel.now;
    io.seekCylinders = 0;
    io.next = null;
    this.residents.enter(io.submitted);
    if (io.kind === Kind.WRITE) {
      this.sectorsToWrite += io.sectors;
      this.unitsToWrite += this.unitsIn(io);
    }
    this.usage.set(1, this.kernel.now);
    if (this.free.size > 0) this.accept(this.free.shift(), io);
    else if (this.lastWaiting === null) this.waiting = this.lastWaiting = io;
    else {
      this.lastWaiting.next = io;
      this.lastWaiting = io;
    }
  }

  observe(observer: DriveObserver): void {
    this.observer = observer;
  }

  /** What garbage collection and padding cost, since the run began. */
  counters(): Readonly<Record<string, number>> {
    const { map } = this;
    return {
      'flash write amplification': map.writeAmplification,
      'units moved': map.movedUnits,
      'units padded': map.paddedUnits,
      erases: map.erases,
    };
  }

  checkConservation(): void {
    const { now } = this.kernel;
    const { name } = this.parameters;
    let [inside, soFar, toStore] = [0, 0, 0];
    const see = (io: HostIo, isStored: boolean): void => {
      inside += 1;
      soFar += now - io.submitted;
      if (io.kind === Kind.WRITE && !isStored) toStore += this.unitsIn(io);
    };
    this.io.forEach((io, s) => {
      if (io !== null) see(io, this.stage[s]! >= Stage.DURABLE);
    });
    for (let io = this.waiting; io !== null; io = io.next) see(io, false);
    this.residents.check(`I/Os at ${name}`, now, inside, this.stays + soFar);
    this.flash.checkConservation(name);
    expectWithin(`nanoseconds in which ${name} was busy`, this.busyTime(), now);
    expectConserved(`units of the WRITEs to ${name} and those that it stored`, this.unitsToWrite - toStore, this.map.hostUnits);
    this.map.checkConservation();
    expectConserved(`units in the buffer of ${name} and those on their way to its flash`, this.buffered, this.map.openUnits + this.leaving);
  }

  /** Time in which a command or a die was at work. */
  busyTime(): Nanoseconds {
    return this.usage.area(this.kernel.now);
  }

  /** Nanoseconds that dies were at work, all together. */
  get dieTime(): Nanoseconds {
    return this.flash.dieTime;
  }

  flashRead(s: number, service: Nanoseconds): void {
    this.service[s] = service;
    this.flashReads[s]! -= 1;
    if (this.flashReads[s] === 0) this.flashDone(s);
    this.rest();
  }

  flashProgrammed(program: number): void {
    const { programs } = this;
    const units = programs.unitsOf(program);
    this.isBuffered[programs.stripeOf(program)]! -= 1;
    this.buffered -= units;
    this.leaving -= units;
    this.underway[programs.eraOf(program) % this.underway.length]! -= 1;
    programs.end(program);
    this.endEras();
    while (this.forRoom.size > 0 && this.hasRoom(this.unitsIn(this.io[this.forRoom.first]!))) this.store(this.forRoom.shift());
    this.rest();
  }

  private accept(s: number, io: HostIo): void {
    this.io[s] = io;
    this.stage[s] = Stage.ACCEPT;
    if (this.observer !== null && io.kind !== Kind.FLUSH) this.observer.served(io);
    const { now } = this.kernel;
    const { commandTime } = this.parameters;
    const sent = Math.max(now, io.submitted + this.hostOverhead);
    io.spent.fill(0);
    io.spent[Part.OVERHEAD] = sent - now + commandTime;
    this.steps.start(s, this.path.take(sent) + commandTime - now);
  }

  private step(s: number): void {
    if (this.stage[s] === Stage.RETURN) {
      this.finish(s);
      return;
    }
    const io = this.io[s]!;
    if (this.stage[s] === Stage.ACCEPT && io.kind === Kind.WRITE) {
      this.receive(s, io);
      return;
    }
    this.stage[s] = Stage.FLASH;
    if (io.kind === Kind.READ) this.readRange(s, Math.floor(this.firstByte(io) / this.parameters.unitBytes), this.endUnit(io));
    else if (io.kind === Kind.WRITE) this.readEdges(s, io);
    else if (io.kind === Kind.PUNCH) this.trim(io);
    if (io.kind === Kind.FLUSH) this.flush(s);
    else if (this.flashReads[s] === 0) this.flashDone(s);
  }

  private receive(s: number, io: HostIo): void {
    const { now } = this.kernel;
    const bytes = io.sectors * sectorBytes;
    this.stage[s] = Stage.RECEIVE;
    io.spent[Part.TRANSFER] = this.path.linkTime(bytes);
    this.steps.start(s, this.path.receive(now, bytes) - now);
  }

  /** The flash reads of a command are done, or there were none. */
  private flashDone(s: number): void {
    const io = this.io[s]!;
    io.spent[Part.TRANSFER]! += this.service[s]!;
    this.service[s] = 0;
    if (io.kind !== Kind.WRITE) {
      this.answer(s);
      return;
    }
    this.stage[s] = Stage.ROOM;
    if (this.forRoom.size === 0 && this.hasRoom(this.unitsIn(io))) this.store(s);
    else this.forRoom.push(s);
  }

  /** A buffer in which nothing can leave any more takes what comes, however long. */
  private hasRoom(units: number): boolean {
    return this.buffered + units <= this.room || this.buffered <= this.map.openUnits;
  }

  private store(s: number): void {
    const io = this.io[s]!;
    const { unitBytes } = this.parameters;
    const end = this.endUnit(io);
    for (let unit = Math.floor(this.firstByte(io) / unitBytes); unit < end; unit++) {
      this.buffered += 1;
      const isFirst = this.map.openUnits === 0;
      const stripe = this.map.write(unit);
      if (isFirst) this.isBuffered[this.map.stripeOf(this.map.placeOf(unit))]! += 1;
      this.program(stripe, this.map.stripeUnits);
    }
    if (this.parameters.writeCache) this.answer(s);
    else this.makeDurable(s);
  }

  private program(stripe: number, units: number): void {
    if (stripe < 0) return;
    const die = this.map.dieOf(stripe);
    this.map.collect(die);
    this.flash.collect(die, this.map.stripesRead, this.map.stripesMoved, this.map.blocksErased);
    this.leaving += units;
    this.underway[this.era % this.underway.length]! += 1;
    this.flash.program(die, this.programs.begin(stripe, units, this.era));
  }

  private flush(s: number): void {
    if (this.parameters.powerLossProtection || !this.parameters.writeCache) this.answer(s);
    else this.makeDurable(s);
  }

  private makeDurable(s: number): void {
    const units = this.map.openUnits;
    this.program(this.map.pad(), units);
    this.stage[s] = Stage.DURABLE;
    this.forDurable.push(s);
    this.era += 1;
    this.endEras();
  }

  /** Answers those whose era, and all before it, have nothing on the way. */
  private endEras(): void {
    while (this.oldestEra < this.era && this.underway[this.oldestEra % this.underway.length] === 0) {
      this.oldestEra += 1;
      this.answer(this.forDurable.shift());
    }
  }

  private readRange(s: number, unit: number, end: number): void {
    const { map } = this;
    let stripe = -1;
    let units = 0;
    for (let at = unit; at < end; at++) {
      const place = map.placeOf(at);
      const of = place < 0 || this.isBuffered[map.stripeOf(place)] !== 0 ? -1 : map.stripeOf(place);
      if (of !== stripe) {
        this.readStripe(s, stripe, units);
        stripe = of;
        units = 0;
      }
      units += 1;
    }
    this.readStripe(s, stripe, units);
  }

  private readStripe(s: number, stripe: number, units: number): void {
    if (stripe < 0) return;
    this.flashReads[s]! += 1;
    this.flash.read(this.map.dieOf(stripe), s, units * this.parameters.unitBytes);
  }

  private readEdges(s: number, io: HostIo): void {
    const { unitBytes } = this.parameters;
    const first = this.firstByte(io);
    const end = first + io.sectors * sectorBytes;
    const firstUnit = Math.floor(first / unitBytes);
    const lastUnit = Math.floor(end / unitBytes);
    const headIsPart = first % unitBytes !== 0;
    if (headIsPart) this.readRange(s, firstUnit, firstUnit + 1);
    if (end % unitBytes !== 0 && !(headIsPart && lastUnit === firstUnit)) this.readRange(s, lastUnit, lastUnit + 1);
  }

  private trim(io: HostIo): void {
    const { unitBytes } = this.parameters;
    const end = Math.floor(((io.sector + io.sectors) * sectorBytes) / unitBytes);
    for (let unit = Math.ceil(this.firstByte(io) / unitBytes); unit < end; unit++) this.map.trim(unit);
  }

  private answer(s: number): void {
    const io = this.io[s]!;
    const { now } = this.kernel;
    this.stage[s] = Stage.RETURN;
    if (io.kind !== Kind.READ) {
      this.steps.start(s, 0);
      return;
    }
    const bytes = io.sectors * sectorBytes;
    io.spent[Part.TRANSFER]! += this.path.linkTime(bytes);
    this.steps.start(s, this.path.send(now, bytes) - now);
  }

  private finish(s: number): void {
    const io = this.io[s]!;
    io.spent[Part.QUEUE] = this.kernel.now - io.submitted - io.spent[Part.OVERHEAD]! - io.spent[Part.TRANSFER]!;
    this.io[s] = null;
    this.stays += stayOf(io);
    this.residents.leave(this.kernel.now);
    if (io.kind === Kind.FLUSH) this.flushes += 1;
    else this.requests += 1;
    const next = this.waiting;
    if (next === null) this.free.push(s);
    else {
      this.waiting = next.next;
      if (this.waiting === null) this.lastWaiting = null;
      this.accept(s, next);
    }
    this.rest();
    io.owner.ioDone(io);
  }

  /** Nothing is at work any more. */
  private rest(): void {
    if (this.free.size === this.io.length && this.flash.busyDies === 0) this.usage.set(0, this.kernel.now);
  }

  private firstByte(io: HostIo): number {
    return io.sector * sectorBytes;
  }

  private endUnit(io: HostIo): number {
    return Math.ceil(((io.sector + io.sectors) * sectorBytes) / this.parameters.unitBytes);
  }

  private unitsIn(io: HostIo): number {
    return this.endUnit(io) - Math.floor(this.firstByte(io) / this.parameters.unitBytes);
  }
}
