/** Bars that are made of parts: where a time or a number of I/Os goes, with the paper's total as a mark where it states one. */
import type { TopLevelSpec } from 'vega-lite';
import { categoryAxis, type BarOptions } from './category-axis.js';
import { assemble, colorOf, dimUnlessPicked, legendPick, paperLayer, shown, yAxis, type ChartPoint } from './layers.js';

/** One part (`series`) of one bar. The paper's value, where a point has one, is the paper's total of the bar. */
export interface BarPart extends Omit<ChartPoint, 'low' | 'high'> {
  /** The bar's place on the x axis. */
  readonly category: string;
}

/** The series are the parts from the foot upwards. Throws RangeError at a part of an undeclared category or series, or below 0. */
export function stackedBars(options: BarOptions, parts: readonly BarPart[]): TopLevelSpec {
  const stray = parts.find(({ category, value }) => !options.categories.includes(category) || !(value >= 0));
  if (stray !== undefined) throw new RangeError(`a part of ${stray.value} in the bar "${stray.category}"`);
  const position = {
    x: categoryAxis(options, { domain: options.categories, paddingInner: 0.35, paddingOuter: 0.2 }),
  };
  const points = parts.map((part) => ({ ...part, low: part.value, high: part.value, order: options.series.indexOf(part.series) }));
  const tooltip = [
    { field: 'category', type: 'nominal', title: options.xTitle === '' ? 'Bar' : options.xTitle },
    { field: 'series', type: 'nominal', title: 'Part' },
    shown('value', options.yTitle),
    shown('paper', "Paper's total"),
  ];
  return assemble(options, points, [
    {
      name: 'parts',
      params: [legendPick],
      mark: { type: 'bar', cursor: 'pointer' },
      encoding: {
        ...position,
        y: { ...yAxis(options, 'value'), stack: 'zero' },
        order: { field: 'order', type: 'quantitative' },
        color: colorOf(options, { title: null }),
        opacity: dimUnlessPicked(1),
        tooltip,
      },
    },
    ...paperLayer(options, points, position),
  ]);
}
