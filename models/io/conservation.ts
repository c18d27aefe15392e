/**
 * Accounts that must agree whatever a model does: nothing that goes in is lost, and time is counted once. They cost a few additions an event, and are compared at the end of a run.
 * They know neither requests nor devices.
 */
import type { Nanoseconds } from '../../sim/units.js';

/**
 * How many are inside over time, and how long each of them stayed: the area under the first is the sum of the second, where those that are still inside stay until now. The stay comes from whoever
 * leaves, by his own account, so that one who leaves twice, never, or with time that he did not spend shows.
 */
export class Residents {
  inside = 0;
  /** Sum of the stays of those that left. */
  stays: Nanoseconds;
  private since: Nanoseconds;
  private area: number;

  constructor() {
    // First a fraction, then the value: these fields then hold doubles for good and are never boxed anew.
    this.since = this.area = this.stays = 0.5;
    this.since = this.area = this.stays = 0;
  }

  enter(now: Nanoseconds): void {
    this.area += this.inside * (now - this.since);
    this.since = now;
    this.inside += 1;
  }

  leave(stay: Nanoseconds, now: Nanoseconds): void {
    this.area += this.inside * (now - this.since);
    this.since = now;
    this.inside -= 1;
    this.stays += stay;
  }

  /**
   * @param soFar how long those inside have been there, in sum
   * @throws Error where the two accounts differ, or a number of residents is negative
   */
  check(who: string, now: Nanoseconds, soFar: Nanoseconds): void {
    if (this.inside < 0) throw new Error(`not conserved: ${this.inside} ${who}`);
    const area = this.area + this.inside * (now - this.since);
    expectConserved(`the integral of the number of ${who} and the sum of their sojourn times`, area, this.stays + soFar);
  }
}

/** Sums of whole nanoseconds are exact up to 2^53; beyond, and for sums of fractions, this share of them may be lost to rounding. */
const rounding = 1e-9;

/** @throws Error where two accounts of the same differ by more than `slack` and rounding */
export function expectConserved(what: string, one: number, other: number, slack = 0): void {
  const most = slack + rounding * Math.max(Math.abs(one), Math.abs(other));
  // Written so that a sum that is no number fails too.
  if (Math.abs(one - other) <= most) return;
  throw new Error(`not conserved: ${what} are ${one} and ${other}`);
}

/** @throws Error where `part` is more than `whole` */
export function expectWithin(what: string, part: number, whole: number): void {
  if (part <= whole * (1 + rounding)) return;
  throw new Error(`not conserved: ${what} are ${part}, more than ${whole}`);
}
