/** Whether two samples come from one distribution, by the largest distance of their distribution functions. It knows no histogram. */

export interface KolmogorovSmirnov {
  /** The largest distance of the two empirical distribution functions, 0 to 1. */
  readonly d: number;
  readonly p: number;
  /** Exact for small samples without ties (with ties p is too large, never too small); the limiting distribution for others. */
  readonly method: 'exact' | 'asymptotic';
}

/** Up to this product of the sample sizes the paths are counted: about 10 ms. */
const exactUpTo = 1e6;

/** The two-sided test of two samples. Throws RangeError at an empty sample or a value that is not finite. */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): KolmogorovSmirnov {
  if (a.length === 0 || b.length === 0) throw new RangeError('a test of an empty sample');
  if (![...a, ...b].every(Number.isFinite)) throw new RangeError('a test of a value that is not finite');
  const scaled = largestDistance(Float64Array.from(a).sort(), Float64Array.from(b).sort());
  const [n, m] = [a.length, b.length];
  const d = scaled / (n * m);
  if (n * m <= exactUpTo) return { d, p: exactTail(n, m, scaled), method: 'exact' };
  return { d, p: kolmogorovTail(d * Math.sqrt((n * m) / (n + m))), method: 'asymptotic' };
}

/** max |i / n - j / m|, times n m: a whole number, so that nothing is lost in rounding. */
function largestDistance(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    largest = Math.max(largest, Math.abs(i * b.length - j * a.length));
  }
  return largest;
}

/**
 * The share of all orders of n and m values whose distance reaches `scaled`: one less the share of the lattice paths that stay below it.
 * Paths are counted as probabilities, step by step, so that nothing overflows (Hodges 1957).
 */
function exactTail(n: number, m: number, scaled: number): number {
  // row[j]: the share of the paths to (i, j) that have stayed below.
  const row = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= scaled) row[j] = 0;
      else if (i === 0 || j === 0) row[j] = i === 0 && j === 0 ? 1 : i === 0 ? row[j - 1]! : row[0]!;
      else row[j] = (row[j]! * i + row[j - 1]! * j) / (i + j);
    }
  }
  return Math.min(1, Math.max(0, 1 - row[m]!));
}

/** P(K >= x) of Kolmogorov's distribution: 2 sum (-1)^(k-1) exp(-2 k^2 x^2); below 0.3 it is 1 to more than five digits. */
function kolmogorovTail(x: number): number {
  if (x < 0.3) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return Math.min(1, 2 * sum);
}
