/**
 * Ratios of one variant to another, a row for each metric, with their intervals and the line of no effect; a band over parameters as a wide
 * bar behind, where there is one. It knows no run.
 */
import type { TopLevelSpec } from 'vega-lite';
import { shown } from './layers.js';
import { ink, neutral, palette, type FigureWidth } from './style.js';
import { onePlot, wholeSpec, type Json } from './whole-spec.js';

/** What is said of a metric; the colour of its row. */
export type EffectKind = 'better' | 'worse' | 'differs' | 'cannot tell';

export interface EffectRow {
  readonly metric: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly kind: EffectKind;
  /** What the ratio may be while open parameters move, where that was measured. */
  readonly band?: readonly [low: number, high: number];
}

export interface EffectOptions {
  readonly description: string;
  /** What is divided by what, e.g. `adaptive / fixed`. */
  readonly xTitle: string;
  readonly width?: FigureWidth;
}

const kinds: readonly EffectKind[] = ['better', 'worse', 'differs', 'cannot tell'];
const colours = [palette[2], palette[3], palette[0], palette[6]];
const rowPx = 22;
/** Nothing is drawn further out: the axis is one of factors, and an end at 0 has no place on it. */
const furthest = 1000;

/** Throws RangeError without a row, at a metric twice, or at a ratio that is not above 0. */
export function effects(options: EffectOptions, rows: readonly EffectRow[]): TopLevelSpec {
  if (rows.length === 0) throw new RangeError('a chart of effects without a row');
  if (new Set(rows.map(({ metric }) => metric)).size !== rows.length) throw new RangeError('a metric twice in a chart of effects');
  const stray = rows.find(({ ratio }) => !(ratio > 0 && Number.isFinite(ratio)));
  if (stray !== undefined) throw new RangeError(`a ratio of ${stray.ratio} on an axis of factors`);
  const points = rows.map(({ band, ...row }) => ({
    ...row,
    ...clipped([row.low, row.high], ''),
    ...(band === undefined ? {} : clipped(band, 'band')),
  }));
  const ends = points.flatMap((point) => Object.values(point)).filter((value): value is number => typeof value === 'number');
  const ticks = factorTicks(Math.min(1, ...ends), Math.max(1, ...ends));
  const x = (field: string): Json => ({
    field,
    type: 'quantitative',
    title: options.xTitle,
    axis: { grid: true, values: ticks, format: '.3~r' },
    scale: { type: 'log', nice: false, padding: 12 },
  });
  const y: Json = {
    field: 'metric',
    type: 'nominal',
    title: null,
    sort: rows.map(({ metric }) => metric),
    axis: { ticks: false, domain: false, labelLimit: 300, grid: false },
  };
  const color = { field: 'kind', type: 'nominal', scale: { domain: kinds, range: colours }, legend: { title: null } };
  const tooltip = [
    { field: 'metric', type: 'nominal', title: 'Metric' },
    shown('ratio', options.xTitle),
    shown('low', '95 % from'),
    shown('high', 'to'),
    { field: 'kind', type: 'nominal', title: 'Verdict' },
  ];
  const hasBand = rows.some(({ band }) => band !== undefined);
  return wholeSpec(options.description, {
    ...onePlot(options.width ?? 'page', rowPx * rows.length + 90),
    data: { name: 'points', values: points },
    layer: [
      ...(hasBand
        ? [
            {
              name: 'bands',
              mark: { type: 'bar', color: neutral.quiet, opacity: 0.18, height: 12 },
              encoding: { y, x: x('bandLow'), x2: { field: 'bandHigh' } },
            },
          ]
        : []),
      {
        name: 'one',
        data: { values: [{ ratio: 1 }] },
        mark: { type: 'rule', color: ink, strokeWidth: 1.2, strokeDash: [4, 3], aria: false },
        encoding: { x: x('ratio') },
      },
      { name: 'intervals', mark: { type: 'rule', strokeWidth: 2 }, encoding: { y, x: x('low'), x2: { field: 'high' }, color } },
      { name: 'ratios', mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { y, x: x('ratio'), color, tooltip } },
    ],
  });
}

/** Ends within what the axis can show. */
function clipped([low, high]: readonly [number, number], of: string): Json {
  const within = (value: number): number => Math.min(furthest, Math.max(1 / furthest, value));
  return of === '' ? { low: within(low), high: within(high) } : { [`${of}Low`]: within(low), [`${of}High`]: within(high) };
}

/** Round factors from `low` to `high`: evenly spaced over a narrow span, 1, 2, 5 of each power of ten over a wide one. */
function factorTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: 9 }, (_, i) => 10 ** (i - 4));
  if (high / low >= 4) return powers.flatMap((power) => [power, 2 * power, 5 * power]).filter((tick) => tick >= low && tick <= high);
  const rough = Math.max(1e-6, (high - low) / 5);
  const step = [1, 2, 5, 10].map((factor) => factor * 10 ** Math.floor(Math.log10(rough))).find((candidate) => candidate >= rough)!;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}
