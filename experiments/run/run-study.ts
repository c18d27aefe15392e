/** From a plan to its folder of results. */
import path from 'node:path';
import { beginManifest } from '../../results/provenance.js';
import type { Row } from '../../results/rows.js';
import { makeFolder, writeAllWhole } from '../../results/store.js';
import type { StudyPlan } from '../config/plan.js';
import { packageRoot } from '../places.js';
import type { RunSettings } from './run-tasks.js';
import { resultFiles } from './study-results.js';
import { carryOutPlan } from './study-runs.js';

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

/** @throws InputError at a folder that cannot be written to (before anything runs), FailedFast where that is wanted */
export async function runStudy({ plan, text, folder, command }: StudyRequest, settings: RunSettings): Promise<StudyResult> {
  makeFolder(folder);
  const endManifest = beginManifest(packageRoot, { command, config: plan.config, seed: plan.replication.seed, inputs: plan.inputs });
  const runs = await carryOutPlan(plan, settings);
  const rows = runs.flatMap((run) => ('row' in run ? [run.row] : []));
  const failures = runs.flatMap((run) => ('failure' in run ? [run.failure] : []));
  const files = new Map<string, string>(resultFiles(plan, rows));
  if (text !== null) files.set('config.yaml', text);
  files.set('manifest.json', `${JSON.stringify(endManifest(files), null, 1)}\n`);
  writeAllWhole(new Map([...files].map(([file, content]) => [path.join(folder, file), content])));
  return { rows, failures };
}
