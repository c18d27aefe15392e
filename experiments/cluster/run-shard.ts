/** Runs what a shard has and its sweep's store lacks. It may be broken off and started again, and be run twice at once. */
import { InputError } from '../../sim/errors.js';
import type { RunSettings } from '../run/run-tasks.js';
import { carryOutPlan, carryOutPlanned, type StudyRun } from '../run/study-runs.js';
import { noteEnd, type FailedRun, type Sweep } from './sweep-folder.js';

/**
 * @param number from 1
 * @returns the runs that failed; the others are in the store
 * @throws InputError at a shard that the sweep does not have
 */
export async function runShard(sweep: Sweep, number: number, settings: Omit<RunSettings, 'store'>): Promise<FailedRun[]> {
  const runs = sweep.shards[number - 1];
  if (runs === undefined) throw new InputError('the shard', String(number), `a number from 1 to ${sweep.shards.length}`);
  const { plan, store } = sweep;
  const ended =
    plan.replication.until === null
      ? await carryOutPlanned(plan, runs, { ...settings, store })
      : await runToRule(sweep, [...new Set(runs.map(({ point }) => point))], settings);
  const failed = ended.flatMap((run) => ('failure' in run ? [{ point: run.point, seed: run.seed, reason: run.failure }] : []));
  noteEnd(sweep, number - 1, failed);
  return failed;
}

/** As many runs of each point as the rule takes; points keep their numbers in the whole plan. */
export async function runToRule(
  { plan, store }: Sweep,
  points: readonly number[],
  settings: Omit<RunSettings, 'store'>,
): Promise<StudyRun[]> {
  const part = { ...plan, points: points.map((point) => plan.points[point]!) };
  const runs = await carryOutPlan(part, { ...settings, store });
  return runs.map((run) => ({ ...run, point: points[run.point]! }));
}
