/** The tail of latency: which share of the requests took longer, with a band over seeds. It knows no run. */
import type { TopLevelSpec } from 'vega-lite';
import { tInterval } from '../statistics/index.js';
import type { ChartOptions } from './layers.js';
import { lines, type LinePoint } from './lines.js';

/** Latencies of one run, in ms: each value as often as its count says, once where there are none. */
export interface LatencySample {
  readonly series: string;
  readonly values: readonly number[];
  readonly counts?: readonly number[];
}

/** A curve has this many points on its log axis. */
const gridPoints = 80;

/**
 * One curve for each series: the mean share over its runs, and the 95 % interval of that mean. Both axes are logarithmic, so latencies of 0
 * are below the axis, and an interval ends at the share of a single request.
 * @throws RangeError at a run without a latency above 0, or counts that do not fit its values
 */
export function latencyTail(options: Omit<ChartOptions, 'xTitle' | 'yTitle' | 'yLog'>, samples: readonly LatencySample[]): TopLevelSpec {
  const sorted = samples.map(sortedOf);
  const least = Math.min(...sorted.map(({ values }) => values.find((value) => value > 0)!));
  const most = Math.max(...sorted.map(({ values }) => values[values.length - 1]!));
  const grid = Array.from({ length: gridPoints }, (_, i) => least * (most / least) ** (i / gridPoints));
  const points = options.series.flatMap((series): LinePoint[] => {
    const own = sorted.filter((sample) => sample.series === series);
    return grid.flatMap((x) => pointAt(series, own, x));
  });
  return lines({ ...options, xTitle: 'Latency (ms)', yTitle: 'Share of requests above', xLog: true, yLog: true, steps: true }, points);
}

interface Sorted {
  readonly series: string;
  readonly values: readonly number[];
  /** How many values there are up to and with each. */
  readonly upTo: readonly number[];
}

function sortedOf({ series, values, counts }: LatencySample): Sorted {
  if (counts !== undefined && counts.length !== values.length) throw new RangeError(`${values.length} values with ${counts.length} counts`);
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  if (!(values[order[order.length - 1] ?? -1]! > 0)) throw new RangeError(`a run of "${series}" without a latency above 0`);
  let sum = 0;
  const upTo = order.map((i) => (sum += counts?.[i] ?? 1));
  return { series, values: order.map((i) => values[i]!), upTo };
}

/** Nothing where no run has a request that took longer. */
function pointAt(series: string, runs: readonly Sorted[], x: number): LinePoint[] {
  if (runs.length === 0) return [];
  const shares = runs.map((run) => shareAbove(run, x));
  const { mean, low, high } = tInterval(shares);
  if (mean <= 0) return [];
  const one = Math.min(...runs.map(({ upTo }) => 1 / upTo[upTo.length - 1]!));
  return [{ series, x, value: mean, low: Math.min(mean, Math.max(low, one)), high: Math.min(1, high) }];
}

function shareAbove({ values, upTo }: Sorted, x: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle]! <= x) from = middle + 1;
    else to = middle;
  }
  const total = upTo[upTo.length - 1]!;
  return 1 - (from === 0 ? 0 : upTo[from - 1]!) / total;
}
