/** What was measured over time, with marks at instants and over spans: a snapshot begins, a machine stops. */
import type { TopLevelSpec } from 'vega-lite';
import { lineLayers, type LineOptions, type LinePoint } from './lines.js';
import { assemble } from './layers.js';
import { ink, neutral, textPx } from './style.js';
import type { Json } from './whole-spec.js';

/** Something that happens at `from`, or lasts until `to`. */
export interface TimeMark {
  readonly label: string;
  readonly from: number;
  readonly to?: number;
}

/** Throws RangeError at a point of an undeclared series, or a mark that ends before it begins. */
export function timeSeries(options: LineOptions, points: readonly LinePoint[], marks: readonly TimeMark[]): TopLevelSpec {
  const stray = marks.find(({ from, to }) => !Number.isFinite(from) || (to !== undefined && !(to >= from)));
  if (stray !== undefined) throw new RangeError(`the mark "${stray.label}" from ${stray.from} to ${stray.to ?? stray.from}`);
  const [first, ...rest] = lineLayers(options, points);
  // The first layer carries the legend's selection.
  return assemble(options, points, [first!, ...spanLayer(marks), ...rest, ...instantLayers(marks, headroom * highest(points))]);
}

/** Labels of marks stand so far above what is drawn. */
const headroom = 1.1;
const highest = (points: readonly LinePoint[]): number =>
  Math.max(...points.map(({ value, high, paper }) => Math.max(value, high, paper ?? value)));

function spanLayer(marks: readonly TimeMark[]): Json[] {
  const spans = marks.filter(({ to }) => to !== undefined);
  if (spans.length === 0) return [];
  return [
    {
      name: 'spans',
      data: { values: spans },
      mark: { type: 'rect', color: neutral.quiet, opacity: 0.14 },
      encoding: {
        x: { field: 'from', type: 'quantitative' },
        x2: { field: 'to' },
        tooltip: [{ field: 'label', type: 'nominal', title: 'Mark' }],
      },
    },
  ];
}

/** @param top where labels stand, on the y axis */
function instantLayers(marks: readonly TimeMark[], top: number): Json[] {
  if (marks.length === 0) return [];
  const x = { field: 'from', type: 'quantitative' };
  return [
    {
      name: 'instants',
      data: { values: marks },
      mark: { type: 'rule', color: neutral.quiet, strokeWidth: 1.1, strokeDash: [4, 3], aria: false },
      encoding: { x },
    },
    {
      name: 'labels',
      data: { values: marks },
      mark: { type: 'text', color: ink, align: 'left', baseline: 'middle', dx: 3, fontSize: textPx },
      encoding: { x, y: { datum: top, type: 'quantitative' }, text: { field: 'label', type: 'nominal' } },
    },
  ];
}
