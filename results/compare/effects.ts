/**
 * What changes between two variants that were run in pairs, seed by seed, with the same random numbers: each metric's difference and ratio with
 * their intervals, and whether it can be told from nothing when many metrics are asked at once. It knows no configuration and no run.
 */
import { correlation, holmAdjusted, mean, pairedTest, ratioOfMeans, type Interval } from '../statistics/index.js';

/** Which way a metric is better; null where neither is. */
export type Better = 'lower' | 'higher' | null;

/** One metric of both variants: `a[i]` and `b[i]` are of one seed. */
export interface MetricPairs {
  readonly metric: string;
  /** Where it was measured, if at several points: `cluster=64KiB`; an empty text otherwise. */
  readonly at: string;
  readonly unit: string;
  readonly better: Better;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** `lower`, `higher`: of a than of b. `same`: in every pair. `unclear`: the runs cannot tell. */
export type Direction = 'lower' | 'higher' | 'same' | 'unclear';

export interface Effect extends MetricPairs {
  readonly n: number;
  readonly meanA: number;
  readonly meanB: number;
  /** a - b, with the 95 % interval. */
  readonly difference: Interval;
  /** mean(a) / mean(b) with Fieller's 95 % interval; null where there is none, and why. */
  readonly ratio: Interval | null;
  readonly noRatio: string | null;
  /** Of the paired t test; by itself, and by Holm's correction over all metrics and points that chance moves. Null where every pair differs by the same. */
  readonly p: number | null;
  readonly pHolm: number | null;
  /** Of a and b over the seeds: near 1 the pairing takes most of the chance out, near 0 it takes none; null where one of them never moves. */
  readonly correlation: number | null;
  readonly direction: Direction;
  /** Whether a is better than b; null where it cannot be told, or neither way is better. */
  readonly isBetter: boolean | null;
}

/** Chance of any wrong verdict in a whole comparison. */
export const significance = 0.05;

/** All effects in the order given. Throws RangeError below two pairs, or at lists of unequal length. */
export function effectsOf(metrics: readonly MetricPairs[]): Effect[] {
  const tests = metrics.map(({ a, b }) => pairedTest(a, b));
  const isTested = metrics.map(({ a, b }) => !isConstant(a.map((value, i) => value - b[i]!)));
  const family = holmAdjusted(tests.filter((_, i) => isTested[i]).map(({ p }) => p));
  let next = 0;
  const adjusted = isTested.map((tested) => (tested ? family[next++]! : null));
  return metrics.map((metric, i): Effect => {
    const { a, b } = metric;
    const { difference, p } = tests[i]!;
    const ratio = ratioOfMeans(a, b);
    const direction = directionOf(difference, adjusted[i]!);
    return {
      ...metric,
      n: a.length,
      meanA: mean(a),
      meanB: mean(b),
      difference,
      ratio: 'ratio' in ratio ? ratio.ratio : null,
      noRatio: 'refused' in ratio ? ratio.refused : null,
      p: adjusted[i] === null ? null : p,
      pHolm: adjusted[i]!,
      correlation: correlation(a, b),
      direction,
      isBetter: metric.better === null || direction === 'same' || direction === 'unclear' ? null : direction === metric.better,
    };
  });
}

/** Differences of sums of fractions are equal only to their last digits. */
function isConstant(differences: readonly number[]): boolean {
  const [low, high] = [Math.min(...differences), Math.max(...differences)];
  return high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high));
}

function directionOf({ mean: centre }: Interval, pHolm: number | null): Direction {
  if (pHolm === null && centre === 0) return 'same';
  if (pHolm !== null && pHolm >= significance) return 'unclear';
  return centre < 0 ? 'lower' : 'higher';
}
