/** A worker thread that runs single points of figures: each task names one, each answer is its rows. */
import { parentPort } from 'node:worker_threads';
import type { Row } from '../../results/rows.js';
import { figures } from '../figures/index.js';
import type { Point, Scale } from '../figures/figure.js';
import { withChanges, type ParameterChanges } from '../testbeds/changes.js';
import { testbeds } from '../testbeds/index.js';

export interface FigureTask {
  /** A figure that draws the study. */
  readonly figure: string;
  readonly point: Point;
  readonly seed: number;
  readonly scale: Scale;
  /** Parameters of the test-bed that are moved, by path. */
  readonly changes?: ParameterChanges;
}

/** Runs one task. */
function runTask({ figure, point, seed, scale, changes }: FigureTask): Row[] {
  const { study } = figures.get(figure, 'a task');
  return study.run(point, seed, scale, withChanges(testbeds.get(study.testbed, 'a task'), changes ?? {}));
}

parentPort!.on('message', ({ index, task }: { index: number; task: FigureTask }) => {
  try {
    parentPort!.postMessage({ index, result: runTask(task) });
  } catch (error) {
    const { figure, point, seed } = task;
    const message = error instanceof Error ? error.message : String(error);
    parentPort!.postMessage({ index, error: new Error(`${figure} ${JSON.stringify(point)} seed ${seed}: ${message}`, { cause: error }) });
  }
});
