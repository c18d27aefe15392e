/**
 * A sweep on Slurm: its shards as a job array, which Slurm runs again where a node died, and a job that merges when the last of them has ended,
 * however it ended. What is done is read from the sweep's own store, so no accounting of the cluster is needed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeAllWhole, writeWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';
import { queuedShards, queueWords, quoted, ranges, type ShardsInQueue } from './shell.js';

export interface SlurmRequest {
  /** The sweep's folder, absolute: jobs begin where the scheduler likes. */
  readonly folder: string;
  readonly name: string;
  /** The words that start snapsim. */
  readonly program: readonly string[];
  /** Where the merged result goes, absolute. */
  readonly out: string;
  /** Worker threads, and so processors, of a shard. */
  readonly workers: number;
  /** Shards that run at once at most; null for as many as there is room for. */
  readonly throttle: number | null;
  /** Further options of sbatch for the shards, such as `--time=2:00:00`. */
  readonly options: readonly string[];
}

export interface SlurmJobs {
  readonly array: string;
  readonly merge: string;
}

const file = (folder: string, name: string): string => path.join(folder, 'jobs', name);

/** The two scripts, by name. Each ends as what it starts. */
export function scriptsOf(request: SlurmRequest): ReadonlyMap<string, string> {
  const { folder, program, workers, out } = request;
  const words = [...program, 'sweep', 'run-shard', folder].map(quoted).join(' ');
  const merge = [...program, 'sweep', 'merge', folder, '--out', out].map(quoted).join(' ');
  return new Map([
    ['shard.sh', `#!/bin/sh\nexec ${words} "$SLURM_ARRAY_TASK_ID" --workers ${workers}\n`],
    ['merge.sh', `#!/bin/sh\nexec ${merge}\n`],
  ]);
}

/** The words behind `sbatch` for the shards. */
export function arrayWords({ folder, name, workers, throttle, options }: SlurmRequest, shards: readonly number[]): string[] {
  return [
    '--parsable',
    `--job-name=snapsim-${name}`,
    `--array=${ranges(shards)}${throttle === null ? '' : `%${throttle}`}`,
    '--requeue',
    '--open-mode=append',
    `--cpus-per-task=${workers}`,
    `--output=${file(folder, 'shard-%a.log')}`,
    ...options,
    file(folder, 'shard.sh'),
  ];
}

/** The words behind `sbatch` for the merge, after the array `job`. */
export const mergeWords = ({ folder, name }: SlurmRequest, job: string): string[] => [
  '--parsable',
  `--job-name=snapsim-${name}-merge`,
  `--dependency=afterany:${job}`,
  '--requeue',
  `--output=${file(folder, 'merge.log')}`,
  file(folder, 'merge.sh'),
];

const writeScripts = (request: SlurmRequest): void =>
  writeAllWhole(new Map([...scriptsOf(request)].map(([name, text]) => [file(request.folder, name), text])));

/** Hands both jobs to Slurm. Throws InputError where it refuses. */
export function submitToSlurm(request: SlurmRequest, shards: readonly number[]): SlurmJobs {
  writeScripts(request);
  const array = sbatch(arrayWords(request, shards));
  // Kept at once: whoever submits again must know of the shards that wait or run.
  keepJob(request.folder, array);
  return { array, merge: sbatch(mergeWords(request, array)) };
}

function sbatch(words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('sbatch', words, { encoding: 'utf8' });
  if (error !== undefined) throw new InputError('sbatch', error.message, 'Slurm on this machine, or --with parallel or local');
  const job = /^[0-9]+/.exec(stdout)?.[0];
  if (status !== 0 || job === undefined)
    throw new InputError(`sbatch ${words.map(quoted).join(' ')}`, stderr.trim() || `status ${String(status)}`, 'a job');
  return job;
}

const jobsFile = (folder: string): string => file(folder, 'slurm-arrays.json');

const keptJobs = (folder: string): string[] =>
  existsSync(jobsFile(folder)) ? (JSON.parse(readFileSync(jobsFile(folder), 'utf8')) as string[]) : [];

const keepJob = (folder: string, job: string): void => writeWhole(jobsFile(folder), `${JSON.stringify([...keptJobs(folder), job])}\n`);

/**
 * Shards of the sweep that wait or run, as the queue says now; none where there is no Slurm.
 * @throws InputError at an answer of squeue that is not understood
 */
export function shardsInQueue(folder: string): ShardsInQueue {
  const [waiting, running] = [new Set<number>(), new Set<number>()];
  // One by one: a queue that has forgotten one of them answers for none of the others.
  for (const job of keptJobs(folder)) {
    const words = queueWords(job);
    const { status, stdout } = spawnSync('squeue', words, { encoding: 'utf8', maxBuffer: Infinity });
    if (status !== 0) continue;
    const queued = queuedShards(stdout, `squeue ${words.map(quoted).join(' ')}`);
    for (const shard of queued.waiting) waiting.add(shard);
    for (const shard of queued.running) running.add(shard);
  }
  return { waiting, running };
}
