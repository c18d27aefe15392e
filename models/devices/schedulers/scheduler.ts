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
}

/** A registered scheduler: how to make one, and what it does. */
export interface SchedulerModel {
  readonly about: string;
  make(): Scheduler;
}
