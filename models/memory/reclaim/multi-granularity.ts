/**
 * The older, the coarser: within the first window every snapshot is kept, within the second every n-th, and of all that are older every
 * m-th. States of long ago stay reachable, though fewer.
 */
import { second, type Nanoseconds } from '../../../sim/units.js';
import { reclaimModel, type ReclaimPolicy } from './reclaim-policy.js';

interface Granularities {
  readonly fine: Nanoseconds;
  readonly middle: Nanoseconds;
  readonly middleEvery: number;
  readonly oldEvery: number;
}

const byAge = ({ fine, middle, middleEvery, oldEvery }: Granularities): ReclaimPolicy => ({
  keeps(number, age) {
    if (age <= fine) return true;
    return number % (age <= middle ? middleEvery : oldEvery) === 0;
  },
});

export const multiGranularity = reclaimModel({
  about: 'the older snapshots are, the fewer of them are kept, but always some',
  source: 'ConSnap (2014), section III.D and Figure 4: 1t, 2t and 3t',
  options: {
    fine: { kind: 'time', about: 'age up to which every snapshot is kept', default: 60 * second },
    middle: { kind: 'time', about: 'age up to which every middleEvery-th is kept', default: 120 * second },
    middleEvery: { kind: 'count', about: 'of those between the two ages one in so many is kept', default: 2, min: 1 },
    oldEvery: { kind: 'count', about: 'of those that are older one in so many is kept', default: 6, min: 1 },
  },
  make: byAge,
});
