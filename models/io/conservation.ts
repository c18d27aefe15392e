/**
 * Accounts that must agree whatever a model does: nothing that goes in is lost, and time is counted once. They cost a few additions an event, and are compared at the end of a run.
 * They know neither requests nor devices.
 */
import type { Nanoseconds } from '../../sim/units.js';

/**
 * How many are inside over time. The area under their number is the sum of their stays, where those that are still inside stay until now; the stays come from whoever measures them, so that one
 * who leaves twice, never, or with time that he did not spend shows.
 */
export class Residents {
  /** Of times of leaving, less times of entering: small whole numbers, and so exact. */
  private times: Nanoseconds;

  constructor() {
    // First a fraction, then the value: the field then holds a double for good and is never boxed anew.
    this.times = 0.5;
    this.times = 0;
  }

  enter(now: Nanoseconds): void {
    this.times -= now;
  }

  leave(now: Nanoseconds): void {
    this.times += now;
  }

  /**
   * @param inside how many are there to be seen now
   * @param stays of those that left and of those inside, in sum
   * @param untold how many of those inside are not in that sum
   * @throws Error where stays and number disagree
   */
  check(who: string, now: Nanoseconds, inside: number, stays: Nanoseconds, untold = 0): void {
    const most = untold * now;
    const area = this.times + inside * now;
    expectConserved(`the integral of the number of ${who} and the sum of their sojourn times`, area, stays + most / 2, most / 2);
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
