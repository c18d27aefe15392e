/** A sweep's shards under GNU parallel: on this machine, or on those of its own login files. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { InputError } from '../../sim/errors.js';
import { quoted } from './shell.js';

export interface ParallelRequest {
  readonly folder: string;
  readonly program: readonly string[];
  /** Shards at once; null for one a processor. */
  readonly throttle: number | null;
  readonly workers: number;
  /** Further options of parallel, such as `--sshlogin node1,node2`. */
  readonly options: readonly string[];
}

/** The words of the command, `parallel` among them. */
export function parallelWords({ folder, program, throttle, workers, options }: ParallelRequest, shards: readonly number[]): string[] {
  const jobs = throttle === null ? [] : ['--jobs', String(throttle)];
  const shard = [...program, 'sweep', 'run-shard', folder].map(quoted);
  const log = ['--joblog', path.join(folder, 'jobs', 'parallel.log')];
  // GNU parallel takes its command as one text for a shell, with {} where the number stands.
  const command = [...shard, '{}', '--workers', String(workers)].join(' ');
  return ['parallel', ...jobs, ...log, ...options, command, ':::', ...shards.map(String)];
}

/** Runs them and waits; what parallel and the shards say goes to standard error. Answers how many shards failed. */
export function runInParallel(request: ParallelRequest, shards: readonly number[]): number {
  const [program, ...words] = parallelWords(request, shards);
  const { status, error } = spawnSync(program!, words, { stdio: ['ignore', 2, 'inherit'] });
  if (error !== undefined) throw new InputError('parallel', error.message, 'GNU parallel on this machine, or --with local');
  // Its status is the number of jobs that failed, to 100; above, something of its own went wrong.
  if (status === null || status > 101) throw new InputError('parallel', `status ${String(status)}`, 'a run to its end');
  return status;
}
