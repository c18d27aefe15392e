/** What a comparison says: a table with verdicts for a terminal, flat rows for files, and a chart. It runs nothing. */
import type { TopLevelSpec } from 'vega-lite';
import { effects as effectChart, type EffectKind, type EffectRow } from '../../results/charts/index.js';
import type { Effect } from '../../results/compare/effects.js';
import { inBrackets, shortNumber, summaryOf, verdictOf } from '../../results/compare/verdict.js';
import type { Column, Row } from '../../results/rows.js';
import type { Interval } from '../../results/statistics/index.js';
import { columnsOf } from '../config/plan.js';
import { bandKey } from './bands.js';
import type { Comparison } from './comparison.js';

/** Columns of the runs: those of a study, and the variant. */
export const runColumns = ({ variants: { planA } }: Comparison): Column[] => [
  { name: 'variant', unit: '', about: 'Which of the two' },
  ...columnsOf(planA),
];

export const effectColumns: readonly Column[] = [
  { name: 'metric', unit: '', about: 'Column of the runs' },
  { name: 'at', unit: '', about: 'Point, where there are several' },
  { name: 'unit', unit: '', about: 'Of means and difference' },
  { name: 'better', unit: '', about: 'lower, higher, or nothing' },
  { name: 'runs', unit: '1', about: 'Pairs' },
  { name: 'a', unit: '', about: 'Mean of the first variant' },
  { name: 'b', unit: '', about: 'Mean of the second variant' },
  { name: 'difference', unit: '', about: 'Mean of a - b' },
  { name: 'differenceLow', unit: '', about: 'Of its 95 % t interval' },
  { name: 'differenceHigh', unit: '', about: 'Of its 95 % t interval' },
  { name: 'ratio', unit: '1', about: 'mean(a) / mean(b)' },
  { name: 'ratioLow', unit: '1', about: "Of Fieller's 95 % interval" },
  { name: 'ratioHigh', unit: '1', about: "Of Fieller's 95 % interval" },
  { name: 'p', unit: '1', about: 'Of the paired t test' },
  { name: 'pHolm', unit: '1', about: "By Holm's correction over all metrics and points" },
  { name: 'correlation', unit: '1', about: 'Of a and b over the seeds' },
  { name: 'bandLow', unit: '1', about: 'Least ratio over samples of the open parameters' },
  { name: 'bandHigh', unit: '1', about: 'Largest ratio over samples of the open parameters' },
  { name: 'verdict', unit: '', about: 'In words' },
];

/** @param namesOf what the two sides of an effect are called in its verdict */
export const effectRowsOf = (
  effects: readonly Effect[],
  namesOf: (effect: Effect) => { readonly nameA: string; readonly nameB: string },
  bandOf: (effect: Effect) => Interval | undefined = () => undefined,
): Row[] =>
  effects.map((effect) => {
    const { metric, at, unit, better, n, difference, ratio, p, pHolm, correlation } = effect;
    const band = bandOf(effect);
    const { nameA, nameB } = namesOf(effect);
    return {
      ...{ metric, at, unit, better, runs: n, a: effect.meanA, b: effect.meanB },
      ...{ difference: difference.mean, differenceLow: difference.low, differenceHigh: difference.high },
      ...{ ratio: ratio?.mean ?? null, ratioLow: ratio?.low ?? null, ratioHigh: ratio?.high ?? null },
      ...{ p, pHolm, correlation, bandLow: band?.low ?? null, bandHigh: band?.high ?? null },
      verdict: verdictOf(effect, nameA, nameB),
    };
  });

export const effectRows = ({ effects, bands, variants }: Comparison): Row[] =>
  effectRowsOf(
    effects,
    () => variants,
    (effect) => bands?.bands.get(bandKey(effect)),
  );

/** The table's header and cells; several points have a column of their own. */
export function comparisonTable({ effects, bands, variants: { nameA, nameB, at } }: Comparison): {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const several = at.length > 1;
  const header = [
    'metric',
    ...(several ? ['at'] : []),
    'unit',
    nameA,
    nameB,
    'difference, 95 %',
    'ratio, 95 %',
    'p',
    'p (Holm)',
    'correlation',
  ];
  const rows = effects.map((effect) => {
    const { metric, unit, difference, ratio, p, pHolm, correlation } = effect;
    const band = bands?.bands.get(bandKey(effect));
    return [
      metric,
      ...(several ? [effect.at] : []),
      unit,
      shortNumber(effect.meanA),
      shortNumber(effect.meanB),
      p === null ? shortNumber(difference.mean) : inBrackets(difference, ''),
      ratio === null ? '-' : inBrackets(ratio, ''),
      p === null ? '-' : shortNumber(p),
      pHolm === null ? '-' : shortNumber(pHolm),
      correlation === null ? '-' : correlation.toFixed(3),
      ...(bands === null ? [] : [band === undefined ? '-' : `${shortNumber(band.low)} to ${shortNumber(band.high)}`]),
    ];
  });
  return { header: bands === null ? header : [...header, 'ratio over parameters'], rows };
}

/** What stands below the table: a verdict for each metric, what was left out, what the numbers are. */
export function comparisonNotes(comparison: Comparison): string[] {
  const { effects, omitted, seeds, bands, variants } = comparison;
  const { nameA, nameB } = variants;
  const few =
    seeds.length < 5 ? [`WARNING: ${seeds.length} pairs are few: an interval of them is wide, and a difference is easily missed`] : [];
  return [
    ...effects.map((effect) => verdictOf(effect, nameA, nameB)),
    '',
    summaryOf(effects, nameA, nameB),
    ...omitted.map(({ metric, at, why }) => `left out: ${at === '' ? metric : `${metric} (${at})`}: ${why}`),
    ...withoutRatio(effects),
    `${seeds.length} pairs of runs with the same random numbers; quantiles are each run's own, compared run by run`,
    ...(bands === null ? [] : [`ratio over parameters: ${bands.samples} samples of what the test-bed leaves open, no part of the verdict`]),
    ...few,
  ];
}

/** A line for each reason, with the metrics that it holds for. */
function withoutRatio(effects: readonly Effect[]): string[] {
  const reasons = new Set(effects.flatMap(({ noRatio }) => (noRatio === null ? [] : [noRatio])));
  return [...reasons].map((reason) => {
    const metrics = new Set(effects.filter(({ noRatio }) => noRatio === reason).map(({ metric }) => metric));
    return `no ratio of ${[...metrics].join(', ')}: ${reason}`;
  });
}

const kindOf = ({ direction, isBetter }: Effect): EffectKind =>
  direction === 'unclear' || direction === 'same' ? 'cannot tell' : isBetter === null ? 'differs' : isBetter ? 'better' : 'worse';

/** A row for each metric that has a ratio above 0; null where none has. */
export function comparisonChart({ effects, bands, variants: { nameA, nameB } }: Comparison): TopLevelSpec | null {
  const rows = effects.flatMap((effect): EffectRow[] => {
    const { ratio, metric, at, direction } = effect;
    if (ratio === null || !(ratio.mean > 0) || direction === 'same') return [];
    const band = bands?.bands.get(bandKey(effect));
    const named = {
      metric: at === '' ? metric : `${metric}, ${at}`,
      ratio: ratio.mean,
      low: ratio.low,
      high: ratio.high,
      kind: kindOf(effect),
    };
    return [band === undefined ? named : { ...named, band: [band.low, band.high] }];
  });
  if (rows.length === 0) return null;
  const description = `Ratio of ${nameA} to ${nameB} for each metric, with 95 % intervals`;
  return effectChart({ description, xTitle: `${nameA} / ${nameB}` }, rows);
}
