/** Latency and throughput before and after something happens, such as a snapshot: the mean over all times that it does. It knows no model. */
import type { TopLevelSpec } from 'vega-lite';
import { tInterval } from '../statistics/index.js';
import type { LinePoint } from './lines.js';
import { timeSeries } from './time-series.js';

/** The requests of one run, in any order. */
export interface RequestTimes {
  readonly series: string;
  /** When each was done, s. */
  readonly doneS: ArrayLike<number>;
  readonly latencyMs: ArrayLike<number>;
  /** When it happened, s. */
  readonly instantsS: readonly number[];
}

export interface AroundOptions {
  readonly description: string;
  readonly series: readonly string[];
  /** What happens at 0. */
  readonly instant: string;
  readonly beforeS: number;
  readonly afterS: number;
  readonly windowS: number;
}

const panels = ['Requests done (1/s)', 'Mean latency (ms)'] as const;

/**
 * Two panels over the time since the instant. A window in which nothing was done has a throughput of 0 and no latency.
 * @throws RangeError at a run without an instant, or windows that are none
 */
export function aroundInstant(options: AroundOptions, runs: readonly RequestTimes[]): TopLevelSpec {
  const { beforeS, afterS, windowS, series, description, instant } = options;
  if (!(windowS > 0 && beforeS >= windowS && afterS >= windowS))
    throw new RangeError(`windows of ${windowS} s in ${beforeS} + ${afterS} s`);
  if (runs.some(({ instantsS }) => instantsS.length === 0)) throw new RangeError('a run in which it never happened');
  const points = series.flatMap((name) =>
    pointsOf(
      name,
      runs.filter((run) => run.series === name),
      options,
    ),
  );
  const chart = {
    description,
    xTitle: `Time since the ${instant} (s)`,
    yTitle: '',
    series,
    panels,
    panelColumns: 1,
    ownYAxes: true,
    width: 'page',
  } as const;
  return timeSeries(chart, points, [{ label: instant, from: 0 }]);
}

function pointsOf(series: string, runs: readonly RequestTimes[], { beforeS, afterS, windowS }: AroundOptions): LinePoint[] {
  const first = -Math.floor(beforeS / windowS);
  const windows = Math.floor(afterS / windowS) - first;
  const rates: number[][] = Array.from({ length: windows }, () => []);
  const latencies: number[][] = Array.from({ length: windows }, () => []);
  for (const { doneS, latencyMs, instantsS } of runs) {
    for (const at of instantsS) {
      const count = new Float64Array(windows);
      const sum = new Float64Array(windows);
      for (let i = 0; i < doneS.length; i++) {
        const window = Math.floor((doneS[i]! - at) / windowS) - first;
        if (window < 0 || window >= windows) continue;
        count[window]! += 1;
        sum[window]! += latencyMs[i]!;
      }
      count.forEach((requests, i) => {
        rates[i]!.push(requests / windowS);
        if (requests > 0) latencies[i]!.push(sum[i]! / requests);
      });
    }
  }
  const point = (panel: string, i: number, values: readonly number[]): LinePoint[] => {
    if (values.length === 0) return [];
    const { mean, low, high } = tInterval(values);
    return [{ panel, series, x: (first + i + 0.5) * windowS, value: mean, low: Math.max(0, low), high }];
  };
  return [...rates.flatMap((values, i) => point(panels[0], i, values)), ...latencies.flatMap((values, i) => point(panels[1], i, values))];
}
