/**
 * Carries out tasks on worker threads: those that are stored are taken from the store, the others are started the longest first and stored as
 * they end. The answer is in the order of the tasks, so it depends neither on the workers nor on what was stored.
 */
import type { Row } from '../../results/rows.js';
import { runTasks } from './pool.js';
import type { RunRecord, RunStore } from './run-store.js';

export interface RunSettings {
  /** Null: nothing is kept. */
  readonly store: RunStore | null;
  readonly workers: number;
  /** Told the share of the work that is done, by cost, and how many runs of those that had to be made. */
  readonly onProgress: (share: number, done: number, of: number) => void;
  /** Whether the first run that fails ends all. */
  readonly failsFast?: boolean;
}

/** A run's rows, or the sentence that says which one failed, and why. */
export type Run = { readonly rows: readonly Row[]; readonly reads: readonly string[] } | { readonly failure: string };

export const isFailed = (run: Run): run is { readonly failure: string } => 'failure' in run;

export interface RunTask {
  /** All that the run depends on besides the code: what is stored is found by it. */
  readonly identity: object;
  /** What the worker is told. */
  readonly message: unknown;
  /** About how long it takes, in any unit: the longest runs are started first. */
  readonly cost: number;
  /** What a failure is told of. */
  readonly label: string;
}

/** @param script the worker's module: it answers each message with a RunRecord, see pool.ts */
export async function carryOutTasks(script: URL, tasks: readonly RunTask[], settings: RunSettings): Promise<Run[]> {
  const { store, workers, onProgress, failsFast = false } = settings;
  const runs = tasks.map((task): Run | null => {
    const stored = store?.get(task.identity) ?? null;
    return stored === null ? null : runOf(stored);
  });
  const missing = tasks
    .map((task, index) => ({ task, index }))
    .filter(({ index }) => runs[index] === null)
    .sort((a, b) => b.task.cost - a.task.cost || a.index - b.index);
  const total = missing.reduce((sum, { task }) => sum + task.cost, 0);
  let [spent, done] = [0, 0];
  const onOutcome = (at: number, outcome: { readonly result: RunRecord } | { readonly error: string }): void => {
    const { task, index } = missing[at]!;
    if ('result' in outcome) {
      store?.put(task.identity, outcome.result);
      runs[index] = runOf(outcome.result);
    } else runs[index] = { failure: `${task.label}: ${outcome.error}` };
    spent += task.cost;
    onProgress(spent / total, ++done, missing.length);
    if (failsFast && 'error' in outcome) throw new FailedFast(`${task.label}: ${outcome.error}`);
  };
  const messages = missing.map(({ task }) => task.message);
  await runTasks<unknown, RunRecord>(script, messages, workers, onOutcome);
  return runs as Run[];
}

/** A run failed, and the others were not waited for. */
export class FailedFast extends Error {}

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
