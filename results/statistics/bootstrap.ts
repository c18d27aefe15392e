/**
 * Bootstrap intervals: for a statistic whose distribution nobody can write down. Resamples are drawn by a named stream, so the same
 * values give the same interval. It knows no rows.
 *
 * - `percentile`: the quantiles of the resampled statistic.
 * - `bca`: the same at levels corrected for bias and skewness (Efron 1987); needs a statistic that moves when one value is left out.
 */
import { RandomStream } from '../../sim/random.js';
import type { Interval } from './intervals.js';
import { normalCdf, normalQuantile } from './normal.js';

export type BootstrapMethod = 'percentile' | 'bca';

export interface BootstrapSettings<T> {
  readonly statistic: (sample: readonly T[]) => number;
  readonly method: BootstrapMethod;
  readonly seed: number | string;
  /** 2000 where not given: the ends are then known to about 3 % of the interval's width. */
  readonly resamples?: number;
  /** The confidence, 0.95 where not given. */
  readonly level?: number;
}

/** Below this many values a resample repeats the others too often to say anything. */
export const fewestForBootstrap = 5;

/**
 * The interval of a statistic over values, or over whole groups (such as the requests of one run), which are drawn as a whole.
 * `mean` is the statistic of the values as they are.
 * @throws RangeError with fewer than five values
 */
export function bootstrapInterval<T>(values: readonly T[], settings: BootstrapSettings<T>): Interval {
  const { statistic, method, seed, resamples = 2000, level = 0.95 } = settings;
  const n = values.length;
  if (n < fewestForBootstrap) throw new RangeError(`a bootstrap of ${n} value(s), where ${fewestForBootstrap} are the fewest`);
  const stream = new RandomStream(seed, 'bootstrap');
  const drawn: T[] = [...values];
  const statistics = Float64Array.from({ length: resamples }, () => {
    for (let i = 0; i < n; i++) drawn[i] = values[stream.below(n)]!;
    return statistic(drawn);
  }).sort();
  const own = statistic(values);
  const [low, high] = method === 'percentile' ? [(1 - level) / 2, (1 + level) / 2] : correctedLevels(values, statistic, statistics, level);
  return { mean: own, low: quantileOfSorted(statistics, low), high: quantileOfSorted(statistics, high), n };
}

/** Efron's levels: at which quantiles of the resampled statistic the ends lie. */
function correctedLevels<T>(
  values: readonly T[],
  statistic: (sample: readonly T[]) => number,
  sorted: Float64Array,
  level: number,
): readonly [low: number, high: number] {
  const own = statistic(values);
  const [first, last] = [sorted[0]!, sorted[sorted.length - 1]!];
  if (first === last) return [(1 - level) / 2, (1 + level) / 2];
  const below = sorted.reduce((count, value) => count + (value < own ? 1 : value === own ? 0.5 : 0), 0) / sorted.length;
  // A statistic at the very edge of its resamples would ask for the quantile at 0 or 1.
  const bias = normalQuantile(Math.min(1 - 0.5 / sorted.length, Math.max(0.5 / sorted.length, below)));
  const acceleration = accelerationOf(values.map((_, left) => statistic(values.filter((__, i) => i !== left))));
  const corrected = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [corrected((1 - level) / 2), corrected((1 + level) / 2)];
}

/** From the statistic with each value left out in turn (the jackknife): a sixth of its skewness. */
function accelerationOf(jackknife: readonly number[]): number {
  const centre = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  const power = (k: number): number => jackknife.reduce((sum, value) => sum + (centre - value) ** k, 0);
  const spread = power(2);
  return spread === 0 ? 0 : power(3) / (6 * spread ** 1.5);
}

/** Linear between neighbours, the first value at 0 and the last at 1. */
function quantileOfSorted(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const before = Math.floor(place);
  const after = Math.min(sorted.length - 1, before + 1);
  return sorted[before]! + (place - before) * (sorted[after]! - sorted[before]!);
}
