/**
 * The regularized incomplete beta function: what Student's t and the binomial distribution are made of, and simple-statistics lacks.
 * Abramowitz and Stegun 26.5.8. It knows no samples.
 */
import { gammaln } from 'simple-statistics';

/** I_x(a, b): 0 at x = 0, 1 at x = 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
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
