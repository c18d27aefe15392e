/**
 * A tornado: for each parameter a bar from the value that a result takes at one end of the parameter's range to that at the other,
 * the widest at the top; the result as it is as a line through all, and the bounds that it is judged by. It knows no claim.
 */
import type { TopLevelSpec } from 'vega-lite';
import { shown } from './layers.js';
import { ink, neutral, palette, type FigureWidth } from './style.js';
import { onePlot, wholeSpec, type Json } from './whole-spec.js';

/** What one parameter does to the result. */
export interface TornadoBar {
  readonly parameter: string;
  /** The ends of its range, as a person reads them. */
  readonly lowEnd: string;
  readonly highEnd: string;
  /** The result at each end. */
  readonly atLow: number;
  readonly atHigh: number;
}

export interface TornadoOptions {
  readonly description: string;
  /** What is measured, with its unit. */
  readonly xTitle: string;
  /** The result with every parameter as the test-bed has it. */
  readonly value: number;
  /** Infinite where there is none. */
  readonly bounds?: readonly [lowest: number, highest: number];
  /** The page where not given: names of parameters are long. */
  readonly width?: FigureWidth;
}

const rowPx = 24;
const ends = ['at the low end', 'at the high end'] as const;

/** Throws RangeError without a bar, at a parameter twice, or at a number that is not finite. */
export function tornado(options: TornadoOptions, bars: readonly TornadoBar[]): TopLevelSpec {
  if (bars.length === 0) throw new RangeError('a tornado without a bar');
  if (new Set(bars.map(({ parameter }) => parameter)).size !== bars.length) throw new RangeError('a parameter twice in a tornado');
  if (![options.value, ...bars.flatMap(({ atLow, atHigh }) => [atLow, atHigh])].every(Number.isFinite))
    throw new RangeError('a tornado with a value that is not finite');
  const sorted = [...bars].sort((a, b) => swing(b, options.value) - swing(a, options.value));
  const points = sorted.flatMap((bar) => [
    { parameter: bar.parameter, end: ends[0], setTo: bar.lowEnd, from: options.value, value: bar.atLow },
    { parameter: bar.parameter, end: ends[1], setTo: bar.highEnd, from: options.value, value: bar.atHigh },
  ]);
  return wholeSpec(options.description, {
    ...onePlot(options.width ?? 'page', rowPx * bars.length + 90),
    data: { name: 'points', values: points },
    layer: [...boundLayers(options), barLayer(options, sorted), ...baseLayer(options)],
  });
}

/** How far a parameter moves the result from where it is, at most. */
const swing = ({ atLow, atHigh }: TornadoBar, value: number): number => Math.max(Math.abs(atLow - value), Math.abs(atHigh - value));

const xAxis = (options: TornadoOptions, field: string): Json => ({
  field,
  type: 'quantitative',
  title: options.xTitle,
  axis: { tickCount: 6, grid: true },
  scale: { zero: false, nice: true },
});

function barLayer(options: TornadoOptions, sorted: readonly TornadoBar[]): Json {
  return {
    name: 'bars',
    mark: { type: 'bar', height: { band: 0.72 } },
    encoding: {
      y: {
        field: 'parameter',
        type: 'nominal',
        title: null,
        sort: sorted.map(({ parameter }) => parameter),
        axis: { ticks: false, domain: false, labelLimit: 240, grid: false },
      },
      x: xAxis(options, 'from'),
      x2: { field: 'value' },
      color: {
        field: 'end',
        type: 'nominal',
        scale: { domain: ends, range: [palette[0], palette[1]] },
        legend: { title: null },
      },
      // Both ends may lie on one side: the longer must not hide the shorter.
      opacity: { value: 0.85 },
      tooltip: [
        { field: 'parameter', type: 'nominal', title: 'Parameter' },
        { field: 'setTo', type: 'nominal', title: 'Set to' },
        shown('value', options.xTitle),
        shown('from', 'Instead of'),
      ],
    },
  };
}

const baseLayer = (options: TornadoOptions): Json[] => [
  {
    name: 'base',
    data: { values: [{ from: options.value }] },
    mark: { type: 'rule', color: ink, strokeWidth: 1.4, aria: false },
    encoding: { x: xAxis(options, 'from') },
  },
];

/** The bounds as dashed lines, with a legend of their own in words: the axis alone would not say what they are. */
function boundLayers(options: TornadoOptions): Json[] {
  const finite = (options.bounds ?? []).filter(Number.isFinite);
  if (finite.length === 0) return [];
  const legend = { title: null, symbolStrokeWidth: 1.6, symbolType: 'stroke' };
  return [
    {
      name: 'bounds',
      data: { values: finite.map((bound) => ({ from: bound, what: 'bound of the claim' })) },
      mark: { type: 'rule', color: neutral.quiet, strokeWidth: 1.6, strokeDash: [4, 3], aria: false },
      encoding: {
        x: xAxis(options, 'from'),
        strokeDash: { field: 'what', type: 'nominal', scale: { domain: ['bound of the claim'], range: [[4, 3]] }, legend },
      },
    },
  ];
}
