/** From a plan to its folder of results. */
import path from 'node:path';
import { beginManifestOfHashes, sha256 } from '../../results/provenance.js';
import type { Row } from '../../results/rows.js';
import { makeFolder, removeAbandoned, writeAllWhole } from '../../results/store.js';
import { whileUnchanged } from '../config/inputs.js';
import { seedsOf, type StudyPlan } from '../config/plan.js';
import { packageRoot } from '../places.js';
import { recordRuns } from './record-runs.js';
import type { RunSettings } from './run-tasks.js';
import { resultFiles } from './study-results.js';
import { carryOutPlan, type StudyRun } from './study-runs.js';

export interface StudyRequest {
  readonly plan: StudyPlan;
  /** The config as given; null where it had no file. */
  readonly text: string | null;
  readonly folder: string;
  readonly command: readonly string[];
}

export interface StudyResult {
  readonly rows: readonly Row[];
  /** One sentence for each run that failed; its row is missing, the others are there. */
  readonly failures: readonly string[];
}

/**
 * @throws InputError at a folder that cannot be written to (before anything runs), or at a file that changed before runs were recorded
 * @throws FailedFast where that is wanted
 */
export async function runStudy(request: StudyRequest, settings: RunSettings): Promise<StudyResult> {
  const { plan, folder } = request;
  const finish = beginStudy(request);
  const runs = await carryOutPlan(plan, settings);
  const [first] = seedsOf(plan);
  const well = runs.flatMap((run) => ('row' in run && run.seed === first ? [plan.points[run.point]!.key] : []));
  if (plan.record === null) return finish(runs);
  return finish(
    runs,
    whileUnchanged(plan.inputs, plan.folder, () => recordRuns(plan, folder, new Set(well))),
  );
}

/**
 * Begins a folder of results; the answered function ends it with the runs there are, and the hashes of what was recorded of them.
 * @throws InputError at a folder that cannot be written to
 */
export function beginStudy({
  plan,
  text,
  folder,
  command,
}: StudyRequest): (runs: readonly StudyRun[], recorded?: ReadonlyMap<string, string>) => StudyResult {
  makeFolder(folder);
  removeAbandoned(folder);
  const endManifest = beginManifestOfHashes(packageRoot, {
    command,
    config: plan.config,
    seed: plan.replication.seed,
    inputs: plan.inputs,
  });
  return (runs, recorded = new Map()) => {
    const rows = runs.flatMap((run) => ('row' in run ? [run.row] : []));
    const failures = runs.flatMap((run) => ('failure' in run ? [run.failure] : []));
    const files = new Map<string, string | Uint8Array>(resultFiles(plan, rows));
    if (text !== null) files.set('config.yaml', text);
    const hashes = [...files].map(([file, content]): [string, string] => [file, sha256(content)]);
    files.set('manifest.json', `${JSON.stringify(endManifest(new Map([...hashes, ...recorded])), null, 1)}\n`);
    writeAllWhole(new Map([...files].map(([file, content]) => [path.join(folder, file), content])));
    return { rows, failures };
  };
}
