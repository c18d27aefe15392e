/** Lines over a number, each within its band: an interval over seeds, or a range over parameters that a paper leaves open. */
import type { TopLevelSpec } from 'vega-lite';
import {
  assemble,
  colorOf,
  dimUnlessPicked,
  legendPick,
  paperLayer,
  seedLayer,
  shown,
  yAxis,
  type ChartOptions,
  type ChartPoint,
} from './layers.js';
import type { Json } from './whole-spec.js';

export interface LinePoint extends ChartPoint {
  readonly x: number;
}

export interface LineOptions extends ChartOptions {
  readonly xLog?: boolean;
  /** The marks of the x axis, where the values are few. */
  readonly xTicks?: readonly number[];
  /** What the band is, on the tooltip: `95 %` where not given. */
  readonly band?: string;
  /** Whether values are held until the next x, as in a cumulative distribution. */
  readonly steps?: boolean;
}

/** Rows of single seeds, and points that are laid over, have no value: a line goes on past them. */
const invalid = 'filter';

/** With more points a line than this, their dots would cover it. */
const dense = 40;

/** Throws RangeError at a point of an undeclared series, without finite numbers, or that a log axis cannot show. */
export const lines = (options: LineOptions, points: readonly LinePoint[]): TopLevelSpec =>
  assemble(options, points, lineLayers(options, points));

/** The layers of such a chart, for charts that add their own; the first carries the selection by the legend. Throws as `lines`. */
export function lineLayers(options: LineOptions, points: readonly LinePoint[]): Json[] {
  const stray = points.find(({ x }) => !Number.isFinite(x) || (options.xLog === true && x <= 0));
  if (stray !== undefined) throw new RangeError(`${stray.x} on the ${options.xLog === true ? 'log ' : ''}x axis`);
  const position = {
    x: {
      field: 'x',
      type: 'quantitative',
      title: options.xTitle === '' ? null : options.xTitle,
      axis: {
        ...(options.xTicks === undefined ? { tickCount: 6 } : { values: options.xTicks }),
        ...(options.xLog === true ? { format: '~s' } : {}),
      },
      scale: options.xLog === true ? { type: 'log', nice: false } : { zero: false, nice: false },
    },
  };
  const interpolate = options.steps === true ? 'step-after' : 'linear';
  const y = yAxis(options, 'value');
  const band = options.band ?? '95 %';
  const tooltip = [
    { field: 'series', type: 'nominal', title: 'Series' },
    shown('x', options.xTitle),
    shown('value', options.yTitle),
    shown('low', `${band} from`),
    shown('high', 'to'),
    shown('paper', 'Paper'),
  ];
  const color = colorOf(options, { title: null, symbolType: 'stroke', symbolStrokeWidth: 2.5, symbolOpacity: 1 });
  return [
    {
      name: 'lines',
      params: [legendPick],
      mark: { type: 'line', strokeWidth: 2, interpolate, invalid },
      encoding: { ...position, y, color, opacity: dimUnlessPicked(1) },
    },
    {
      name: 'band',
      mark: { type: 'area', interpolate, invalid },
      encoding: { ...position, y: yAxis(options, 'low'), y2: { field: 'high' }, color, opacity: dimUnlessPicked(0.22) },
    },
    {
      name: 'points',
      mark: { type: 'circle', size: points.length > dense * options.series.length * (options.panels?.length ?? 1) ? 5 : 34 },
      encoding: { ...position, y, color, opacity: dimUnlessPicked(1), tooltip },
    },
    ...paperLayer(options, points, position),
    seedLayer(options, position),
  ];
}
