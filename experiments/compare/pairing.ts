/**
 * Runs of two variants, brought together seed by seed: the same seed gives both the same random numbers, as every purpose has a stream of its own.
 */
import type { MetricPairs } from '../../results/compare/effects.js';
import type { Cell, Row } from '../../results/rows.js';
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import type { StudyPlan } from '../config/plan.js';
import { carryOutPlanned, type StudyRun } from '../run/study-runs.js';
import type { RunSettings } from '../run/run-tasks.js';
import type { AnyStudyKind, MetricColumn } from '../studies/study.js';

/** The runs of a plan with the seeds of a comparison, point after point. */
export interface SeededRuns {
  readonly runs: readonly StudyRun[];
  readonly failures: readonly string[];
}

/** A metric that is left out of a comparison, and why. */
export interface Omitted {
  readonly metric: string;
  readonly at: string;
  readonly why: string;
}

export interface Pairs {
  readonly metrics: readonly MetricPairs[];
  readonly omitted: readonly Omitted[];
}

/**
 * As many seeds as are asked for, or as the config has replications.
 * @throws InputError below two: one pair says nothing of chance
 */
export function seedsFor({ replication: { seed, runs } }: StudyPlan, wanted: number | undefined): number[] {
  const count = wanted ?? runs;
  if (count < 2) throw new InputError('replications', String(count), 'at least 2 (10 is a good number), in the config or by --seeds');
  return Array.from({ length: count }, (_, i) => seed + i);
}

/** Carries out each point of a plan with each of the seeds. */
export async function runWithSeeds(plan: StudyPlan, seeds: readonly number[], settings: RunSettings): Promise<SeededRuns> {
  const planned = plan.points.flatMap((_, point) => seeds.map((seed) => ({ point, seed })));
  const runs = await carryOutPlanned(plan, planned, settings);
  return { runs, failures: runs.flatMap((run) => ('failure' in run ? [run.failure] : [])) };
}

/** The rows of runs that did not fail, each with the variant that it is of. */
export const variantRows = (runs: readonly StudyRun[], variant: string): Row[] =>
  runs.flatMap((run) => ('row' in run ? [{ variant, ...run.row }] : []));

/**
 * @param metricColumns what is compared
 * @param at what point i is called in the answer
 */
export function pairsOf(
  metricColumns: readonly MetricColumn[],
  a: readonly StudyRun[],
  b: readonly StudyRun[],
  at: readonly string[],
): Pairs {
  const metrics: MetricPairs[] = [];
  const omitted: Omitted[] = [];
  for (const [point, where] of at.entries()) {
    const rows = rowPairs(a, b, point);
    for (const column of metricColumns) {
      const pairs = pairsIn(column, where, rows);
      if ('why' in pairs) omitted.push(pairs);
      else metrics.push(pairs);
    }
  }
  return { metrics, omitted };
}

/**
 * The columns that hold metrics, which have a unit; or of these the ones that are named, in the order of the study.
 * @throws InputError at a name that no metric has
 */
export function metricsOf({ columns }: AnyStudyKind, wanted?: readonly string[]): MetricColumn[] {
  const metrics = columns.filter(({ unit }) => unit !== '');
  if (wanted === undefined) return metrics;
  const known = metrics.map(({ name }) => name);
  for (const name of wanted)
    if (!known.includes(name)) throw new InputError('--metrics', `the unknown metric "${name}"`, expectedOneOf(name, known));
  return metrics.filter(({ name }) => wanted.includes(name));
}

/** The rows of a point that both variants have, seed by seed. */
function rowPairs(a: readonly StudyRun[], b: readonly StudyRun[], point: number): (readonly [Row, Row])[] {
  const rowsOf = (runs: readonly StudyRun[]): Map<number, Row> =>
    new Map(runs.flatMap((run) => (run.point === point && 'row' in run ? [[run.seed, run.row] as const] : [])));
  const ofB = rowsOf(b);
  return [...rowsOf(a)].flatMap(([seed, row]) => (ofB.has(seed) ? [[row, ofB.get(seed)!] as const] : []));
}

function pairsIn({ name, unit, better }: MetricColumn, at: string, rows: readonly (readonly [Row, Row])[]): MetricPairs | Omitted {
  const whole = rows.filter((pair): pair is readonly [Row, Row] => pair.every((row) => isNumber(row[name])));
  if (whole.length < 2) return { metric: name, at, why: `${whole.length} of ${rows.length} pairs of runs have a value` };
  // A value that only some seeds have, such as a quantile of too few requests, would be compared on the seeds that happen to have it.
  if (whole.length < rows.length) return { metric: name, at, why: `only ${whole.length} of ${rows.length} pairs of runs have a value` };
  const of = (side: 0 | 1): number[] => whole.map((pair) => pair[side][name] as number);
  return { metric: name, at, unit, better, a: of(0), b: of(1) };
}

const isNumber = (cell: Cell | undefined): boolean => typeof cell === 'number';
