/** An operation on a snapshot that is asked of a virtual disk in a run: what, and when. It knows no requests. */
import type { Nanoseconds } from '../../sim/units.js';
import type { Op } from './image-format.js';

export interface ControlOperation {
  readonly op: Op.SNAPSHOT | Op.APPLY | Op.DELETE;
  /** The snapshot's name. */
  readonly snapshot: string;
  /** When it was asked for, and when the requests that were in flight then were done: the disk notes both. */
  askedAt: Nanoseconds;
  begunAt: Nanoseconds;
  /** It is done: requests have room again. Called from an event of its own. */
  done(now: Nanoseconds): void;
}
