/** Stalls: how often a guest waits at least so long for something, such as the hypervisor's lock or the next completion. */
import type { TopLevelSpec } from 'vega-lite';
import type { ChartOptions } from './layers.js';
import { lines, type LinePoint } from './lines.js';

/** The stalls of one system. */
export interface StallSample {
  readonly series: string;
  readonly durationsMs: readonly number[];
  /** Time in which they happened, s. */
  readonly overS: number;
}

const pointsAtMost = 300;

/**
 * Stalls a minute that last at least so long, both axes logarithmic.
 * @throws RangeError at a stall that is not above 0, a time that is not, or no stall at all
 */
export function stalls(options: Omit<ChartOptions, 'xTitle' | 'yTitle' | 'yLog'>, samples: readonly StallSample[]): TopLevelSpec {
  const points = samples.flatMap(({ series, durationsMs, overS }): LinePoint[] => {
    if (!(overS > 0) || durationsMs.some((duration) => !(duration > 0))) throw new RangeError(`stalls of "${series}" that are not above 0`);
    const sorted = Float64Array.from(durationsMs).sort();
    const n = sorted.length;
    const ranks =
      n <= pointsAtMost
        ? sorted.map((_, i) => i)
        : Float64Array.from({ length: pointsAtMost }, (_, i) => Math.floor(n - n ** (1 - i / (pointsAtMost - 1))));
    return [...new Set(ranks)].map((rank) => {
      const value = ((n - rank) * 60) / overS;
      return { series, x: sorted[rank]!, value, low: value, high: value };
    });
  });
  if (points.length === 0) throw new RangeError('a distribution of no stalls');
  return lines(
    { ...options, xTitle: 'Stall of at least (ms)', yTitle: 'Stalls a minute', xLog: true, yLog: true, steps: true, band: 'Rate' },
    points,
  );
}
