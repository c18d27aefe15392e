/** What ablations say: a table of what each changes in the headline metrics, and a chart for each of these. It runs nothing. */
import type { Effect } from '../../results/compare/effects.js';
import { inBrackets, shortNumber } from '../../results/compare/verdict.js';
import { groupRows } from '../../results/summary.js';
import type { AnyStudyKind } from '../studies/study.js';
import type { AblationResult } from './ablation-runs.js';
import type { Ablations } from './ablations.js';

/** Whether no metric differs in any run. */
const isWithoutEffect = (effects: readonly Effect[], name: string): boolean =>
  effects.filter(({ at }) => at === name).every(({ direction }) => direction === 'same');

/** A line for each ablation that changes anything, a column for each headline metric; the first line is the config as it is. */
export function ablationTable(
  study: AnyStudyKind,
  { names, effects }: AblationResult,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const shown = study.headline.filter((metric) => effects.some((effect) => effect.metric === metric));
  const find = (metric: string, at?: string): Effect | undefined =>
    effects.find((effect) => effect.metric === metric && (at === undefined || effect.at === at));
  const header = ['change', ...shown];
  const base = ['as it is', ...shown.map((metric) => shortNumber(find(metric)!.meanB))];
  return {
    header,
    rows: [
      base,
      ...names
        .filter((name) => !isWithoutEffect(effects, name))
        .map((name) => [
          name,
          ...shown.map((metric) => {
            const effect = find(metric, name);
            return effect === undefined ? '-' : delta(effect);
          }),
        ]),
    ],
  };
}

/** `+12.0 % [9.1, 15.2]`; `=` where nothing changes, `?` behind what cannot be told from nothing. */
function delta({ direction, ratio, difference }: Effect): string {
  if (direction === 'same') return '=';
  const mark = direction === 'unclear' ? ' ?' : '';
  if (ratio === null || !(ratio.low > 0)) return `${inBrackets(difference, '', true)}${mark}`;
  const percent = (value: number): number => (value - 1) * 100;
  return `${inBrackets({ n: ratio.n, mean: percent(ratio.mean), low: percent(ratio.low), high: percent(ratio.high) }, ' %', true)}${mark}`;
}

/** What stands below the table. */
export function ablationNotes({ impossible }: Ablations, { omitted, seeds, names, effects }: AblationResult): string[] {
  const still = names.filter((name) => isWithoutEffect(effects, name));
  const leftOut = groupRows(
    omitted.map(({ metric, at, why }) => ({ metric, at, why })),
    ['metric', 'why'],
  );
  return [
    `change of each metric against the config as it is, with 95 % intervals; =: the same in every run; ?: cannot be told from nothing (Holm, over all metrics of all changes)`,
    `${seeds.length} pairs of runs with the same random numbers`,
    ...(still.length === 0 ? [] : [`without any effect here: ${still.join(', ')}`]),
    ...impossible.map(({ name, why }) => `cannot be: ${name}: ${why}`),
    ...leftOut.map(
      ({ key, rows }) => `left out: ${String(key['metric'])}: ${String(key['why'])} (${rows.length} of ${names.length} changes)`,
    ),
  ];
}
