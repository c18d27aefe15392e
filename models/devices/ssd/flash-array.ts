/**
 * The dies and channels of a flash drive in time: what each die does next, and who gets its channel. It knows neither hosts nor the map.
 *
 * A die does one thing at a time: reads first, then what garbage collection owes (in slices no longer than a program, reads between them), then programs, in the order of arrival. Only
 * `readsBeforeProgram` reads in a row pass what waits to be collected or programmed; it then gets a turn, so that reads without end starve no program and no FLUSH. A
 * read occupies the die until its data has passed the channel; a program's data passes it first. What collection moves passes the channel too, but does not wait for it.
 */
import type { Kernel, TimerBank } from '../../../sim/kernel.js';
import { second, type Nanoseconds } from '../../../sim/units.js';
import { Residents } from '../../io/conservation.js';
import { RequestQueue } from '../../io/request-queue.js';
import { diesOf, stripeBytesOf, type SsdParameters } from './parameters.js';

export interface FlashOwner {
  /** The read that belongs to command `slot` is done; the flash and the channel took `service`. */
  flashRead(slot: number, service: Nanoseconds): void;
  /** A stripe is programmed, as `program` was asked for. */
  flashProgrammed(program: number): void;
}

const enum Work {
  NOTHING = 0,
  READ = 1,
  COLLECT = 2,
  PROGRAM = 3,
}

export class FlashArray {
  /** Dies at work now, and what they did: nanoseconds of work, all dies together. */
  busyDies = 0;
  dieTime = 0.5 - 0.5;
  private readonly reads: RequestQueue[] = [];
  private readonly readBytes: RequestQueue[] = [];
  private readonly programs: RequestQueue[] = [];
  private readonly owed: Float64Array;
  /** Reads in a row that passed what waits to be collected or programmed. */
  private readonly passed: Uint32Array;
  private readonly work: Uint8Array;
  private readonly what: Int32Array;
  private readonly service: Float64Array;
  /** Of the work that a die does: when it began, and what it takes. */
  private readonly begun: Float64Array;
  private readonly time: Float64Array;
  private readonly workers = new Residents();
  private worked: Nanoseconds = 0.5 - 0.5;
  private readonly channelFree: Float64Array;
  private readonly timers: TimerBank;

  constructor(
    private readonly kernel: Kernel,
    private readonly parameters: SsdParameters,
    private readonly owner: FlashOwner,
  ) {
    const dies = diesOf(parameters);
    for (let d = 0; d < dies; d++) {
      this.reads.push(new RequestQueue());
      this.readBytes.push(new RequestQueue());
      this.programs.push(new RequestQueue());
    }
    this.owed = new Float64Array(dies);
    this.passed = new Uint32Array(dies);
    this.work = new Uint8Array(dies);
    this.what = new Int32Array(dies);
    this.service = new Float64Array(dies);
    this.begun = new Float64Array(dies);
    this.time = new Float64Array(dies);
    this.channelFree = new Float64Array(parameters.channels);
    this.timers = kernel.bank(dies, (d) => this.end(d));
  }

  /** Reads `bytes` of one stripe for command `slot`. */
  read(die: number, slot: number, bytes: number): void {
    this.reads[die]!.push(slot);
    this.readBytes[die]!.push(bytes);
    if (this.work[die] === Work.NOTHING) this.begin(die);
  }

  /** Programs a stripe; the owner is told when, by the number of the program. */
  program(die: number, program: number): void {
    this.programs[die]!.push(program);
    if (this.work[die] === Work.NOTHING) this.begin(die);
  }

  /** Garbage collection on a die: so much is read, programmed and erased before its next program. */
  collect(die: number, stripesRead: number, stripesMoved: number, blocksErased: number): void {
    const { readTime, programTime, eraseTime } = this.parameters;
    const channel = this.channelTime(stripeBytesOf(this.parameters));
    this.owed[die]! += stripesRead * (readTime + channel) + stripesMoved * (programTime + channel) + blocksErased * eraseTime;
  }

  /** @throws Error where the time that dies were at work is not the sum of what their works take */
  checkConservation(name: string): void {
    const { now } = this.kernel;
    let soFar = 0;
    for (let d = 0; d < this.work.length; d++) if (this.work[d] !== Work.NOTHING) soFar += now - this.begun[d]!;
    this.workers.check(`dies of ${name} at work`, now, this.busyDies, this.worked + soFar);
  }

  private begin(die: number): void {
    const time = this.take(die);
    if (this.work[die] === Work.NOTHING) return;
    this.busyDies += 1;
    this.dieTime += time;
    this.begun[die] = this.kernel.now;
    this.time[die] = time;
    this.workers.enter(this.kernel.now);
    this.timers.start(die, time);
  }

  /** Chooses what a die does next; answers how long it takes. */
  private take(die: number): Nanoseconds {
    const waits = this.owed[die]! > 0 || this.programs[die]!.size > 0;
    if (this.reads[die]!.size > 0 && !(waits && this.passed[die]! >= this.parameters.readsBeforeProgram)) {
      this.passed[die] = waits ? this.passed[die]! + 1 : 0;
      return this.takeRead(die);
    }
    this.passed[die] = 0;
    return this.takeWrite(die);
  }

  private takeRead(die: number): Nanoseconds {
    const { readTime } = this.parameters;
    this.work[die] = Work.READ;
    this.what[die] = this.reads[die]!.shift();
    const bytes = this.readBytes[die]!.shift();
    this.service[die] = readTime + this.channelTime(bytes);
    return this.passChannel(die, readTime, bytes);
  }

  /** What collection owes, else a program, else nothing. */
  private takeWrite(die: number): Nanoseconds {
    const { programTime } = this.parameters;
    if (this.owed[die]! > 0) {
      this.work[die] = Work.COLLECT;
      const slice = programTime > 0 ? Math.min(this.owed[die]!, programTime) : this.owed[die]!;
      this.owed[die]! -= slice;
      return slice;
    }
    if (this.programs[die]!.size === 0) {
      this.work[die] = Work.NOTHING;
      return 0;
    }
    this.work[die] = Work.PROGRAM;
    this.what[die] = this.programs[die]!.shift();
    return this.passChannel(die, 0, stripeBytesOf(this.parameters)) + programTime;
  }

  /** Time from now until data that is ready after `delay` has passed the die's channel. */
  private passChannel(die: number, delay: Nanoseconds, bytes: number): Nanoseconds {
    const { now } = this.kernel;
    const channel = die % this.parameters.channels;
    const end = Math.max(now + delay, this.channelFree[channel]!) + this.channelTime(bytes);
    this.channelFree[channel] = end;
    return end - now;
  }

  private channelTime(bytes: number): Nanoseconds {
    return Math.round((bytes * second) / this.parameters.channelRate);
  }

  private end(die: number): void {
    const work: Work = this.work[die]!;
    // What begins next puts its own in their place.
    const what = this.what[die]!;
    const service = this.service[die]!;
    this.busyDies -= 1;
    this.worked += this.time[die]!;
    this.workers.leave(this.kernel.now);
    this.begin(die);
    if (work === Work.READ) this.owner.flashRead(what, service);
    else if (work === Work.PROGRAM) this.owner.flashProgrammed(what);
  }
}
