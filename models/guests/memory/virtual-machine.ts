/**
 * A guest at work: it carries out the steps of a workload, and everything that a snapshot does to it makes it slower. Faults lengthen
 * its steps, a guard may hold a writer up, a stop holds all up, a hypervisor that is busy holds its devices up, and a busy disk answers
 * late. It knows no method.
 */
import type { Kernel, Timer } from '../../../sim/kernel.js';
import { Gate, type Scenario } from '../../../sim/process.js';
import type { Timeline } from '../../../sim/timeline.js';
import type { Nanoseconds } from '../../../sim/units.js';
import { DiskUse, GuestStep, type MemoryWorkload } from '../../../traces/memory/guest-step.js';
import { PageRuns } from '../../../traces/memory/page-runs.js';
import { Charges, type CostTable } from './charges.js';
import type { DiskWatcher } from './disk-watcher.js';
import { GuestMemory } from './guest-memory.js';
import { GuestState, GuestTimeline } from './guest-timeline.js';
import type { MachineDisk, MachineDiskUser } from './machine-disk.js';
import type { NetworkLink } from './network-link.js';
import { Output, Passage, type OutputGuard } from './output-guard.js';
import { RunCursor } from './run-cursor.js';
import { Writer, type WriteGuard } from './write-guard.js';
import { WriteTracker, type TrackerSettings } from './write-tracker.js';

const enum Phase {
  FETCH = 0,
  BEGIN = 1,
  RECEIVE = 2,
  WRITE = 3,
  COMPUTE = 4,
  ISSUE = 5,
  DISK = 6,
  SEND = 7,
  LINK = 8,
  OVER = 9,
}

/** By Phase: what a guest that goes on after a stop is at. */
const stateIn: readonly GuestState[] = [
  GuestState.IDLE,
  GuestState.IDLE,
  GuestState.COMPUTES,
  GuestState.COMPUTES,
  GuestState.COMPUTES,
  GuestState.DISK,
  GuestState.DISK,
  GuestState.NETWORK,
  GuestState.NETWORK,
  GuestState.OVER,
];

/** Nanoseconds that a guest lost, by cause. */
export interface LostTime {
  /** Stopped. */
  stopped: Nanoseconds;
  /** Faults and exits. */
  charged: Nanoseconds;
  /** Held up by a guard, of its memory or of what leaves it. */
  blocked: Nanoseconds;
}

export interface MachineParts {
  readonly workload: MemoryWorkload;
  readonly costs: CostTable;
  readonly tracker: TrackerSettings;
  readonly disk: MachineDisk;
  readonly link: NetworkLink;
}

export class VirtualMachine implements MachineDiskUser {
  readonly memory: GuestMemory;
  readonly tracker: WriteTracker;
  /** Of the guest's processors. */
  readonly charges: Charges;
  readonly lost: LostTime = { stopped: 0, charged: 0, blocked: 0 };
  /** Processor time of the steps that are done: how far the guest has come. */
  progress: Nanoseconds;
  /** When the workload came to its end; null before. */
  finished: Nanoseconds | null = null;
  guard: WriteGuard | null = null;
  /** Who is asked before something leaves the guest; and who are told of its disk's requests. */
  outputs: OutputGuard | null = null;
  readonly watchers: DiskWatcher[] = [];

  private readonly workload: MemoryWorkload;
  private readonly disk: MachineDisk;
  readonly link: NetworkLink;
  private readonly step = new GuestStep();
  private readonly timer: Timer;
  private phase = Phase.FETCH;
  private readonly cursor = new RunCursor();
  /** By slot of the disk: pages that a read fills, and how far that has come. */
  private readonly fills: PageRuns[] = [];
  private readonly fillCursors: RunCursor[] = [];
  private readonly heldFills: number[] = [];
  private waitedFor = -1;
  private stepEnd: Nanoseconds;
  private isStopped = false;
  private areDevicesHeld = false;
  private stoppedSince: Nanoseconds;
  private blockedSince: Nanoseconds;
  private isBlocked = false;
  private readonly drained = new Gate();
  private timeline: GuestTimeline | null = null;

