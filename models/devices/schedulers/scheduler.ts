/** What an I/O scheduler is: it holds the requests that wait for a drive and answers which one goes next. It knows no drive, and no time but that it is told. */
import type { Nanoseconds } from '../../../sim/units.js';
import type { HostIo } from '../../io/host-io.js';

export interface Scheduler {
  /** Requests that wait. */
  readonly size: number;
  /** Takes in a READ or a WRITE, whose `submitted` says when it came. */
  add(io: HostIo): void;
  /** Takes out the one that goes next. There is one: `size` is not 0. */
  take(now: Nanoseconds): HostIo;
  /**
   * Until when the drive stays idle for a request that is about to come, though others wait; `now` or before: not at all; Infinity: until one that the
   * drive has is done. A device that does not ask is never kept idle. Absent: never.
   */
  heldUntil?(now: Nanoseconds): Nanoseconds;
  /** A request that was taken is done. Told by devices that ask `heldUntil`. */
  done?(io: HostIo, now: Nanoseconds): void;
}

/** A registered scheduler: how to make one, and what it does. */
export interface SchedulerModel {
  readonly about: string;
  make(): Scheduler;
}
