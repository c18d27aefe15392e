/**
 * The virtual processors of a guest: bursts of work, first come first served, each on one of them. What the guest's kernel does for its
 * devices comes before what its programs compute, and interrupts that. A processor that exits to the hypervisor is held until it may go on.
 */
import type { Kernel, TimerBank } from '../../sim/kernel.js';
import { TimeWeightedMean } from '../../sim/statistics/time-weighted-mean.js';
import type { Nanoseconds } from '../../sim/units.js';

/** Who has work done. */
export interface ProcessorUser {
  /** The burst of this tag is over. The processor stays held until `release(processor)`. Called from an event of its own. */
  burstDone(tag: number, processor: number): void;
}

/** Bursts in line, in columns that grow with the longest line. */
class Line {
  private users: ProcessorUser[] = [];
  private tags: number[] = [];
  private times: number[] = [];
  private head = 0;

  get size(): number {
    return this.users.length - this.head;
  }

  add(user: ProcessorUser, tag: number, time: Nanoseconds): void {
    this.users.push(user);
    this.tags.push(tag);
    this.times.push(time);
  }

  /** Hands the first burst to `start`. */
  shift(start: (user: ProcessorUser, tag: number, time: Nanoseconds) => void): void {
    const i = this.head++;
    start(this.users[i]!, this.tags[i]!, this.times[i]!);
    if (this.head < 64 || this.head * 2 < this.users.length) return;
    this.users = this.users.slice(this.head);
    this.tags = this.tags.slice(this.head);
    this.times = this.times.slice(this.head);
    this.head = 0;
  }
}

const enum State {
  IDLE = 0,
  /** Computes for a program: can be interrupted. */
  PROGRAM = 1,
  /** Works for the kernel. */
  KERNEL = 2,
  /** Its burst is over, and its user has not released it. */
  HELD = 3,
}

export class Processors {
  private readonly ends: TimerBank;
  private readonly state: Uint8Array;
  private readonly user: (ProcessorUser | null)[];
  private readonly tag: Int32Array;
  private readonly endTime: Float64Array;
  private readonly kernelLine = new Line();
  private readonly programLine = new Line();
  private readonly usage = new TimeWeightedMean();
  private busy = 0;

  constructor(
    private readonly kernel: Kernel,
    readonly count: number,
  ) {
    this.ends = kernel.bank(count, (p) => this.end(p));
    this.state = new Uint8Array(count);
    this.user = new Array<ProcessorUser | null>(count).fill(null);
    this.tag = new Int32Array(count);
    this.endTime = new Float64Array(count);
  }

  /** A burst of the guest's kernel: an exit, an interrupt. */
  runKernel(user: ProcessorUser, tag: number, time: Nanoseconds): void {
    const idle = this.state.indexOf(State.IDLE);
    const p = idle !== -1 ? idle : this.interrupted();
    if (p === -1) this.kernelLine.add(user, tag, time);
    else this.start(p, State.KERNEL, user, tag, time);
  }

  /** A burst of a program. */
  runProgram(user: ProcessorUser, tag: number, time: Nanoseconds): void {
    const idle = this.state.indexOf(State.IDLE);
    if (idle === -1) this.programLine.add(user, tag, time);
    else this.start(idle, State.PROGRAM, user, tag, time);
  }

  /** The user of a burst that is over lets its processor go on with something else. */
  release(processor: number): void {
    if (this.state[processor] !== State.HELD) throw new Error(`processor ${processor} is released and was not held`);
    this.state[processor] = State.IDLE;
    this.user[processor] = null;
    this.mark(-1);
    if (this.kernelLine.size > 0) this.kernelLine.shift((user, tag, time) => this.start(processor, State.KERNEL, user, tag, time));
    else if (this.programLine.size > 0) this.programLine.shift((user, tag, time) => this.start(processor, State.PROGRAM, user, tag, time));
  }

  /** Nanoseconds of all processors together in which they were busy or held, until now. */
  busyTime(): Nanoseconds {
    return this.usage.area(this.kernel.now);
  }

  /** Takes a processor away from a program; what is left of its burst waits. -1 where no program computes. */
  private interrupted(): number {
    const p = this.state.indexOf(State.PROGRAM);
    if (p === -1) return -1;
    this.ends.stop(p);
    this.programLine.add(this.user[p]!, this.tag[p]!, this.endTime[p]! - this.kernel.now);
    this.mark(-1);
    return p;
  }

  private start(p: number, state: State, user: ProcessorUser, tag: number, time: Nanoseconds): void {
    this.state[p] = state;
    this.user[p] = user;
    this.tag[p] = tag;
    this.endTime[p] = this.kernel.now + time;
    this.mark(1);
    this.ends.start(p, time);
  }

  private end(p: number): void {
    this.state[p] = State.HELD;
    this.user[p]!.burstDone(this.tag[p]!, p);
  }

  private mark(change: number): void {
    this.busy += change;
    this.usage.set(this.busy, this.kernel.now);
  }
}
