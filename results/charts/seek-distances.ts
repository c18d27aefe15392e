/** How far a drive's arm moves from one command to the next: a cumulative distribution over distances on a log axis. */
import type { TopLevelSpec } from 'vega-lite';
import { cumulative, type Sample } from './cumulative.js';
import type { ChartOptions } from './layers.js';

/**
 * Distances in cylinders, of any sign. The axis begins at one cylinder: what does not move counts among those of at most one.
 * @throws RangeError at a sample without values
 */
export const seekDistances = (options: Omit<ChartOptions, 'xTitle' | 'yTitle'>, samples: readonly Sample[]): TopLevelSpec =>
  cumulative(
    { ...options, xTitle: 'Seek distance (cylinders)', yTitle: 'Share of commands at most', xLog: true },
    samples.map(({ values, ...sample }) => ({ ...sample, values: values.map((distance) => Math.max(1, Math.abs(distance))) })),
  );
