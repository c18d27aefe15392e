/**
 * Runs of studies on their test-bed as it is, and with parameters moved. A run that looks at none of the moved parameters is the same as
 * without the move, and is not made again.
 */
import type { Row } from '../../results/rows.js';
import type { Point, Scale, Study } from '../figures/figure.js';
import type { ParameterChanges } from '../testbeds/changes.js';
import type { FigureTask } from './figure-worker.js';
import { carryOutRuns, isFailed, tasksOf, type Run, type RunSettings } from './runs.js';

/** Which runs of a study are wanted, and on which changed test-beds. */
export interface VariantRequest {
  readonly study: Study;
  readonly points: readonly Point[];
  readonly seedsAtMost: number;
  readonly variants: readonly ParameterChanges[];
}

/** The rows of all points and seeds on one test-bed; with a failure they are not all there. */
export interface VariantRuns {
  readonly rows: readonly Row[];
  readonly failures: readonly string[];
}

export interface VariantAnswer {
  readonly asItIs: VariantRuns;
  /** In the order of the request. */
  readonly variants: readonly VariantRuns[];
  /** Paths of the parameters that some run on the test-bed as it is looks at. */
  readonly reads: ReadonlySet<string>;
}

/** The answers are in the order of the requests. */
export async function runVariants(requests: readonly VariantRequest[], scale: Scale, settings: RunSettings): Promise<VariantAnswer[]> {
  const tasks = requests.map(({ study, points, seedsAtMost }) => tasksOf(study, points, scale, seedsAtMost));
  const asItIs = await inGroups(tasks, settings);
  const moved = requests.map(({ variants }, r) =>
    variants.map((changes) => tasks[r]!.map((task) => ({ ...task, changes })).filter((_, t) => matters(changes, asItIs[r]![t]!))),
  );
  const runs = await inGroups(moved.flat(), settings);
  let group = 0;
  return requests.map(({ variants }, r) => {
    const base = asItIs[r]!;
    return {
      asItIs: gathered(base),
      variants: variants.map((changes) => {
        const own = runs[group++]![Symbol.iterator]();
        return gathered(base.map((run) => (matters(changes, run) ? (own.next().value as Run) : run)));
      }),
      reads: new Set(base.flatMap((run) => (isFailed(run) ? [] : run.reads))),
    };
  });
}

/** Whether a run on the test-bed as it is looks at something that is moved. One that failed is not tried again elsewhere. */
const matters = (changes: ParameterChanges, run: Run): boolean => !isFailed(run) && run.reads.some((path) => Object.hasOwn(changes, path));

/** Carries out all groups of tasks at once, and hands the runs back group by group. */
async function inGroups(groups: readonly (readonly FigureTask[])[], settings: RunSettings): Promise<Run[][]> {
  const runs = await carryOutRuns(groups.flat(), settings);
  let from = 0;
  return groups.map(({ length }) => runs.slice(from, (from += length)));
}

const gathered = (runs: readonly Run[]): VariantRuns => ({
  rows: runs.flatMap((run) => (isFailed(run) ? [] : run.rows)),
  failures: runs.flatMap((run) => (isFailed(run) ? [run.failure] : [])),
});
