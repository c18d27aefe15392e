/** The x axis of bars: a place for each category, named below. It knows no bar. */
import type { ChartOptions } from './layers.js';
import type { Json } from './whole-spec.js';

/** What charts of bars have besides what all have. */
export interface BarOptions extends ChartOptions {
  /** The groups of bars, or the bars, from left to right. */
  readonly categories: readonly string[];
}

/**
 * @param scale how wide the places are
 * @throws RangeError where values stand on a log axis
 */
export function categoryAxis(options: BarOptions, scale: Json): Json {
  if (options.yLog === true) throw new RangeError('bars on a log axis have no foot to stand on');
  return {
    field: 'category',
    type: 'nominal',
    title: options.xTitle === '' ? null : options.xTitle,
    sort: options.categories,
    axis: { labelAngle: 0, ticks: false, labelPadding: 6 },
    scale,
  };
}
