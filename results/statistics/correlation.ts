/** How closely two measurements move together from run to run. It knows no cause. */
import { sampleCorrelation } from 'simple-statistics';
import { checkPairs, isConstant } from './intervals.js';

/** Pearson's correlation, from -1 to 1; null where one of the two does not move, or there are fewer than two pairs. Throws RangeError at unequal lengths. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  checkPairs(a, b);
  if (a.length < 2 || isConstant(a) || isConstant(b)) return null;
  return Math.min(1, Math.max(-1, sampleCorrelation([...a], [...b])));
}
