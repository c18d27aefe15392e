/**
 * The normal distribution to the precision of doubles: what simple-statistics has of it is a table of four digits. It knows no samples.
 */

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** From here on the continued fraction of the tail converges faster than the series around the middle. */
const tailFrom = 4;

/** P(Z <= z). Series and continued fraction: Abramowitz and Stegun 26.2.11 and 26.2.14. */
export function normalCdf(z: number): number {
  const distance = Math.abs(z);
  if (distance > tailFrom) {
    let fraction = 0;
    for (let k = 120; k >= 1; k--) fraction = k / (distance + fraction);
    const tail = density(z) / (distance + fraction);
    return z > 0 ? 1 - tail : tail;
  }
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + density(z) * sum;
}

/** The z below which Z lies with probability `p`. Throws RangeError where p is not strictly between 0 and 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile at ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = -40;
  let high = 0;
  for (let step = 0; step < 80 && high - low > 1e-15 * Math.max(1, -low); step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
