/**
 * The layers that every chart is put together from: the interval around a simulated value, the paper's value, panels side by side.
 */
import type { TopLevelSpec } from 'vega-lite';
import { textWidth } from './font.js';
import { figureWidthPx, ink, neutral, palette, textPx, type FigureWidth } from './style.js';
import { onePlot, wholeSpec, type Json } from './whole-spec.js';

/** What is common to all charts. */
export interface ChartOptions {
  /** What one sees, for those who do not see it. */
  readonly description: string;
  /** Title of the axes with units, e.g. `Throughput (MB/s)`. An empty text draws none. */
  readonly xTitle: string;
  readonly yTitle: string;
  /** The series in the order of the legend, which also fixes their colours. */
  readonly series: readonly string[];
  /** One column of a paper where not given. */
  readonly width?: FigureWidth;
  /** Height of the plot in pixels. */
  readonly heightPx?: number;
  readonly yLog?: boolean;
  /** Panels side by side, in this order; each point then names its panel. */
  readonly panels?: readonly string[];
  /** Panels a row; all in one row where not given. */
  readonly panelColumns?: number;
  /** Whether each panel has a y axis of its own; its name then stands for the title of that axis. */
  readonly ownYAxes?: boolean;
}

/** The part of a data point that every chart has. */
export interface ChartPoint {
  readonly series: string;
  readonly value: number;
  /** The 95 % interval, or a band over parameters; equal to the value where there is none. */
  readonly low: number;
  readonly high: number;
  /** The paper's value at this point, where it states one. */
  readonly paper?: number | null;
  /** Which panel, where there are panels. */
  readonly panel?: string;
}

/** The selection that a click on a legend entry makes; it must stand in the first layer. */
export const legendPick: Json = { name: 'pick', select: { type: 'point', fields: ['series'] }, bind: 'legend' };
export const dimUnlessPicked = (opacity: number): Json => ({ condition: { param: 'pick', value: opacity }, value: opacity * 0.12 });

export const colorOf = (options: ChartOptions, legend: Json | null): Json => ({
  field: 'series',
  type: 'nominal',
  scale: { domain: options.series, range: options.series.map((_, i) => palette[i % palette.length]) },
  legend: legend === null ? null : { ...legend, columns: legendColumns(options) },
});

/** Symbol, gaps around the label, and what the axis takes of the width. */
const legendEntryPx = 34;
const besideLegendPx = 30;

/** As many entries a row as fit the figure's width. */
function legendColumns({ series, width }: ChartOptions): number {
  const widest = Math.max(...series.map((name) => textWidth(name, textPx, 'normal'))) + legendEntryPx;
  const room = figureWidthPx[width ?? 'column'] - besideLegendPx;
  const inOneRow = series.reduce((sum, name) => sum + textWidth(name, textPx, 'normal') + legendEntryPx, 0);
  return inOneRow <= room ? series.length : Math.max(1, Math.floor(room / widest));
}

export const yAxis = (options: ChartOptions, field: string): Json => ({
  field,
  type: 'quantitative',
  title: options.yTitle === '' ? null : options.yTitle,
  axis: { tickCount: yTicks, ...(options.yLog === true ? decadesOnly : {}) },
  // As nice as the ticks are: the highest of them is the end of the axis, and what is drawn stays below it.
  scale: options.yLog === true ? { type: 'log' } : { zero: true, nice: yTicks },
});

const yTicks = 5;

const ofDecades = { condition: { test: 'abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 0.001', value: 1 }, value: 0 };
/** Lines across the plot at powers of ten only: a log axis would have nine for each. */
const decadesOnly: Json = { gridOpacity: ofDecades };

/** Whiskers from `low` to `high`, at the place that `position` encodes. */
export function intervalLayer(options: ChartOptions, position: Json): Json[] {
  const place = { ...position, opacity: dimUnlessPicked(1) };
  return [
    {
      name: 'interval',
      mark: { type: 'rule', color: ink, strokeWidth: 1.1, aria: false },
      encoding: { ...place, y: yAxis(options, 'low'), y2: { field: 'high' } },
    },
    ...(['low', 'high'] as const).map((end) => ({
      name: `interval_${end}`,
      mark: { type: 'tick', orient: 'horizontal', color: ink, thickness: 1.1, width: 5, aria: false },
      encoding: { ...place, y: yAxis(options, end) },
    })),
  ];
}

