/** From the store of a sweep to its folder of results: the same bytes as of `snapsim run`, whoever made the runs, and in whatever order. */
import { InputError } from '../../sim/errors.js';
import { beginStudy, runStudy, type StudyResult } from '../run/run-study.js';
import type { RunSettings } from '../run/run-tasks.js';
import { carryOutPlanned, missingRuns, plannedRuns } from '../run/study-runs.js';
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
  return { ...finish(await carryOutPlanned(plan, done, settings)), leftOut: missing.size };
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
