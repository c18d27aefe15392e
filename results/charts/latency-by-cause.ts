/** Where the time of requests went: their latency as a stack of causes, at the mean and at percentiles. It knows no cause by name. */
import type { TopLevelSpec } from 'vega-lite';
import { textWidth } from './font.js';
import { stackedBars, type BarPart } from './stacked-bars.js';
import { figureWidthPx, textPx } from './style.js';

/** One cause of latency of one system at one place of its distribution. */
export interface CausePart {
  readonly system: string;
  /** `mean`, `p99` ... */
  readonly at: string;
  readonly cause: string;
  readonly ms: number;
}

export interface CauseOptions {
  readonly description: string;
  readonly systems: readonly string[];
  /** The panels from left to right. */
  readonly at: readonly string[];
}

/** Causes that take less than this share of every bar are drawn as one. */
const tiny = 0.005;
const others = 'others';

/** A panel for each place with an axis of its own: a percentile is far above the mean. Throws RangeError at an undeclared system or place. */
export function latencyByCause({ description, systems, at }: CauseOptions, parts: readonly CausePart[]): TopLevelSpec {
  const totals = new Map<string, number>();
  const barOf = (part: CausePart): string => JSON.stringify([part.system, part.at]);
  for (const part of parts) totals.set(barOf(part), (totals.get(barOf(part)) ?? 0) + part.ms);
  const large = new Set(parts.filter((part) => part.ms > tiny * totals.get(barOf(part))!).map(({ cause }) => cause));
  const causes = [...new Set(parts.map(({ cause }) => cause))].filter((cause) => large.has(cause));
  const drawn = new Map<string, BarPart>();
  for (const { system, at: panel, cause, ms } of parts) {
    const series = large.has(cause) ? cause : others;
    const key = JSON.stringify([system, panel, series]);
    drawn.set(key, { category: system, series, panel, value: (drawn.get(key)?.value ?? 0) + ms });
  }
  const series = [...drawn.values()].some((part) => part.series === others) ? [...causes, others] : causes;
  const options = { description, xTitle: '', yTitle: 'Latency (ms)', categories: systems, series, panels: at, ownYAxes: true } as const;
  return stackedBars({ ...options, panelColumns: columnsFor(systems, at.length), width: 'page' }, [...drawn.values()]);
}

/** What an axis takes beside its panel, and what lies between two names. */
const axisPx = 90;
const betweenNamesPx = 8;

/** As many panels a row as leave room for the names below the bars. */
function columnsFor(systems: readonly string[], panels: number): number {
  const widest = Math.max(...systems.map((name) => textWidth(name, textPx, 'normal'))) + betweenNamesPx;
  const fits = (columns: number): boolean => figureWidthPx.page / columns - axisPx >= widest * systems.length;
  return [4, 2].find((columns) => columns <= panels && fits(columns)) ?? 1;
}
