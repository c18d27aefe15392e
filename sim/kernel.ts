/**
 * Simulated time and the order of events. It knows no disk.
 *
 * A timer's callback is bound once, when the entity that owns it is made; `start(delay)` puts (time, order, timer) on a
 * heap of four children a node, held in typed-array columns. A timer has at most one pending firing, so the heap
 * is never larger than the number of timers, and a run allocates nothing.
 * Ties fire in the order of their scheduling. While a callback runs, its slot at the root stays open: a callback that
 * starts a timer (nearly all do) fills the slot with one sift instead of a removal and an insertion.
 */
import type { Nanoseconds } from './units.js';

const NOT_PENDING = -1;
/** With the root at slot 1, the four children of every node share one cache line (a large typed array starts 16 bytes into a page). */
const ROOT = 1;
const firstChildOf = (slot: number): number => slot * 4 - 2;
const parentOf = (slot: number): number => (slot + 2) >> 2;

export class Kernel {
  /** The simulated time, in whole nanoseconds since the start of the run. */
  now: Nanoseconds;
  /** Events fired since the start of the run. */
  fired = 0;

  private size = 0;
  private rootIsOpen = false;
  private isStopped = false;
  private order: number;
  /** Per slot of the heap: when, and which timer. */
  private times = new Float64Array(64);
  private ids = new Int32Array(64);
  /** Per timer: its place among equals, or NOT_PENDING. */
  private orderOf = new Float64Array(64);
  private readonly callbacks: ((id: number) => void)[] = [];

  constructor() {
    // A field that first holds a fraction is stored as a double for good, and so is never boxed anew.
    this.now = 0.5;
    this.now = 0;
    this.order = 0.5;
    this.order = 0;
  }

  /** Makes a timer; `callback` runs each time it fires. */
  timer(callback: () => void): Timer {
    return new Timer(this, this.add(callback));
  }

  /** Makes `count` timers that share one callback, which is told the index of the one that fired. */
  bank(count: number, callback: (index: number) => void): TimerBank {
    const first = this.callbacks.length;
    const shared = (id: number): void => callback(id - first);
    for (let i = 0; i < count; i++) this.add(shared);
    return new TimerBank(this, first);
  }

  /** Fires events in order until none is pending, `stop` is called, the next one lies after `until`, or `events` were fired. */
  run(until: Nanoseconds = Infinity, events = Infinity): void {
    this.isStopped = false;
    const callbacks = this.callbacks;
    const last = this.fired + events;
    while (this.hasNext(until) && this.fired < last) {
      const time = this.times[ROOT]!;
      const id = this.ids[ROOT]!;
      this.now = time;
      this.fired += 1;
      this.orderOf[id] = NOT_PENDING;
      this.rootIsOpen = true;
      callbacks[id]!(id);
      this.closeRoot();
    }
  }

  /** Ends `run` after the event that is being handled. */
  stop(): void {
    this.isStopped = true;
  }

  /** Timers that are pending now. */
  get pending(): number {
    return this.rootIsOpen ? this.size - 1 : this.size;
  }

  /** @internal Used by Timer and TimerBank. */
  schedule(id: number, time: Nanoseconds): void {
    if (!(time >= this.now)) throw new RangeError(`a timer was started for ${time} ns at ${this.now} ns`);
    if (this.orderOf[id] !== NOT_PENDING) throw new RangeError(`timer ${id} was started while it is pending`);
    this.orderOf[id] = this.order++;
    if (this.rootIsOpen) {
      this.rootIsOpen = false;
      this.siftDown(ROOT, time, id);
    } else {
      this.siftUp(ROOT + this.size++, time, id);
    }
  }

  /** @internal Used by Timer and TimerBank. */
  cancel(id: number): void {
    if (this.orderOf[id] === NOT_PENDING) return;
    this.closeRoot();
    this.removeAt(this.ids.indexOf(id, ROOT));
    this.orderOf[id] = NOT_PENDING;
  }

  /** @internal Used by Timer and TimerBank. */
  isPending(id: number): boolean {
    return this.orderOf[id] !== NOT_PENDING;
  }

