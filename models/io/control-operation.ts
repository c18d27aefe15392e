/** An operation on an image or one of its snapshots that is asked of a virtual disk in a run: what, and when. It knows no requests. */
import type { Nanoseconds } from '../../sim/units.js';
import type { Op } from './image-format.js';

export interface ControlOperation {
  readonly op: Op.CREATE | Op.OPEN | Op.CLOSE | Op.SNAPSHOT | Op.APPLY | Op.DELETE;
  /** The snapshot's name; empty for the operations on an image. */
  readonly snapshot: string;
  /** When it was asked for, and when the requests that were in flight then were done: the disk notes both. */
  askedAt: Nanoseconds;
  begunAt: Nanoseconds;
  /** It is done: requests have room again. Called from an event of its own. */
  done(now: Nanoseconds): void;
}
