/**
 * A virtual machine's disk: takes the guest's requests, asks the image format what host I/O they cause, and has a host carry
 * it out. It keeps the hypervisor's rules: steps and callbacks run in the main loop under its lock, BLOCKING I/O
 * holds it, ASYNC I/O does not. It knows neither formats nor devices.
 */
import { Fingerprint } from '../../sim/fingerprint.js';
import type { Kernel, TimerBank } from '../../sim/kernel.js';
import type { Timeline } from '../../sim/timeline.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { ControlOperation } from './control-operation.js';
import { DiskTimeline } from './disk-timeline.js';
import { IDLE, type BackgroundTask } from './background-task.js';
import type { Host, HostIo, IoOwner } from './host-io.js';
import { HostIoPool } from './host-io-pool.js';
import { HypervisorLock } from './hypervisor-lock.js';
import { Next, Op, type ImageFormat } from './image-format.js';
import { Cell, LatencyAccount } from './latency.js';
import { Mode, NONE, Plan, Purpose } from './plan.js';
import type { RequestObserver } from './request-observer.js';
import { Traffic } from './traffic.js';

/** What a slot is at, or does when it gets the lock. */
const enum Phase {
  FREE = 0,
  /** Waits for host I/O without the lock. */
  IO = 1,
  /** Waits for host I/O and holds the lock. */
  BLOCKED = 2,
  BEGIN = 3,
  STEP = 4,
  ISSUE = 5,
  COMPLETE = 6,
}

export interface VirtualDiskSettings {
  /** Requests that the virtual device and the hypervisor take on at once. */
  readonly slots: number;
  /** Time that the virtual device adds to each request: exits, ring processing, interrupt. */
  readonly requestOverhead: Nanoseconds;
}

export class VirtualDisk implements IoOwner {
  readonly latency: LatencyAccount;
  readonly traffic = new Traffic();
  readonly lock = new HypervisorLock();
  /** Of every completed request: what, where, when. */
  readonly fingerprint = new Fingerprint();
  /** Reads that caused no data I/O (metadata aside): what they read was never written. */
  holeReads = 0;

  /** Told of each request of the guest. */
  observer: RequestObserver | null = null;
  private readonly phase: Uint8Array;
  private readonly op: Uint8Array;
  private readonly offset: Float64Array;
  private readonly bytes: Float64Array;
  private readonly next: Uint8Array;
  /** Of the current step: the next entry to issue, entries under way, and whether any I/O was issued for the request. */
  private readonly cursor: Int32Array;
  private readonly outstanding: Int32Array;
  private readonly readData: Uint8Array;
  private readonly isDone: Uint8Array[] = [];
  private readonly plans: Plan[] = [];
  private readonly freeSlots: Int32Array;
  private freeCount: number;
  private readonly entry: TimerBank;
  /** Work that no request asked for; task `k` takes the slot behind the guest's. */
  private readonly tasks: readonly BackgroundTask[];
  private readonly alarms: TimerBank;
  private readonly alarmAt: Float64Array;
  private readonly pool = new HostIoPool(this);
  private onDone: (r: number, latency: Nanoseconds) => void = () => {};
  /** Whether a request's first stay in the main loop is not over yet. */
  private readonly isEntering: Uint8Array;
  private onAccepted: (r: number) => void = () => {};
  private timeline: DiskTimeline | null = null;
  /** A control operation that waits for requests in flight, or is under way; its slot, or NONE while it waits. */
  private control: ControlOperation | null = null;
  private controlSlot = NONE;