  constructor(
    private readonly kernel: Kernel,
    { workload, costs, tracker, disk, link }: MachineParts,
  ) {
    this.workload = workload;
    this.disk = disk;
    this.link = link;
    this.memory = new GuestMemory(workload.pages);
    this.charges = new Charges(costs);
    this.tracker = new WriteTracker(this.memory, tracker, this.charges);
    this.progress = this.stepEnd = this.stoppedSince = this.blockedSince = 0.5;
    this.progress = this.stepEnd = this.stoppedSince = this.blockedSince = 0;
    for (let slot = 0; slot < disk.slots; slot++) {
      this.fills.push(new PageRuns());
      this.fillCursors.push(new RunCursor());
    }
    const { resident } = workload;
    this.cursor.begin(resident);
    while (!this.cursor.isOver) {
      this.memory.write(this.cursor.page);
      this.cursor.advance();
    }
    this.timer = kernel.timer(() => this.timePassed());
    disk.serve(this);
  }

  /** Records from now on what the processors are at. */
  record(timeline: Timeline): void {
    this.timeline = new GuestTimeline(timeline);
  }

  /** Lets the guest begin. */
  start(): void {
    this.timer.start(0);
  }

  /** Stops the processors at once and waits until the disk is done with what it has. */
  *suspend(): Scenario {
    this.isStopped = true;
    this.stoppedSince = this.kernel.now;
    this.enter(GuestState.STOPPED);
    this.timer.stop();
    while (this.disk.inFlight > 0) yield this.drained;
  }

  resume(): void {
    this.isStopped = false;
    const stoppedFor = this.kernel.now - this.stoppedSince;
    this.lost.stopped += stoppedFor;
    this.stepEnd += stoppedFor;
    this.enter(this.isBlocked ? GuestState.BLOCKED : stateIn[this.phase]!);
    if (this.isBlocked) this.blockedSince += stoppedFor;
    // What the processors were at goes on from where it was.
    else if (this.phase === Phase.COMPUTE || this.phase === Phase.LINK) this.timer.start(Math.max(0, this.stepEnd - this.kernel.now));
    else if (this.phase !== Phase.DISK && this.phase !== Phase.OVER) this.timer.start(0);
  }

  /** Somebody else has the lock of the hypervisor: no device of the guest does anything. Its processors compute until they need one. */
  holdDevices(): void {
    this.areDevicesHeld = true;
  }

  releaseDevices(): void {
    this.areDevicesHeld = false;
    this.retryFills();
    this.proceed();
  }

  /** A guard that held writers up lets them try again. */
  retryWrites(): void {
    this.retryFills();
    if (!this.isBlocked) return;
    this.isBlocked = false;
    this.lost.blocked += Math.max(0, (this.isStopped ? this.stoppedSince : this.kernel.now) - this.blockedSince);
    this.proceed();
  }

  /** The guest's own clock. */
  get clock(): Nanoseconds {
    const { now } = this.kernel;
    return now - this.lost.stopped - (this.isStopped ? now - this.stoppedSince : 0);
  }

  diskDone(slot: number): void {
    this.fillCursors[slot]!.begin(this.fills[slot]!);
    this.fill(slot);
  }

  private retryFills(): void {
    for (let held = this.heldFills.length; held > 0; held--) this.fill(this.heldFills.shift()!, true);
  }

  private timePassed(): void {
    if (this.phase === Phase.COMPUTE) {
      this.progress += this.step.processorTime;
      this.phase = Phase.ISSUE;
    } else if (this.phase === Phase.LINK) this.phase = Phase.FETCH;
    this.proceed();
  }

  /** Goes on until something must be waited for. */
  private proceed(): void {
    if (this.timer.pending) return;
    let goesOn = true;
    while (goesOn && !this.isStopped && !this.isBlocked) goesOn = this.nextPhase();
  }

  /** False where the guest waits now. */
  private nextPhase(): boolean {
    if (this.areDevicesHeld && this.needsDevice()) return false;
    switch (this.phase) {
      case Phase.FETCH:
        return this.fetch();
      case Phase.BEGIN:
        return this.begin();
      case Phase.RECEIVE:
        return this.receive();
      case Phase.WRITE:
        return this.writeAndCompute();
      case Phase.ISSUE:
        return this.issue();
      case Phase.SEND:
        return this.send();
      default:
        return false; // for the disk, for the link, for the end of a computation
    }
  }

  private needsDevice(): boolean {
    const { phase, step } = this;
    if (phase === Phase.RECEIVE) return step.received.size > 0;
    if (phase === Phase.ISSUE) return step.disk !== DiskUse.NONE;
    return phase === Phase.SEND && step.sent > 0;
  }

  private fetch(): boolean {
    const goesOn = this.workload.next(this.step.clear());
    this.phase = goesOn ? Phase.BEGIN : Phase.OVER;
    if (!goesOn) {
      this.finished = this.kernel.now;
      this.enter(GuestState.OVER);
    }
    return goesOn;
  }

