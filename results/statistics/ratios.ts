/** By what factor one variant differs from another, pair by pair. It knows no metric. */
import { checkPairs, isConstant, mean, type Interval } from './intervals.js';
import { tQuantile } from './student-t.js';

/** A ratio with its interval, or one sentence that says why there is none. */
export type RatioInterval = { readonly ratio: Interval } | { readonly refused: string };

/**
 * mean(a) / mean(b) with Fieller's (1954) interval, pairs a[i], b[i] correlated: the ratios r at which the mean of a - r b is not told from 0.
 * Refused where b's own mean is not told from 0: every ratio would then be possible.
 * @throws RangeError where the lengths differ or are 0
 */
export function ratioOfMeans(a: readonly number[], b: readonly number[], level = 0.95): RatioInterval {
  checkPairs(a, b);
  const n = a.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  if (meanB === 0) return { refused: 'the mean of what it is divided by is 0' };
  const centre = meanA / meanB;
  if (n < 2 || (isConstant(a) && isConstant(b))) return { ratio: { mean: centre, low: centre, high: centre, n } };
  const moment = (x: readonly number[], meanX: number, y: readonly number[], meanY: number): number =>
    x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0) / (n * (n - 1));
  const t2 = tQuantile(0.5 + level / 2, n - 1) ** 2;
  // r^2 (B^2 - t^2 vB) - 2 r (A B - t^2 vAB) + (A^2 - t^2 vA) <= 0
  const square = meanB * meanB - t2 * moment(b, meanB, b, meanB);
  if (!(square > 0)) return { refused: 'the mean of what it is divided by cannot be told from 0' };
  const middle = (meanA * meanB - t2 * moment(a, meanA, b, meanB)) / square;
  const rest = (meanA * meanA - t2 * moment(a, meanA, a, meanA)) / square;
  const half = Math.sqrt(Math.max(0, middle * middle - rest));
  return { ratio: { mean: centre, low: middle - half, high: middle + half, n } };
}