  constructor(
    private readonly kernel: Kernel,
    private readonly format: ImageFormat,
    private readonly host: Host,
    private readonly settings: VirtualDiskSettings,
  ) {
    this.tasks = format.background ?? [];
    const slots = settings.slots + this.tasks.length;
    this.latency = new LatencyAccount(slots);
    this.phase = new Uint8Array(slots);
    this.op = new Uint8Array(slots);
    this.offset = new Float64Array(slots);
    this.bytes = new Float64Array(slots);
    this.next = new Uint8Array(slots);
    this.cursor = new Int32Array(slots);
    this.outstanding = new Int32Array(slots);
    this.readData = new Uint8Array(slots);
    this.isEntering = new Uint8Array(slots);
    for (let r = 0; r < slots; r++) {
      this.plans.push(new Plan());
      this.isDone.push(new Uint8Array(16));
    }
    this.freeCount = settings.slots;
    this.freeSlots = Int32Array.from({ length: this.freeCount }, (_, i) => this.freeCount - 1 - i);
    this.entry = kernel.bank(settings.slots, (r) => this.enter(r));
    this.alarms = kernel.bank(this.tasks.length, () => this.wake());
    this.alarmAt = new Float64Array(this.tasks.length);
    for (let task = 0; task < this.tasks.length; task++) this.alarms.start(task, 0);
  }

  /** `onDone(request, latency)` is called as each request completes, from an event of its own. */
  whenDone(onDone: (r: number, latency: Nanoseconds) => void): void {
    this.onDone = onDone;
  }

  /**
   * `onAccepted(request)` is called as each request is through its first stay in the main loop, BLOCKING I/O included: that long the virtual
   * processor that submitted it stands still. Called before `onDone` in any case.
   */
  whenAccepted(onAccepted: (r: number) => void): void {
    this.onAccepted = onAccepted;
  }

  /** Records from now on what happens when. */
  record(timeline: Timeline): void {
    this.timeline = new DiskTimeline(timeline, this.format.files, this.phase.length);
  }

  get hasRoom(): boolean {
    return this.freeCount > 0 && this.control === null;
  }

  /** Requests that it takes on at once. */
  get slots(): number {
    return this.settings.slots;
  }

  get inFlight(): number {
    return this.settings.slots - this.freeCount;
  }

  /** Takes a request that was meant to arrive at `arrival` (now or before); there must be room. Answers its slot. */
  submit(op: Op, offset: Bytes, bytes: Bytes, arrival: Nanoseconds): number {
    const r = this.freeSlots[--this.freeCount]!;
    this.op[r] = op;
    this.offset[r] = offset;
    this.bytes[r] = bytes;
    this.readData[r] = 0;
    this.isEntering[r] = 1;
    this.latency.begin(r, arrival, this.kernel.now);
    this.timeline?.submitted(r, this.kernel.now);
    this.entry.start(r, this.settings.requestOverhead);
    return r;
  }

  /**
   * Carries out an operation on a snapshot once the requests in flight and the work in the background are done; until it is done itself, there
   * is no room for requests. One at a time.
   */
  operate(operation: ControlOperation): void {
    if (this.control !== null) throw new Error('a control operation is asked for while another is under way');
    this.control = operation;
    operation.askedAt = this.kernel.now;
    this.beginControl();
  }

  ioDone(io: HostIo): void {
    const r = io.request;
    this.traffic.add(io);
    this.timeline?.ioDone(io, this.kernel.now);
    if (io.mode !== Mode.BACKGROUND) {
      this.outstanding[r]! -= 1;
      this.isDone[r]![io.entry] = 1;
      if (this.endsWait(r, io.mode)) this.latency.spendOnIo(r, io, this.kernel.now);
    }
    const mode = io.mode;
    this.pool.give(io);
    if (mode === Mode.BLOCKING) {
      this.issue(r);
      this.leaveEntry(r);
      this.serveLock();
    } else if (mode === Mode.ASYNC && this.phase[r] === Phase.IO) {
      this.resume(r);
    }
  }

  /** Whether the request waited for this I/O to be done, and not for another that is still under way. */
  private endsWait(r: number, mode: Mode): boolean {
    return mode === Mode.BLOCKING || this.outstanding[r] === 0 || this.cursor[r]! < this.plans[r]!.size;
  }