  private begin(): boolean {
    const wait = this.step.notBefore - this.clock;
    if (wait > 0) {
      this.enter(GuestState.IDLE);
      this.timer.start(wait);
      return false;
    }
    this.cursor.begin(this.step.received);
    this.phase = Phase.RECEIVE;
    return true;
  }

  private receive(): boolean {
    if (!this.writeAll(this.cursor, Writer.DEVICE)) return this.block();
    this.cursor.begin(this.step.writes);
    this.phase = Phase.WRITE;
    return true;
  }

  private writeAndCompute(): boolean {
    if (!this.writeAll(this.cursor, Writer.PROCESSOR)) return this.block();
    const charged = this.charges.take();
    this.lost.charged += charged;
    const time = this.step.processorTime + charged;
    this.stepEnd = this.kernel.now + time;
    this.phase = Phase.COMPUTE;
    this.enter(GuestState.COMPUTES, charged);
    this.timer.start(time);
    return false;
  }

  private block(): false {
    this.isBlocked = true;
    this.blockedSince = this.kernel.now;
    this.enter(GuestState.BLOCKED);
    return false;
  }

  /** False where the guest has to wait: for room at the disk, for its guard, or for the disk to be done. */
  private issue(): boolean {
    const { step, disk } = this;
    if (step.disk === DiskUse.NONE) {
      this.phase = Phase.SEND;
      return true;
    }
    if (!disk.hasRoom) {
      this.enter(GuestState.DISK);
      return false;
    }
    const isWrite = step.disk === DiskUse.WRITE;
    if (isWrite && this.outputs?.beforeOutput(Output.DISK, step.bytes) === Passage.WAITS) return this.block();
    const slot = disk.submit(isWrite, step.offset, step.bytes);
    const place = disk.placeOf(step.offset, step.bytes);
    for (const watcher of this.watchers) watcher.issued(slot, isWrite, place, step.bytes);
    const fill = this.fills[slot]!;
    fill.clear();
    for (let i = 0; i < step.filled.size; i++) fill.add(step.filled.first[i]!, step.filled.count[i]!);
    this.phase = step.waits ? Phase.DISK : Phase.SEND;
    this.waitedFor = step.waits ? slot : -1;
    if (step.waits) this.enter(GuestState.DISK);
    return !step.waits;
  }

  private send(): boolean {
    const { sent } = this.step;
    const passage = sent > 0 && this.outputs !== null ? this.outputs.beforeOutput(Output.NETWORK, sent) : Passage.GOES;
    if (passage === Passage.WAITS) return this.block();
    const wait = sent > 0 && passage === Passage.GOES ? this.link.send(this.kernel.now, sent) : 0;
    this.phase = wait > 0 ? Phase.LINK : Phase.FETCH;
    this.stepEnd = this.kernel.now + wait;
    if (wait > 0) {
      this.enter(GuestState.NETWORK);
      this.timer.start(wait);
    }
    return wait === 0;
  }

  private enter(state: GuestState, charged: Nanoseconds = 0): void {
    this.timeline?.enter(state, this.kernel.now, charged);
  }

  /** Lets a read's data arrive in memory, as far as a guard allows. Of what a guard held up nobody can say what its pages hold by now. */
  private fill(slot: number, wasHeld = false): void {
    if (this.areDevicesHeld || !this.writeAll(this.fillCursors[slot]!, Writer.DEVICE)) {
      this.heldFills.push(slot);
      return;
    }
    if (!wasHeld) for (const watcher of this.watchers) watcher.filled(slot, this.fills[slot]!);
    this.disk.release(slot);
    if (this.waitedFor === slot && this.phase === Phase.DISK) {
      this.phase = Phase.SEND;
      this.waitedFor = -1;
    }
    if (this.isStopped) this.drained.open();
    else this.proceed();
  }

  /** False where a guard holds the writer up; the cursor stays at the page. */
  private writeAll(cursor: RunCursor, writer: Writer): boolean {
    const { memory, tracker } = this;
    while (!cursor.isOver) {
      const { page } = cursor;
      if (writer === Writer.DEVICE) {
        if (this.guard?.watchesDevices === true && !this.guard.beforeWrite(page, writer, this.charges)) return false;
        tracker.writtenByDevice(page);
      } else if (tracker.protection.has(page)) {
        if (this.guard !== null && !this.guard.beforeWrite(page, writer, this.charges)) return false;
        tracker.fault(page);
      } else tracker.written(page);
      memory.write(page);
      cursor.advance();
    }
    return true;
  }
}
