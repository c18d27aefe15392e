/** The runs that figures draw, as tasks for the workers. */
import path from 'node:path';
import type { Point, Scale, Study } from '../figures/figure.js';
import { figures } from '../figures/index.js';
import { packageRoot } from '../places.js';
import { codeIdentity } from './code-identity.js';
import type { FigureTask } from './figure-worker.js';
import { RunStore } from './run-store.js';
import { carryOutTasks, type Run, type RunSettings } from './run-tasks.js';

export { isFailed, type Run, type RunSettings } from './run-tasks.js';

/** The module that runs are made in: with what it imports, it is the code that a stored run depends on. */
const workerScript = new URL('./figure-worker.js', import.meta.url);

/** The store in a folder, for the code that runs now. Throws InputError where the folder cannot be made. */
export const openStore = (folder: string, isFresh: boolean): RunStore =>
  new RunStore(folder, codeIdentity(workerScript, path.join(packageRoot, 'package.json')), isFresh);

/** Points with their seeds 1, 2, ... as tasks; `seedsAtMost` cuts the seeds short. */
export function tasksOf(study: Study, points: readonly Point[], scale: Scale, seedsAtMost = Infinity): FigureTask[] {
  const figure = figures.nameOf(study);
  return points.flatMap((point) =>
    Array.from({ length: Math.min(seedsAtMost, study.seeds(point, scale)) }, (_, i) => ({ figure, point, seed: i + 1, scale })),
  );
}

/** The answer is in the order of the tasks. */
export const carryOutRuns = (tasks: readonly FigureTask[], settings: RunSettings): Promise<Run[]> =>
  carryOutTasks(
    workerScript,
    tasks.map((task) => ({ identity: task, message: task, cost: costOf(task), label: describe(task) })),
    settings,
  );

function costOf({ figure, point, scale }: FigureTask): number {
  return figures.get(figure, 'a task').study.cost?.(point, scale) ?? 1;
}

function describe({ figure, point, seed, scale, changes }: FigureTask): string {
  return `${figure} ${JSON.stringify(point)} seed ${seed}, ${scale}${changes === undefined ? '' : `, with ${JSON.stringify(changes)}`}`;
}
