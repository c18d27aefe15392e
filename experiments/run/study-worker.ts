/** A worker thread that runs single points of studies of configs: each task names one with a seed, each answer is its row. */
import { parentPort } from 'node:worker_threads';
import { toJsonLines } from '../../results/rows.js';
import { whileUnchanged } from '../config/inputs.js';
import { mapOf, placedOf } from '../config/placed.js';
import { kindOf, type PointConfig } from '../config/point.js';
import type { RunRecord } from './run-store.js';
import { runPoint } from './study-run.js';

export interface StudyTask {
  readonly config: PointConfig;
  readonly seed: number;
  /** What names of files in the config are relative to. */
  readonly folder: string;
  /** SHA-256 of what was in these files when the run was planned, by name. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Throws RangeError at a row that has no JSON, such as one with NaN, InputError at a file that is not what was planned with. */
function runTask({ config, seed, folder, inputs }: StudyTask): RunRecord {
  const { columns } = kindOf(mapOf(placedOf(config, 'a task'), 'a config')).study;
  const row = whileUnchanged(inputs, folder, () => runPoint(config, seed, folder));
  return { rows: toJsonLines(columns, [row]), reads: [] };
}

parentPort!.on('message', ({ index, task }: { index: number; task: StudyTask }) => {
  try {
    parentPort!.postMessage({ index, result: runTask(task) });
  } catch (error) {
    parentPort!.postMessage({ index, error: error instanceof Error ? error.message : String(error) });
  }
});