  /** Goes on with a request that waited for host I/O without the lock, if what it waited for is done. */
  private resume(r: number): void {
    const plan = this.plans[r]!;
    const next = this.cursor[r]!;
    if (next < plan.size) {
      if (this.isDone[r]![plan.after[next]!] === 1) this.withLock(r, Phase.ISSUE);
    } else if (this.outstanding[r] === 0) {
      this.withLock(r, this.next[r] === Next.DONE ? Phase.COMPLETE : Phase.STEP);
    }
  }

  private enter(r: number): void {
    this.latency.spend(r, Cell.VIRTUAL_DEVICE, this.kernel.now);
    this.withLock(r, Phase.BEGIN);
  }

  /** Does `phase` of request `r` under the lock: at once if it is free, else in turn. */
  private withLock(r: number, phase: Phase): void {
    this.phase[r] = phase;
    if (this.lock.isHeld || this.lock.waiters > 0) {
      this.lock.wait(r);
      return;
    }
    this.run(r);
    this.serveLock();
  }

  private serveLock(): void {
    while (!this.lock.isHeld && this.lock.waiters > 0) {
      const r = this.lock.nextWaiter();
      this.latency.spend(r, Cell.LOCK_WAIT, this.kernel.now);
      this.run(r);
    }
  }

  private run(r: number): void {
    switch (this.phase[r] as Phase) {
      case Phase.BEGIN:
        this.format.begin(r, this.op[r]!, this.offset[r]!, this.bytes[r]!, r === this.controlSlot ? this.control!.snapshot : undefined);
        this.step(r);
        break;
      case Phase.STEP:
        this.step(r);
        break;
      case Phase.ISSUE:
        this.issue(r);
        break;
      case Phase.COMPLETE:
        this.complete(r);
        break;
      default:
        throw new Error(`request ${r} runs in phase ${this.phase[r]}`);
    }
    this.leaveEntry(r);
  }

  /** A request that is neither done nor holds the lock has left the main loop. */
  private leaveEntry(r: number): void {
    if (this.isEntering[r] === 0 || this.phase[r] === Phase.FREE || this.phase[r] === Phase.BLOCKED) return;
    this.isEntering[r] = 0;
    this.timeline?.accepted(r, this.kernel.now);
    this.onAccepted(r);
  }

  /** Asks the format for the next step until it has host I/O to wait for, waits, or ends the request. */
  private step(r: number): void {
    const plan = this.plans[r]!;
    for (;;) {
      plan.clear();
      const next = r < this.settings.slots ? this.format.step(r, plan) : this.tasks[r - this.settings.slots]!.step(plan, this.kernel.now);
      this.next[r] = next;
      this.wakeReleased();
      this.rouse();
      if (next === Next.WAIT) return;
      if (plan.size > 0) {
        this.cursor[r] = 0;
        this.outstanding[r] = 0;
        if (plan.size > this.isDone[r]!.length) this.isDone[r] = new Uint8Array(plan.size * 2);
        this.isDone[r]!.fill(0, 0, plan.size);
        this.issue(r);
        return;
      }
      if (next === Next.DONE) {
        this.complete(r);
        return;
      }
    }
  }

  private wake(): void {
    this.rouse();
    this.serveLock();
  }

  /** Has background work that is due wait for the lock, and asks again when other work will be. */
  private rouse(): void {
    if (this.control !== null) return;
    const { now } = this.kernel;
    for (let task = 0; task < this.tasks.length; task++) {
      const r = this.settings.slots + task;
      if (this.phase[r] !== Phase.FREE) continue;
      const due = this.tasks[task]!.due(now);
      if (due <= now) {
        this.phase[r] = Phase.STEP;
        this.latency.beginUnasked(r, now);
        this.lock.wait(r);
      } else if (due !== IDLE && (!this.alarms.pending(task) || this.alarmAt[task] !== due)) {
        this.alarms.stop(task);
        this.alarms.start(task, Math.ceil(due - now));
        this.alarmAt[task] = due;
      }
    }
  }

