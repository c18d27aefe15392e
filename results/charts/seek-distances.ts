/** How far a drive's arm moves from one command to the next: a cumulative distribution over distances on a log axis. */
import type { TopLevelSpec } from 'vega-lite';
import { cumulative, type Sample } from './cumulative.js';
import type { ChartOptions } from './layers.js';

export interface SeekOptions extends Omit<ChartOptions, 'xTitle' | 'yTitle'> {
  /** Cylinders, MB ... */
  readonly unit: string;
  /** Where the axis begins: what moves less far counts among those of at most this. */
  readonly least: number;
}

/**
 * Distances of any sign.
 * @throws RangeError at a sample without values
 */
export const seekDistances = ({ unit, least, ...options }: SeekOptions, samples: readonly Sample[]): TopLevelSpec =>
  cumulative(
    { ...options, xTitle: `Distance to the next command (${unit})`, yTitle: 'Share of commands at most', xLog: true },
    samples.map(({ values, ...sample }) => ({ ...sample, values: values.map((distance) => Math.max(least, Math.abs(distance))) })),
  );
