/**
 * Carries out runs of studies on the workers: those that are stored are taken from the store, the others are started the longest first and
 * stored as they end. The answer is in the order of the tasks, so it depends neither on the workers nor on what was stored.
 */
import path from 'node:path';
import type { Row } from '../../results/rows.js';
import type { Point, Scale, Study } from '../figures/figure.js';
import { figures } from '../figures/index.js';
import { packageRoot } from '../places.js';
import { codeIdentity } from './code-identity.js';
import type { FigureTask, RunRecord } from './figure-worker.js';
import { runTasks } from './pool.js';
import { RunStore } from './run-store.js';

/** The module that runs are made in: with what it imports, it is the code that a stored run depends on. */
const workerScript = new URL('./figure-worker.js', import.meta.url);

/** The store in a folder, for the code that runs now. Throws InputError where the folder cannot be made. */
export const openStore = (folder: string, isFresh: boolean): RunStore =>
  new RunStore(folder, codeIdentity(workerScript, path.join(packageRoot, 'package.json')), isFresh);

export interface RunSettings {
  /** Null: nothing is kept. */
  readonly store: RunStore | null;
  readonly workers: number;
  /** Told the share of the work that is done, by cost, and how many runs of those that had to be made. */
  readonly onProgress: (share: number, done: number, of: number) => void;
}

/** A run's rows, or the sentence that says which one failed, and why. */
export type Run = { readonly rows: readonly Row[]; readonly reads: readonly string[] } | { readonly failure: string };

export const isFailed = (run: Run): run is { readonly failure: string } => 'failure' in run;

/** The name that a study's runs go by: of the first figure that draws it, whichever are drawn now. */
export function nameOf(study: Study): string {
  for (const [name, figure] of figures) if (figure.study === study) return name;
  throw new Error('a study that no figure draws');
}

/** Points with their seeds 1, 2, ... as tasks; `seedsAtMost` cuts the seeds short. */
export function tasksOf(study: Study, points: readonly Point[], scale: Scale, seedsAtMost = Infinity): FigureTask[] {
  const figure = nameOf(study);
  return points.flatMap((point) =>
    Array.from({ length: Math.min(seedsAtMost, study.seeds(point, scale)) }, (_, i) => ({ figure, point, seed: i + 1, scale })),
  );
}

export async function carryOutRuns(tasks: readonly FigureTask[], { store, workers, onProgress }: RunSettings): Promise<Run[]> {
  const runs = tasks.map((task): Run | null => {
    const stored = store?.get(task) ?? null;
    return stored === null ? null : runOf(stored);
  });
  const missing = tasks
    .map((task, index) => ({ task, index, cost: costOf(task) }))
    .filter(({ index }) => runs[index] === null)
    .sort((a, b) => b.cost - a.cost || a.index - b.index);
  const total = missing.reduce((sum, { cost }) => sum + cost, 0);
  let [spent, done] = [0, 0];
  await runTasks<FigureTask, RunRecord>(
    workerScript,
    missing.map(({ task }) => task),
    workers,
    (at, outcome) => {
      const { task, index, cost } = missing[at]!;
      if ('result' in outcome) {
        store?.put(task, outcome.result);
        runs[index] = runOf(outcome.result);
      } else runs[index] = { failure: `${describe(task)}: ${outcome.error}` };
      spent += cost;
      onProgress(spent / total, ++done, missing.length);
    },
  );
  return runs as Run[];
}

/** Rows are read from their text also where they come right from a run, so that stored ones are the same. */
const runOf = ({ rows, reads }: RunRecord): Run => ({
  rows:
    rows === ''
      ? []
      : rows
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Row),
  reads,
});

function costOf({ figure, point, scale }: FigureTask): number {
  return figures.get(figure, 'a task').study.cost?.(point, scale) ?? 1;
}

function describe({ figure, point, seed, scale, changes }: FigureTask): string {
  return `${figure} ${JSON.stringify(point)} seed ${seed}, ${scale}${changes === undefined ? '' : `, with ${JSON.stringify(changes)}`}`;
}
