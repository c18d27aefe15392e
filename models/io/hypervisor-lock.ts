/**
 * The hypervisor's big lock: one main loop carries callbacks, the virtual CPU's exits and the network. Whoever does
 * synchronous I/O in it holds it; everybody else of that virtual machine waits, first come first served.
 */
import { TimeWeightedMean } from '../../sim/statistics/time-weighted-mean.js';
import type { Nanoseconds } from '../../sim/units.js';
import { RequestQueue } from './request-queue.js';

/** What stands still while somebody holds the lock, such as the network. */
export interface LockWatcher {
  block(now: Nanoseconds): void;
  unblock(now: Nanoseconds): void;
}

export class HypervisorLock {
  private readonly waiting = new RequestQueue();
  private held = false;
  private readonly usage = new TimeWeightedMean();
  private watcher: LockWatcher | null = null;

  get isHeld(): boolean {
    return this.held;
  }

  get waiters(): number {
    return this.waiting.size;
  }

  hold(now: Nanoseconds): void {
    this.held = true;
    this.usage.set(1, now);
    this.watcher?.block(now);
  }

  release(now: Nanoseconds): void {
    this.held = false;
    this.usage.set(0, now);
    this.watcher?.unblock(now);
  }

  /** From now on `watcher` is told of each stretch of time for which the lock is held. */
  watch(watcher: LockWatcher): void {
    this.watcher = watcher;
  }

  wait(who: number): void {
    this.waiting.push(who);
  }

  /** Who comes next. Somebody waits. */
  nextWaiter(): number {
    return this.waiting.shift();
  }

  /** Nanoseconds for which it was held, until now. */
  heldTime(now: Nanoseconds): Nanoseconds {
    return this.usage.area(now);
  }
}
