/** Histograms: how often a measured value falls between two edges, as outlines with a light fill so that several can lie over one another. */
import type { TopLevelSpec } from 'vega-lite';
import { assemble, colorOf, dimUnlessPicked, legendPick, shown, yAxis, type ChartOptions, type ChartPoint } from './layers.js';

/** One bin of one series: `value` is its count, share or density. */
export interface Bin extends ChartPoint {
  readonly from: number;
  readonly to: number;
}

export interface HistogramOptions extends ChartOptions {
  readonly xLog?: boolean;
}

/**
 * Shares of the values in bins between neighbouring edges, the last bin with its upper edge. The shares are of all values.
 * @param edges ascending, at least two
 * @throws RangeError without values, at edges that do not ascend, or a value outside of them
 */
export function binned(series: string, values: readonly number[], edges: readonly number[]): Bin[] {
  if (values.length === 0) throw new RangeError(`a histogram of no values ("${series}")`);
  if (edges.length < 2 || edges.some((edge, i) => i > 0 && !(edge > edges[i - 1]!))) throw new RangeError('edges that do not ascend');
  const last = edges.length - 2;
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    const above = edges.findIndex((edge) => edge > value);
    const bin = above === -1 && value === edges[last + 1] ? last : above - 1;
    if (bin < 0) throw new RangeError(`${value} of "${series}" lies outside the edges ${edges[0]!} to ${edges[last + 1]!}`);
    counts[bin]! += 1;
  }
  return counts.map((count, i) => {
    const share = count / values.length;
    return { series, from: edges[i]!, to: edges[i + 1]!, value: share, low: share, high: share };
  });
}

/** Throws RangeError at a bin of an undeclared series, an empty one, or one that a log axis cannot show. */
export function histogram(options: HistogramOptions, bins: readonly Bin[]): TopLevelSpec {
  const stray = bins.find(({ from, to }) => !(from < to) || (options.xLog === true && from <= 0));
  if (stray !== undefined) throw new RangeError(`a bin from ${stray.from} to ${stray.to}${options.xLog === true ? ' on a log axis' : ''}`);
  if (options.yLog === true) throw new RangeError('bars on a log axis have no foot to stand on');
  const x = {
    field: 'from',
    type: 'quantitative',
    title: options.xTitle === '' ? null : options.xTitle,
    axis: { tickCount: 6, ...(options.xLog === true ? { format: '~s' } : {}) },
    scale: options.xLog === true ? { type: 'log', nice: false } : { zero: false, nice: true },
  };
  const color = colorOf(options, { title: null });
  const tooltip = [
    { field: 'series', type: 'nominal', title: 'Series' },
    shown('from', `${options.xTitle} from`),
    shown('to', 'to'),
    shown('value', options.yTitle),
  ];
  return assemble(options, bins, [
    {
      name: 'bins',
      params: [legendPick],
      mark: { type: 'bar', binSpacing: 0 },
      encoding: {
        x: { ...x, bin: 'binned' },
        x2: { field: 'to' },
        y: { ...yAxis(options, 'value'), stack: null },
        color,
        opacity: dimUnlessPicked(options.series.length > 1 ? 0.5 : 0.9),
        tooltip,
      },
    },
  ]);
}
