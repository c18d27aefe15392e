/** I/O of one owner in service at a device, as slices on a lane that others may share. It decides nothing. */
import type { Timeline } from '../../sim/timeline.js';
import type { Nanoseconds } from '../../sim/units.js';
import { Part, type HostIo } from './host-io.js';
import { Kind } from './plan.js';

export class ServiceTimeline {
  private readonly read: number;
  private readonly write: number;

  /** @param owner who asks, for the names of the slices: `guest`, `snapshot` */
  constructor(
    private readonly timeline: Timeline,
    private readonly lane: number,
    owner: string,
  ) {
    this.read = timeline.addName(`${owner} read`);
    this.write = timeline.addName(`${owner} write`);
  }

  /** From the end of its queueing to now. */
  done(io: HostIo, now: Nanoseconds): void {
    this.timeline.slice(this.lane, io.kind === Kind.READ ? this.read : this.write, io.submitted + io.spent[Part.QUEUE]!, now);
  }
}