/** The paper's values as open diamonds with a legend entry; nothing where the points have none. */
export function paperLayer(options: ChartOptions, points: readonly ChartPoint[], position: Json): Json[] {
  if (!points.some(({ paper }) => paper !== undefined && paper !== null)) return [];
  // Vega-Lite would draw the symbol without a stroke, as the mark's is no encoding.
  const symbols = {
    update: { stroke: { value: ink }, fill: { value: neutral.paper }, opacity: { value: 1 } },
  };
  const legend = { title: null, symbolStrokeWidth: 1.6, encoding: { symbols } };
  return [
    {
      name: 'paper',
      transform: [{ filter: 'isValid(datum.paper)' }],
      mark: { type: 'point', fill: neutral.paper, stroke: ink, strokeWidth: 1.6, size: 55, filled: false, opacity: 1 },
      encoding: {
        ...position,
        y: yAxis(options, 'paper'),
        shape: { datum: 'paper', type: 'nominal', scale: { domain: ['paper'], range: ['diamond'] }, legend },
        opacity: dimUnlessPicked(1),
      },
    },
  ];
}

/** Whether the single seeds are drawn: a page switches it. */
const seedSwitch: Json = { name: 'seeds', value: false };

/** The values of single seeds as small dots: rows that have a `seed` and no value. See `withSingleSeeds`. */
export const seedLayer = (options: ChartOptions, position: Json): Json => ({
  name: 'seeds',
  transform: [{ filter: 'isValid(datum.seed)' }],
  mark: { type: 'point', filled: true, fill: neutral.paper, stroke: ink, strokeWidth: 0.8, size: 14, opacity: 1 },
  encoding: { ...position, y: yAxis(options, 'seed'), tooltip: [shown('seed', 'One seed')] },
});

/** A number on the tooltip. */
export const shown = (field: string, title: string): Json => ({ field, type: 'quantitative', title, format: '.4~r' });

/**
 * The whole specification: layers over the points, in one plot or in panels.
 * @throws RangeError at a point of an undeclared series or panel, no finite number, or a value a log axis cannot show
 */
export function assemble(options: ChartOptions, points: readonly ChartPoint[], layer: readonly Json[]): TopLevelSpec {
  checkPoints(options, points);
  const { description, width = 'column' } = options;
  const height = options.heightPx ?? (options.panels === undefined ? 190 : 150);
  const common: Json = { data: { name: 'points', values: points }, params: [seedSwitch] };
  if (options.panels === undefined) return wholeSpec(description, { ...common, ...onePlot(width, height + 60), layer });
  const columns = options.panelColumns ?? options.panels.length;
  const spacing = 14;
  const axisPx = 76;
  const axes = options.ownYAxes === true ? columns : 1;
  const panelWidth = Math.floor((figureWidthPx[width] - axisPx * axes - spacing * (columns - 1)) / columns);
  const facet = { field: 'panel', type: 'nominal', title: null, sort: options.panels, header: { labelPadding: 4 } };
  const resolve = options.ownYAxes === true ? { resolve: { scale: { y: 'independent' } } } : {};
  return wholeSpec(description, { ...common, facet, columns, spacing, ...resolve, spec: { width: panelWidth, height, layer } });
}

function checkPoints(options: ChartOptions, points: readonly ChartPoint[]): void {
  for (const point of points) {
    if (!options.series.includes(point.series)) throw new RangeError(`a point of the undeclared series "${point.series}"`);
    if (options.panels !== undefined && !options.panels.includes(point.panel ?? '')) {
      throw new RangeError(`a point of the undeclared panel "${point.panel ?? ''}"`);
    }
    const numbers = [point.value, point.low, point.high, point.paper ?? point.value];
    if (!numbers.every(Number.isFinite)) throw new RangeError(`a point of "${point.series}" that is not finite`);
    if (options.yLog === true && !numbers.every((value) => value > 0)) throw new RangeError(`${Math.min(...numbers)} on a log axis`);
  }
}
