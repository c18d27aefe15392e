/**
 * Quantiles of latency from histograms, with what is known of their error: that of a bucket, and that of the sample. One run's band comes
 * from order statistics and takes requests as independent; over several runs whole runs are drawn, so that it need not.
 */
import { Histogram } from '../../sim/statistics/histogram.js';
import type { Nanoseconds } from '../../sim/units.js';
import { bootstrapInterval, fewestForBootstrap } from './bootstrap.js';
import { incompleteBeta } from './incomplete-beta.js';

export interface QuantileBand {
  readonly q: number;
  readonly value: Nanoseconds;
  /** The ends of the band; a bucket's width is in them. */
  readonly low: Nanoseconds;
  readonly high: Nanoseconds;
  /** By how much the value may be off for the width of its bucket alone, as a share of it. */
  readonly relativeError: number;
  /** Samples behind it. */
  readonly n: number;
}

/** Why there is no number, in one sentence. */
export interface Refused {
  readonly refused: string;
}

/** Fewer samples beyond a quantile than this say nothing of it. */
const fewestBeyond = 10;

/**
 * The quantile of one run, with the order statistics that hold it with confidence `level` (by the binomial distribution, exactly).
 * @throws RangeError where q is not strictly between 0 and 1
 */
export function quantileWithBand(histogram: Histogram, q: number, level = 0.95): QuantileBand | Refused {
  const refusal = refusalFor(histogram.count, q);
  if (refusal !== null) return refusal;
  const n = histogram.count;
  const lowRank = binomialQuantile((1 - level) / 2, n, q);
  const highRank = binomialQuantile((1 + level) / 2, n, q) + 1;
  const lowBucket = histogram.bucketOfQuantile(lowRank / n);
  const highBucket = histogram.bucketOfQuantile(Math.min(1, highRank / n));
  const low = Math.max(histogram.min, Histogram.lowerBound(lowBucket));
  const high = Math.min(histogram.max, Histogram.lowerBound(highBucket + 1));
  return { q, value: histogram.quantile(q), low, high, relativeError: Histogram.relativeError, n };
}

/**
 * The quantile of all requests of several runs together (not the mean of the runs' quantiles, which is another thing), with a band over runs:
 * a bootstrap that draws whole runs.
 * @throws RangeError where q is not strictly between 0 and 1
 */
export function pooledQuantile(runs: readonly Histogram[], q: number, seed: number | string, level = 0.95): QuantileBand | Refused {
  const n = runs.reduce((sum, { count }) => sum + count, 0);
  const refusal = refusalFor(n, q);
  if (refusal !== null) return refusal;
  if (runs.length < fewestForBootstrap) {
    return { refused: `a band over ${runs.length} runs: ${fewestForBootstrap} are the fewest` };
  }
  const statistic = (sample: readonly Histogram[]): number => {
    const all = new Histogram();
    for (const run of sample) all.merge(run);
    return all.quantile(q);
  };
  const { mean: value, low, high } = bootstrapInterval(runs, { statistic, method: 'percentile', seed, resamples: 500, level });
  const half = Histogram.relativeError / 2;
  return { q, value, low: low * (1 - half), high: high * (1 + half), relativeError: Histogram.relativeError, n };
}

function refusalFor(n: number, q: number): Refused | null {
  if (!(q > 0 && q < 1)) throw new RangeError(`a quantile at ${q}`);
  const beyond = n * Math.min(q, 1 - q);
  if (beyond >= fewestBeyond - 1e-9) return null;
  const needed = Math.ceil(fewestBeyond / Math.min(q, 1 - q) - 1e-6);
  return { refused: `the quantile at ${q} of ${n} samples: at least ${needed} are needed, so that ${fewestBeyond} lie beyond it` };
}

/** The least k with P(X <= k) >= p, X the number of n samples below the quantile at q. */
function binomialQuantile(p: number, n: number, q: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (middle === n || incompleteBeta(1 - q, n - middle, middle + 1) >= p) high = middle;
    else low = middle + 1;
  }
  return low;
}