  private wakeReleased(): void {
    const released = this.format.released;
    while (released.size > 0) {
      const q = released.shift();
      this.latency.spend(q, Cell.CONFLICT_WAIT, this.kernel.now);
      this.phase[q] = Phase.STEP;
      this.lock.wait(q);
    }
  }

  /** Issues entries in order until one blocks or waits for another, or all are under way. */
  private issue(r: number): void {
    const plan = this.plans[r]!;
    this.phase[r] = Phase.IO;
    while (this.cursor[r]! < plan.size) {
      const i = this.cursor[r]!;
      const after = plan.after[i]!;
      if (after !== NONE && this.isDone[r]![after] === 0) {
        if (plan.mode[after] === Mode.BACKGROUND) throw new Error(`entry ${i} of a plan waits for entry ${after}, for which nobody waits`);
        this.free();
        return;
      }
      const mode: Mode = plan.mode[i]!;
      this.cursor[r] = i + 1;
      if (plan.purpose[i] === Purpose.DATA) this.readData[r] = 1;
      if (mode !== Mode.BACKGROUND) this.outstanding[r]! += 1;
      this.host.submit(this.traffic.handOver(this.pool.take(r, i, plan)));
      if (mode === Mode.BLOCKING) {
        this.phase[r] = Phase.BLOCKED;
        this.take();
        return;
      }
    }
    this.free();
    // A step of blocking entries alone ends with the last of them.
    if (this.outstanding[r]! > 0) return;
    if (this.next[r] === Next.DONE) this.complete(r);
    else this.step(r);
  }

  private take(): void {
    if (this.lock.isHeld) return;
    this.lock.hold(this.kernel.now);
    this.timeline?.lockTaken(this.kernel.now);
  }

  private free(): void {
    if (!this.lock.isHeld) return;
    this.lock.release(this.kernel.now);
    this.timeline?.lockFreed(this.kernel.now);
  }

  private complete(r: number): void {
    const isGuest = r < this.settings.slots && r !== this.controlSlot;
    if (isGuest) {
      if (this.op[r] === Op.READ && this.readData[r] === 0) this.holeReads += 1;
      this.fingerprint.event(this.op[r]!, this.offset[r]!, this.kernel.now);
      this.leaveEntry(r);
    }
    this.phase[r] = Phase.FREE;
    if (r < this.settings.slots) this.freeSlots[this.freeCount++] = r;
    if (isGuest) {
      const latency = this.latency.end(r, this.kernel.now);
      if (this.op[r] === Op.WRITE) this.traffic.guestBytesWritten += this.bytes[r]!;
      this.timeline?.requestDone(this.op[r]!, this.kernel.now - latency, this.kernel.now);
      this.observer?.requestDone(r, this.op[r]!, this.offset[r]!, this.bytes[r]!, this.kernel.now, this.latency);
      this.onDone(r, latency);
    } else if (r === this.controlSlot) this.endControl();
    else this.rouse();
    this.beginControl();
  }

  /** Begins the control operation that waits, if there is one and nothing else is under way. */
  private beginControl(): void {
    if (this.control === null || this.controlSlot !== NONE || this.inFlight > 0) return;
    if (this.phase.some((phase) => phase !== Phase.FREE)) return;
    const r = this.freeSlots[--this.freeCount]!;
    this.controlSlot = r;
    this.op[r] = this.control.op;
    this.offset[r] = this.bytes[r] = 0;
    this.latency.beginUnasked(r, this.kernel.now);
    this.control.begunAt = this.kernel.now;
    this.entry.start(r, 0);
  }

  private endControl(): void {
    const operation = this.control!;
    this.control = null;
    this.controlSlot = NONE;
    this.timeline?.requestDone(operation.op, operation.begunAt, this.kernel.now);
    this.rouse();
    operation.done(this.kernel.now);
  }
}
