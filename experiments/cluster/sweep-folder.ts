/**
 * A sweep that several machines work on: a folder that all of them see.
 *
 * - `sweep.json`: the config with what was overridden, where the files that it names lie (from this folder on), their hashes, the identity of the
 *   code, and how many shards there are.
 * - `shards/N.json`: the runs of shard N, numbered from 1: points by their number and key, with seeds.
 * - `store/`: runs that are done, as of every other command, each whole or not at all. What is there is the truth; nothing else is counted.
 * - `failed/N.json`: runs of shard N that failed, with the reason. `finished/N`: the last run of shard N ended, for plans with a stopping rule.
 * - `jobs/`: scripts and logs of whoever starts the shards.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson } from '../../results/provenance.js';
import { makeFolder, writeAllWhole, writeWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';
import { planOf, type Config, type StudyPlan } from '../config/plan.js';
import { placedOf, plainOf, type Plain } from '../config/placed.js';
import type { RunStore } from '../run/run-store.js';
import { openStudyStore, type PlannedRun } from '../run/study-runs.js';
import { shardsOf } from './shards.js';

const layout = 1;

interface SweepFile {
  readonly layout: number;
  readonly title: string;
  /** The config's text as given, for the result; null where there was none. */
  readonly text: string | null;
  readonly config: Plain;
  /** What names of files in the config are relative to, from this folder on. */
  readonly files: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly code: string;
  readonly shards: number;
}

/** A run that failed. */
export interface FailedRun extends PlannedRun {
  readonly reason: string;
}

export interface Sweep {
  readonly folder: string;
  readonly plan: StudyPlan;
  readonly text: string | null;
  readonly store: RunStore;
  /** By number, from 0. */
  readonly shards: readonly (readonly PlannedRun[])[];
}

const partOf = (folder: string, part: string, shard: number): string => path.join(folder, part, `${shard + 1}.json`);

/**
 * Writes a folder for a sweep.
 * @throws InputError at a config that cannot be run, or a folder that holds another sweep
 */
export function planSweep(config: Config, folder: string, shardCount: number): Sweep {
  const plan = planOf(config);
  const code = openStudyStore(path.join(folder, 'store'), false).code;
  for (const part of ['shards', 'failed', 'finished', 'jobs']) makeFolder(path.join(folder, part));
  const shards = shardsOf(plan, shardCount);
  const sweep: SweepFile = {
    layout,
    title: config.title,
    text: config.text,
    config: plainOf(config.tree),
    files: path.relative(path.resolve(folder), config.folder),
    inputs: plan.inputs,
    code,
    shards: shards.length,
  };
  const file = path.join(folder, 'sweep.json');
  const text = `${JSON.stringify(sweep, null, 1)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') !== text) {
    throw new InputError(folder, 'another sweep', 'an empty folder, or the same config, code and number of shards');
  }
  const files = shards.map((runs, shard): [string, string] => [
    partOf(folder, 'shards', shard),
    `${JSON.stringify({ runs: runs.map(({ point, seed }) => ({ point, key: plan.points[point]!.key, seed })) }, null, 1)}\n`,
  ]);
  writeAllWhole(new Map(files));
  // Last: a folder with it is complete.
  writeWhole(file, text);
  return openSweep(folder);
}

/** @throws InputError at a folder that holds no sweep, or one of other code or other inputs */
export function openSweep(folder: string): Sweep {
  const { title, text, config, files, inputs, code, shards } = readSweepFile(folder);
  const plan = planOf({ title, text, tree: placedOf(config, 'sweep.json'), folder: path.resolve(folder, files) });
  if (canonicalJson(plan.inputs) !== canonicalJson(inputs)) {
    const [changed] = Object.keys({ ...inputs, ...plan.inputs }).filter((name) => inputs[name] !== plan.inputs[name]);
    throw new InputError(changed ?? folder, 'a file that has changed since the sweep was planned', 'the same contents, or a new plan');
  }
  const store = openStudyStore(path.join(folder, 'store'), false);
  if (store.code !== code) {
    throw new InputError(
      folder,
      `a sweep that was planned by other code (${code})`,
      `the code that runs now (${store.code}), or a new plan`,
    );
  }
  return { folder, plan, text, store, shards: Array.from({ length: shards }, (_, shard) => readShard(folder, plan, shard)) };
}

function readSweepFile(folder: string): SweepFile {
  const file = path.join(folder, 'sweep.json');
  if (!existsSync(file)) throw new InputError(folder, 'no sweep.json', 'a folder that snapsim sweep plan wrote');
  const sweep = readJson(file) as SweepFile;
  if (sweep.layout !== layout) throw new InputError(file, `the layout ${String(sweep.layout)}`, `${layout}, of this version of snapsim`);
  return sweep;
}

function readShard(folder: string, plan: StudyPlan, shard: number): PlannedRun[] {
  const file = partOf(folder, 'shards', shard);
  const { runs } = readJson(file) as { runs: readonly (PlannedRun & { readonly key: string })[] };
  for (const { point, key } of runs)
    if (plan.points[point]?.key !== key)
      throw new InputError(file, `the point ${key} as number ${point}`, 'a point of the plan; plan anew');
  return runs.map(({ point, seed }) => ({ point, seed }));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(onFile(file, () => readFileSync(file, 'utf8'))) as unknown;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(file, 'no JSON', 'a file that snapsim sweep plan wrote');
  }
}

/** Keeps what failed of a shard, and that its last run ended. */
export function noteEnd({ folder }: Sweep, shard: number, failed: readonly FailedRun[]): void {
  if (failed.length > 0) writeWhole(partOf(folder, 'failed', shard), `${JSON.stringify(failed, null, 1)}\n`);
  else rmSync(partOf(folder, 'failed', shard), { force: true });
  if (failed.length === 0) writeWhole(partOf(folder, 'finished', shard), '{}\n');
}

/** Runs of a shard that failed when it was last run. */
export function failedRuns({ folder }: Sweep, shard: number): FailedRun[] {
  const file = partOf(folder, 'failed', shard);
  return existsSync(file) ? (readJson(file) as FailedRun[]) : [];
}

/** Shards whose last run ended without a failure, by number. */
export const finishedShards = ({ folder }: Sweep): ReadonlySet<number> =>
  new Set(readdirSync(path.join(folder, 'finished')).map((name) => Number.parseInt(name, 10) - 1));
