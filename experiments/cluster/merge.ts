/** From the store of a sweep to its folder of results: the same bytes as of `snapsim run`, whoever made the runs, and in whatever order. */
import { InputError } from '../../sim/errors.js';
import { beginStudy, runStudy, type StudyResult } from '../run/run-study.js';
import type { RunSettings } from '../run/run-tasks.js';
import { carryOutPlanned, missingRuns, plannedRuns, type PlannedRun, type StudyRun } from '../run/study-runs.js';
import { runToRule } from './run-shard.js';
import { statusOf } from './status.js';
import type { Sweep } from './sweep-folder.js';

export interface MergeRequest {
  readonly folder: string;
  readonly command: readonly string[];
  /** Whether to merge what there is, where runs are missing. */
  readonly isPartial: boolean;
}

export interface MergeResult extends StudyResult {
  /** Runs that the plan has and the result lacks. */
  readonly leftOut: number;
}

/** @throws InputError where runs are missing and a part is not wanted, or there is nothing at all */
export async function mergeSweep(sweep: Sweep, { folder, command, isPartial }: MergeRequest): Promise<MergeResult> {
  const { plan, text, store } = sweep;
  const request = { plan, text, folder, command };
  const settings: RunSettings = { store, workers: 1, onProgress: () => {} };
  const open = statusOf(sweep).filter(({ isComplete }) => !isComplete);
  if (open.length === 0) return { ...(await runStudy(request, settings)), leftOut: 0 };
  if (!isPartial) refuse(sweep, open);
  const missing = new Set(missingRuns(plan, plannedRuns(plan), store).map(({ point, seed }) => `${point} ${seed}`));
  const done = plannedRuns(plan).filter(({ point, seed }) => !missing.has(`${point} ${seed}`));
  if (done.length === 0) throw new InputError(sweep.folder, 'no run that is done', 'at least one');
  const finish = beginStudy(request);
  return { ...finish(await carryOutDone(sweep, done, settings)), leftOut: missing.size };
}

/** Runs that are done, in order of points and seeds; with a stopping rule all that it took of the points of complete shards. */
async function carryOutDone(sweep: Sweep, done: readonly PlannedRun[], settings: RunSettings): Promise<StudyRun[]> {
  const { plan } = sweep;
  if (plan.replication.until === null) return carryOutPlanned(plan, done, settings);
  const complete = statusOf(sweep).filter(({ isComplete }) => isComplete);
  const ruled = new Set(complete.flatMap(({ shard }) => sweep.shards[shard - 1]!.map(({ point }) => point)));
  const others = done.filter(({ point }) => !ruled.has(point));
  const runs = [...(await runToRule(sweep, [...ruled], settings)), ...(await carryOutPlanned(plan, others, settings))];
  return runs.sort((a, b) => a.point - b.point || a.seed - b.seed);
}

function refuse({ folder, plan }: Sweep, open: ReturnType<typeof statusOf>): never {
  const runs = open.flatMap(({ missing, failed }) => [...failed, ...missing]);
  const first = runs[0];
  const example = first === undefined ? '' : `, ${plan.points[first.point]!.label} with seed ${first.seed} among them`;
  throw new InputError(
    folder,
    `${runs.length} runs that are missing or failed, in ${open.length} shards${example}`,
    'all of them (snapsim sweep submit runs what is missing), or --partial',
  );
}
