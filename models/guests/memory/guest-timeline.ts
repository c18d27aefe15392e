/** What the processors of a guest are at, as slices of a timeline that follow each other without a gap. It decides nothing. */
import type { Timeline } from '../../../sim/timeline.js';
import type { Nanoseconds } from '../../../sim/units.js';

export const enum GuestState {
  COMPUTES = 0,
  /** Stopped by a snapshot. */
  STOPPED = 1,
  /** A guard holds a writer up. */
  BLOCKED = 2,
  /** Waits for its disk, or for room there. */
  DISK = 3,
  /** Waits for room on its way to its clients. */
  NETWORK = 4,
  /** Has nothing to do before some time. */
  IDLE = 5,
  OVER = 6,
}

/** By GuestState. */
const stateNames = ['computes', 'stopped', 'held up: the buffer is full', 'waits for the disk', 'waits for the network', 'idle', 'over'];

export class GuestTimeline {
  private readonly lane: number;
  private readonly names: readonly number[];
  private readonly faults: number;
  private state = GuestState.IDLE;
  private since: Nanoseconds = 0;
  private charged: Nanoseconds = 0;

  constructor(private readonly timeline: Timeline) {
    this.lane = timeline.addLane('vCPU');
    this.names = stateNames.map((name) => timeline.addName(name));
    this.faults = timeline.addName('faults and exits');
  }

  /** From now on the guest is in this state. @param charged of a computation: what faults and exits add to it, drawn at its begin */
  enter(state: GuestState, now: Nanoseconds, charged: Nanoseconds = 0): void {
    const length = now - this.since;
    if (length > 0) {
      this.timeline.slice(this.lane, this.names[this.state]!, this.since, now);
      if (this.state === GuestState.COMPUTES && this.charged > 0) {
        this.timeline.slice(this.lane, this.faults, this.since, this.since + Math.min(length, this.charged));
      }
    }
    this.state = state;
    this.since = now;
    this.charged = charged;
  }
}
