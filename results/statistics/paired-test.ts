/** Whether two variants differ, measured pair by pair under the same random numbers. It knows no metric. */
import { pairedDifferenceInterval, sampleSd, type Interval } from './intervals.js';
import { twoSidedTail } from './student-t.js';

export interface PairedTest {
  /** Of the mean of a[i] - b[i]. */
  readonly difference: Interval;
  /** Two-sided, of Student's t test. 0 where all pairs differ by the same, 1 where none differs. */
  readonly p: number;
}

/** @throws RangeError below two pairs: one says nothing of the spread */
export function pairedTest(a: readonly number[], b: readonly number[], level = 0.95): PairedTest {
  const difference = pairedDifferenceInterval(a, b, level);
  if (a.length < 2) throw new RangeError(`a comparison of ${a.length} pair(s), where 2 are the fewest`);
  const sd = sampleSd(a.map((value, i) => value - b[i]!));
  if (sd === 0) return { difference, p: difference.mean === 0 ? 1 : 0 };
  return { difference, p: twoSidedTail((difference.mean * Math.sqrt(a.length)) / sd, a.length - 1) };
}
