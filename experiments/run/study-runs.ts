/** The runs of a study plan: carried out on the workers or taken from the store, with as many seeds as the plan asks for. */
import path from 'node:path';
import type { Cell, Row } from '../../results/rows.js';
import { mean, tInterval } from '../../results/statistics/index.js';
import { seedsOf, type PlannedPoint, type StudyPlan } from '../config/plan.js';
import type { PointConfig } from '../config/point.js';
import type { StoppingRule } from '../config/replication.js';
import { packageRoot } from '../places.js';
import { codeIdentity } from './code-identity.js';
import { RunStore } from './run-store.js';
import { carryOutTasks, isFailed, type Run, type RunSettings, type RunTask } from './run-tasks.js';
import type { StudyTask } from './study-worker.js';

/** The module that runs are made in: with what it imports, it is the code that a stored run depends on. */
const workerScript = new URL('./study-worker.js', import.meta.url);

/** The store of runs of studies in a folder, for the code that runs now. Throws InputError where the folder cannot be made. */
export const openStudyStore = (folder: string, isFresh: boolean): RunStore =>
  new RunStore(folder, codeIdentity(workerScript, path.join(packageRoot, 'package.json')), isFresh);

/** One run of a plan: a point by its number, with a seed. */
export interface PlannedRun {
  readonly point: number;
  readonly seed: number;
}

/** What became of it: a row of `columnsOf(plan)`, or one sentence. */
export type StudyRun = PlannedRun & ({ readonly row: Row } | { readonly failure: string });

/** All runs of a plan: point after point, each with the fewest seeds. */
export const plannedRuns = (plan: StudyPlan): PlannedRun[] =>
  plan.points.flatMap((_, point) => seedsOf(plan).map((seed) => ({ point, seed })));

/** Those of them that are not stored. */
export const missingRuns = (plan: StudyPlan, runs: readonly PlannedRun[], store: RunStore): PlannedRun[] =>
  runs.filter((run) => store.get(identityOf(plan, run)) === null);

/** Carries out exactly these runs, and answers in their order. */
export async function carryOutPlanned(plan: StudyPlan, runs: readonly PlannedRun[], settings: RunSettings): Promise<StudyRun[]> {
  const tasks = runs.map((run): RunTask => {
    const { config, label, cost } = plan.points[run.point]!;
    const identity = identityOf(plan, run);
    const message: StudyTask = { config, seed: run.seed, folder: plan.folder, inputs: identity.inputs };
    const about = `${label}, seed ${run.seed} (point ${plan.points[run.point]!.key}, ${JSON.stringify(config)})`;
    return { identity, message, cost, label: about };
  });
  const done = await carryOutTasks(workerScript, tasks, settings);
  return runs.map((run, i) => ({ ...run, ...outcomeOf(plan.points[run.point]!, run.seed, done[i]!) }));
}

/** All runs of a plan in order of points and seeds; where the plan has a stopping rule, as many of each point as it takes. */
export async function carryOutPlan(plan: StudyPlan, settings: RunSettings): Promise<StudyRun[]> {
  const first = await carryOutPlanned(plan, plannedRuns(plan), settings);
  const { until } = plan.replication;
  if (until === null) return first;
  const byPoint = plan.points.map((_, point) => first.filter((run) => run.point === point));
  for (;;) {
    const more = byPoint.flatMap((runs, point) => nextSeeds(runs, until).map((seed) => ({ point, seed })));
    if (more.length === 0) return byPoint.flatMap((runs) => runs.slice(0, enough(runs, until) ?? runs.length));
    for (const run of await carryOutPlanned(plan, more, settings)) byPoint[run.point]!.push(run);
  }
}

/** Runs that are made at once where the interval is still too wide: which of them count does not depend on it. */
const seedsAtOnce = 4;

function nextSeeds(runs: readonly StudyRun[], rule: StoppingRule): number[] {
  if (enough(runs, rule) !== null) return [];
  const last = runs[runs.length - 1]!.seed;
  return Array.from({ length: Math.min(seedsAtOnce, rule.atMost - runs.length) }, (_, i) => last + 1 + i);
}

/** The least number of runs that the rule is content with; null where there are not enough yet. A point with a failure is not gone on with. */
function enough(runs: readonly StudyRun[], { metric, halfWidth, atLeast, atMost }: StoppingRule): number | null {
  if (runs.some((run) => 'failure' in run)) return runs.length;
  const values = runs.map((run) => ('row' in run ? run.row[metric]! : null));
  for (let n = atLeast; n <= runs.length; n++) {
    const numbers = values.slice(0, n).filter((value) => typeof value === 'number');
    if (numbers.length < n) return runs.length;
    const { low, high } = tInterval(numbers);
    if ((high - low) / 2 <= halfWidth * Math.abs(mean(numbers))) return n;
  }
  return runs.length >= atMost ? runs.length : null;
}

/** All that a run depends on besides the code. */
interface RunIdentity {
  readonly config: PointConfig;
  readonly seed: number;
  /** SHA-256 by the name in the config. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** A run depends on what is in the files that its point names, not on those of other points. */
function identityOf({ points, inputs }: StudyPlan, { point, seed }: PlannedRun): RunIdentity {
  const { config, files } = points[point]!;
  return { config, seed, inputs: Object.fromEntries(files.map((file) => [file, inputs[file]!])) };
}

function outcomeOf({ key, values }: PlannedPoint, seed: number, run: Run): { row: Row } | { failure: string } {
  if (isFailed(run)) return run;
  const about: Record<string, Cell> = { point: key, ...values, seed };
  return { row: { ...about, ...run.rows[0]! } };
}
