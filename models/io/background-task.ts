/** Work of an image format that no request asked for: saves of what was read, prefetching, lazy flushes. It reads no clock: it is told the time. */
import type { Nanoseconds } from '../../sim/units.js';
import type { Next } from './image-format.js';
import type { Plan } from './plan.js';

/** Nothing to do before something else has happened in the image. */
export const IDLE: Nanoseconds = Infinity;

/**
 * One line of such work: a piece at a time. Task `k` of a format counts as request `slots + k` where requests are held up and released.
 * Whoever carries it out asks `due` whenever no piece is under way and a step of the image has been taken.
 */
export interface BackgroundTask {
  /** When the next piece is due: now or earlier, later, or IDLE. */
  due(now: Nanoseconds): Nanoseconds;
  /** Appends the host I/O of the next step of a piece that is due or under way, as a request's step does. A piece that is due no more is DONE without I/O. */
  step(plan: Plan, now: Nanoseconds): Next;
}
