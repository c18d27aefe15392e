/** Bytes that an image takes up over time, held from one sample to the next, with marks for what made it grow. */
import type { TopLevelSpec } from 'vega-lite';
import { timeSeries, type TimeMark } from './time-series.js';

/** Space at one time. */
export interface SpaceSample {
  readonly series: string;
  readonly atS: number;
  readonly bytes: number;
}

/** Throws RangeError at a sample of an undeclared series. */
export function spaceOverTime(
  options: { readonly description: string; readonly series: readonly string[] },
  samples: readonly SpaceSample[],
  marks: readonly TimeMark[],
): TopLevelSpec {
  const points = samples.map(({ series, atS, bytes }) => {
    const value = bytes / 1e6;
    return { series, x: atS, value, low: value, high: value };
  });
  return timeSeries({ ...options, xTitle: 'Time (s)', yTitle: 'Space (MB)', steps: true, width: 'page' }, points, marks);
}
