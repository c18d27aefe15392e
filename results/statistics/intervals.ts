/**
 * What a handful of runs with different seeds tells: means and their confidence intervals. It knows no rows and no charts.
 */
import { mean as sampleMean, sampleStandardDeviation } from 'simple-statistics';
import { tQuantile } from './student-t.js';

/** A mean with the interval that holds the true mean with the stated confidence, and how many runs stand behind it. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** @throws RangeError without values */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the mean of no values');
  return isConstant(values) ? values[0]! : sampleMean([...values]);
}

/** The standard deviation with n - 1 in the denominator. Throws RangeError below two values. */
export function sampleSd(values: readonly number[]): number {
  if (values.length < 2) throw new RangeError(`the standard deviation of ${values.length} value(s)`);
  return isConstant(values) ? 0 : sampleStandardDeviation([...values]);
}

/**
 * Student's t interval of the mean. Equal values (a deterministic model) give a point; so does a single value, whose spread nobody knows.
 * @param level the confidence, 0.95 where not given
 */
export function tInterval(values: readonly number[], level = 0.95): Interval {
  const n = values.length;
  const centre = mean(values);
  if (isConstant(values)) return { mean: centre, low: centre, high: centre, n };
  const half = (tQuantile(0.5 + level / 2, n - 1) * sampleSd(values)) / Math.sqrt(n);
  return { mean: centre, low: centre - half, high: centre + half, n };
}

/**
 * The t interval of the mean of a[i] / b[i]: two variants under the same random numbers, pair by pair, so that what moves both cancels.
 * @throws RangeError where the lengths differ or a denominator is not above 0
 */
export function pairedRatioInterval(a: readonly number[], b: readonly number[], level = 0.95): Interval {
  checkPairs(a, b);
  if (b.some((value) => !(value > 0))) throw new RangeError('a ratio to a value that is not above 0');
  return tInterval(
    a.map((value, i) => value / b[i]!),
    level,
  );
}

/** The t interval of the mean of a[i] - b[i], pair by pair. */
export function pairedDifferenceInterval(a: readonly number[], b: readonly number[], level = 0.95): Interval {
  checkPairs(a, b);
  return tInterval(
    a.map((value, i) => value - b[i]!),
    level,
  );
}

/** Throws RangeError where two lists are not of one length. */
export function checkPairs(a: readonly number[], b: readonly number[]): void {
  if (a.length !== b.length) throw new RangeError(`pairs of ${a.length} and ${b.length} values`);
}

/** Whether all values are the same, as a deterministic model gives them. */
export const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);
