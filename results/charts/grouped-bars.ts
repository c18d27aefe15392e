/** Bars in groups: a few systems over a few operations, each with its interval, and the paper's value where it states one. */
import type { TopLevelSpec } from 'vega-lite';
import { categoryAxis, type BarOptions } from './category-axis.js';
import {
  assemble,
  colorOf,
  dimUnlessPicked,
  intervalLayer,
  legendPick,
  paperLayer,
  seedLayer,
  shown,
  yAxis,
  type ChartPoint,
} from './layers.js';

export interface BarPoint extends ChartPoint {
  /** The group on the x axis. */
  readonly category: string;
}

/** Throws RangeError at a point of an undeclared category or series, or without a finite number. */
export function groupedBars(options: BarOptions, points: readonly BarPoint[]): TopLevelSpec {
  const stray = points.find(({ category }) => !options.categories.includes(category));
  if (stray !== undefined) throw new RangeError(`a bar of the undeclared category "${stray.category}"`);
  const position = {
    x: categoryAxis(options, { paddingInner: 0.22, paddingOuter: 0.08 }),
    xOffset: { field: 'series', type: 'nominal', sort: options.series, scale: { domain: options.series, paddingInner: 0.08 } },
  };
  const tooltip = [
    { field: 'series', type: 'nominal', title: 'System' },
    { field: 'category', type: 'nominal', title: options.xTitle === '' ? 'Group' : options.xTitle },
    shown('value', options.yTitle),
    shown('low', '95 % from'),
    shown('high', 'to'),
    shown('paper', 'Paper'),
  ];
  return assemble(options, points, [
    {
      name: 'bars',
      params: [legendPick],
      mark: { type: 'bar', cursor: 'pointer' },
      encoding: { ...position, y: yAxis(options, 'value'), color: colorOf(options, { title: null }), opacity: dimUnlessPicked(1), tooltip },
    },
    ...intervalLayer(options, position),
    ...paperLayer(options, points, position),
    seedLayer(options, position),
  ]);
}
