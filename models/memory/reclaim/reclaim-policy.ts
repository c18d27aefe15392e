/** Which snapshots of a chain are kept: a policy answers, it does not act. */
import type { Maker } from '../../../sim/maker.js';
import type { OptionSet } from '../../../sim/options.js';
import type { Nanoseconds } from '../../../sim/units.js';

export interface ReclaimPolicy {
  /**
   * Whether to keep a snapshot. The newest one is kept whatever is answered.
   * @param number in the order of taking, from 0: counts those that were dropped too
   * @param age since its instant
   */
  keeps(number: number, age: Nanoseconds): boolean;
}

/** Declares a policy so that `make` sees the types of its options. */
export const reclaimModel = <const S extends OptionSet>(declared: Maker<S, [], ReclaimPolicy>): Maker<S, [], ReclaimPolicy> => declared;
