/** How far a sweep is, by what is in its store: runs that are done, that failed, and that are missing. */
import { missingRuns, type PlannedRun } from '../run/study-runs.js';
import { failedRuns, finishedShards, type FailedRun, type Sweep } from './sweep-folder.js';

export interface ShardStatus {
  /** From 1, as in files and on command lines. */
  readonly shard: number;
  readonly runs: number;
  readonly done: number;
  /** Neither done nor failed. */
  readonly missing: readonly PlannedRun[];
  /** Failed when they were last run, and not done since. */
  readonly failed: readonly FailedRun[];
  /** Whether nothing remains to be run. */
  readonly isComplete: boolean;
}

export function statusOf(sweep: Sweep): ShardStatus[] {
  const finished = finishedShards(sweep);
  return sweep.shards.map((runs, shard) => {
    const open = missingRuns(sweep.plan, runs, sweep.store);
    const failed = failedRuns(sweep, shard).filter((one) => open.some((run) => isSame(run, one)));
    const missing = open.filter((run) => !failed.some((one) => isSame(run, one)));
    // How many runs a stopping rule asks for is known when the last one has ended.
    const isComplete = open.length === 0 && (sweep.plan.replication.until === null || finished.has(shard));
    return { shard: shard + 1, runs: runs.length, done: runs.length - open.length, missing, failed, isComplete };
  });
}

/** The shards that have to be run, by their numbers from 1. */
export const incompleteShards = (sweep: Sweep): number[] =>
  statusOf(sweep)
    .filter(({ isComplete }) => !isComplete)
    .map(({ shard }) => shard);

const isSame = (a: PlannedRun, b: PlannedRun): boolean => a.point === b.point && a.seed === b.seed;
