/**
 * Snapshots in a row: the first full, the following ones incremental where the method can, at an interval from begin to begin. An epoch
 * that is not over when the next is due delays it and all that follow; such overruns are counted. Of a method whose epochs are due by what
 * the guest does, they follow one another for as long as those of an interval would, or until the guest's end where that ends them.
 */
import { Gate, type Scenario } from '../../sim/process.js';
import type { Nanoseconds } from '../../sim/units.js';
import type { EpochKind } from './memory-image.js';
import type { MemorySnapshot } from './memory-snapshot.js';
import type { SnapshotHost } from './snapshot-host.js';

export interface EpochPlan {
  /** When the first one begins. */
  readonly first: Nanoseconds;
  /** From begin to begin. */
  readonly interval: Nanoseconds;
  readonly count: number;
  /**
   * An epoch is full where the guest wrote at least this share of its pages since the one before: an increment would hardly be smaller, and
   * a full one ends the chain. 0: always; Infinity: never but for the first.
   */
  readonly fullFrom: number;
  /** Whether none begins behind the guest's end; one under way then is finished. Not if absent. */
  readonly endsWithGuest?: true;
}

export class Epochs {
  /** Epochs that began late because the one before was not over, and by how much in all. */
  overruns = 0;
  late: Nanoseconds = 0;
  isOver = false;
  /** Opened when the last one is over. */
  readonly over = new Gate();
  private due: Nanoseconds;

  constructor(
    private readonly host: SnapshotHost,
    private readonly method: MemorySnapshot,
    private readonly plan: EpochPlan,
  ) {
    this.due = plan.first;
  }

  *run(): Scenario {
    const { host, method } = this;
    host.machine.guard = method;
    host.machine.outputs = method.outputs ?? null;
    for (let i = 0; this.goesOn(i); i++) {
      yield* this.untilDue(i);
      if (this.guestIsOver()) break;
      const kind = this.kindOf(i);
      host.begin(kind);
      yield* method.epoch(kind);
      host.end();
      if (method.keepsLastOnly === true) host.keepLastOnly();
    }
    host.tracker.stop();
    host.machine.outputs = null;
    method.end?.();
    this.isOver = true;
    this.over.open();
  }

  private goesOn(epoch: number): boolean {
    const { host, method, plan } = this;
    if (this.guestIsOver()) return false;
    if (method.due === undefined || epoch === 0) return epoch < plan.count;
    if (plan.endsWithGuest === true) return true;
    return host.machine.finished === null && host.kernel.now < plan.first + plan.count * plan.interval;
  }

  private guestIsOver(): boolean {
    return this.plan.endsWithGuest === true && this.host.machine.finished !== null;
  }

  private *untilDue(epoch: number): Scenario {
    const { host, method, plan } = this;
    if (epoch > 0 && method.due !== undefined) {
      yield* method.due();
      return;
    }
    const wait = this.due - host.kernel.now;
    if (wait > 0) yield wait;
    else if (wait < 0) {
      this.overruns += 1;
      this.late -= wait;
    }
    this.due = host.kernel.now + plan.interval;
  }

  private kindOf(epoch: number): EpochKind {
    const { host, method, plan } = this;
    if (epoch === 0 || !method.savesIncrements) return 'full';
    return host.tracker.dirty.count >= plan.fullFrom * host.memory.pages ? 'full' : 'incremental';
  }
}
