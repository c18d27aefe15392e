/**
 * Snapshots in a row: the first full, the following ones incremental where the method can, at an interval from begin to begin. An epoch
 * that is not over when the next is due delays it; such overruns are counted.
 */
import { Gate, type Scenario } from '../../sim/process.js';
import type { Nanoseconds } from '../../sim/units.js';
import type { MemorySnapshot } from './memory-snapshot.js';
import type { SnapshotHost } from './snapshot-host.js';

export interface EpochPlan {
  /** When the first one begins. */
  readonly first: Nanoseconds;
  /** From begin to begin. */
  readonly interval: Nanoseconds;
  readonly count: number;
  /** Full snapshots only, where increments cannot keep up with the guest. */
  readonly onlyFull: boolean;
}

export class Epochs {
  /** Epochs that began late because the one before was not over, and by how much in all. */
  overruns = 0;
  late: Nanoseconds = 0;
  isOver = false;
  /** Opened when the last one is over. */
  readonly over = new Gate();

  constructor(
    private readonly host: SnapshotHost,
    private readonly method: MemorySnapshot,
    private readonly plan: EpochPlan,
  ) {}

  *run(): Scenario {
    const { host, method, plan } = this;
    host.machine.guard = method;
    for (let i = 0; i < plan.count; i++) {
      const due = plan.first + i * plan.interval;
      const wait = due - host.kernel.now;
      if (wait > 0) yield wait;
      else if (wait < 0) {
        this.overruns += 1;
        this.late -= wait;
      }
      const isFull = i === 0 || plan.onlyFull || !method.savesIncrements;
      host.begin(isFull ? 'full' : 'incremental');
      yield* method.epoch(isFull ? 'full' : 'incremental');
      host.end();
    }
    this.isOver = true;
    this.over.open();
  }
}
