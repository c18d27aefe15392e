/**
 * Student's t distribution: what an interval of few runs needs, and simple-statistics lacks. It knows no samples.
 * The distribution function goes through the regularized incomplete beta function (Abramowitz and Stegun 26.7.1 and 26.5.8).
 */
import { gammaln } from 'simple-statistics';

/** P(T <= t) with `freedom` degrees of freedom, any number above 0. */
export function tCdf(t: number, freedom: number): number {
  if (!(freedom > 0)) throw new RangeError(`${freedom} degrees of freedom`);
  const tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

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

/** I_x(a, b), the regularized incomplete beta function. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean; above it the mirrored function is used.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x));
  return front / (a * betaFraction(x, a, b));
}

/** The continued fraction 1 + d1/(1 + d2/(1 + ...)) of A&S 26.5.8, from the front, by Lentz's ratios of successive convergents. */
function betaFraction(x: number, a: number, b: number): number {
  const awayFromZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let numerators = 1;
  let denominators = 0;
  let fraction = 1;
  for (let i = 1; i <= 1000; i++) {
    const m = i >> 1;
    const d =
      i % 2 === 1 ? (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)) : (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    denominators = 1 / awayFromZero(1 + d * denominators);
    numerators = awayFromZero(1 + d / numerators);
    const change = numerators * denominators;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return fraction;
}
