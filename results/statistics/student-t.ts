/**
 * Student's t distribution: what an interval of few runs needs, and simple-statistics lacks. It knows no samples.
 * The distribution function goes through the regularized incomplete beta function (Abramowitz and Stegun 26.7.1).
 */
import { incompleteBeta } from './incomplete-beta.js';

/** P(T <= t) with `freedom` degrees of freedom, any number above 0. */
export function tCdf(t: number, freedom: number): number {
  if (!(freedom > 0)) throw new RangeError(`${freedom} degrees of freedom`);
  const tail = twoSidedTail(t, freedom) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** P(|T| >= |t|): the p value of a two-sided test, exact also where it is tiny. */
export const twoSidedTail = (t: number, freedom: number): number => incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);

/**
 * The t below which T lies with probability `p`, to a relative error below 1e-9.
 * @throws RangeError where p is not strictly between 0 and 1
 */
export function tQuantile(p: number, freedom: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile at ${p}`);
  if (p === 0.5) return 0;
  if (p < 0.5) return -tQuantile(1 - p, freedom);
  let high = 1;
  while (tCdf(high, freedom) < p) high *= 2;
  let low = high === 1 ? 0 : high / 2;
  for (let step = 0; step < 60 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (tCdf(middle, freedom) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
