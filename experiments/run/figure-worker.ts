/** A worker thread that runs single points of studies: each task names one, each answer is its rows. */
import { parentPort } from 'node:worker_threads';
import { toJsonLines } from '../../results/rows.js';
import { figures } from '../figures/index.js';
import type { Point, Scale } from '../figures/figure.js';
import { withChanges, type ParameterChanges } from '../testbeds/changes.js';
import { testbeds } from '../testbeds/index.js';
import { watched } from '../testbeds/watched.js';
import type { RunRecord } from './run-store.js';

export interface FigureTask {
  /** A figure that draws the study. */
  readonly figure: string;
  readonly point: Point;
  readonly seed: number;
  readonly scale: Scale;
  /** Parameters of the test-bed that are moved, by path. */
  readonly changes?: ParameterChanges;
}

/** Runs one task. Throws RangeError at rows that have no JSON, such as one with NaN. */
function runTask({ figure, point, seed, scale, changes }: FigureTask): RunRecord {
  const { study } = figures.get(figure, 'a task');
  const reads = new Set<string>();
  const testbed = watched(withChanges(testbeds.get(study.testbed, 'a task'), changes ?? {}), (path) => void reads.add(path));
  const rows = toJsonLines(study.columns, study.run(point, seed, scale, testbed));
  return { rows, reads: [...reads].sort() };
}

parentPort!.on('message', ({ index, task }: { index: number; task: FigureTask }) => {
  try {
    parentPort!.postMessage({ index, result: runTask(task) });
  } catch (error) {
    parentPort!.postMessage({ index, error: error instanceof Error ? error.message : String(error) });
  }
});