  private add(callback: (id: number) => void): number {
    const id = this.callbacks.length;
    this.callbacks.push(callback);
    if (id + ROOT >= this.orderOf.length) this.grow();
    this.orderOf[id] = NOT_PENDING;
    return id;
  }

  private hasNext(until: Nanoseconds): boolean {
    return this.size > 0 && !this.isStopped && this.times[ROOT]! <= until;
  }

  /** Takes away the root that was fired, unless a timer was started in its place. */
  private closeRoot(): void {
    if (!this.rootIsOpen) return;
    this.rootIsOpen = false;
    this.removeAt(ROOT);
  }

  private removeAt(slot: number): void {
    const last = ROOT + --this.size;
    if (slot === last) return;
    const time = this.times[last]!;
    const id = this.ids[last]!;
    if (slot > ROOT && this.isBefore(time, id, parentOf(slot))) this.siftUp(slot, time, id);
    else this.siftDown(slot, time, id);
  }

  private isBefore(time: Nanoseconds, id: number, slot: number): boolean {
    const other = this.times[slot]!;
    return time < other || (time === other && this.orderOf[id]! < this.orderOf[this.ids[slot]!]!);
  }

  private siftUp(start: number, time: Nanoseconds, id: number): void {
    const { times, ids } = this;
    let slot = start;
    while (slot > ROOT) {
      const parent = parentOf(slot);
      if (!this.isBefore(time, id, parent)) break;
      times[slot] = times[parent]!;
      ids[slot] = ids[parent]!;
      slot = parent;
    }
    times[slot] = time;
    ids[slot] = id;
  }

  private siftDown(start: number, time: Nanoseconds, id: number): void {
    const { times, ids, orderOf } = this;
    const limit = ROOT + this.size;
    let slot = start;
    for (;;) {
      const first = firstChildOf(slot);
      if (first >= limit) break;
      const end = first + 4 < limit ? first + 4 : limit;
      let least = first;
      let leastTime = times[first]!;
      for (let child = first + 1; child < end; child++) {
        const t = times[child]!;
        if (t < leastTime || (t === leastTime && orderOf[ids[child]!]! < orderOf[ids[least]!]!)) {
          least = child;
          leastTime = t;
        }
      }
      const moved = ids[least]!;
      if (time < leastTime || (time === leastTime && orderOf[id]! < orderOf[moved]!)) break;
      times[slot] = leastTime;
      ids[slot] = moved;
      slot = least;
    }
    times[slot] = time;
    ids[slot] = id;
  }

  private grow(): void {
    const length = this.orderOf.length * 2;
    const grown = <T extends Float64Array | Int32Array>(to: T, from: T): T => (to.set(from), to);
    this.times = grown(new Float64Array(length), this.times);
    this.ids = grown(new Int32Array(length), this.ids);
    this.orderOf = grown(new Float64Array(length), this.orderOf);
  }
}

/** One thing that will happen: bound to its callback for life, pending at most once. */
export class Timer {
  constructor(
    private readonly kernel: Kernel,
    private readonly id: number,
  ) {}

  /** Fires after `delay`, rounded to whole nanoseconds. Throws if it is negative, or if the timer is pending. */
  start(delay: Nanoseconds): void {
    this.kernel.schedule(this.id, this.kernel.now + Math.round(delay));
  }

  /** Fires at `time`, which is not in the past. */
  startAt(time: Nanoseconds): void {
    this.kernel.schedule(this.id, Math.round(time));
  }

  /** Forgets the pending firing, if there is one. Searches the heap: for rare use, not once an event. */
  stop(): void {
    this.kernel.cancel(this.id);
  }

  get pending(): boolean {
    return this.kernel.isPending(this.id);
  }
}

/** Many timers of one kind, told apart by an index: one a request slot, one a page, one a virtual machine. */
export class TimerBank {
  constructor(
    private readonly kernel: Kernel,
    private readonly first: number,
  ) {}

  /** As Timer.start, of the timer at `index`. */
  start(index: number, delay: Nanoseconds): void {
    this.kernel.schedule(this.first + index, this.kernel.now + Math.round(delay));
  }

  /** As Timer.stop, of the timer at `index`. */
  stop(index: number): void {
    this.kernel.cancel(this.first + index);
  }

  pending(index: number): boolean {
    return this.kernel.isPending(this.first + index);
  }
}
