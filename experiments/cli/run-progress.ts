/** Progress of runs on the workers: how many of those that have to be made are done, and the time left by their cost. */
import { Option } from 'commander';
import { defaultWorkers } from '../run/pool.js';
import { defaultStore } from '../run/run-store.js';
import type { RunSettings } from '../run/runs.js';
import { Progress } from './progress.js';
import { wholeNumber } from './values.js';

export class RunProgress {
  private progress: Progress | null = null;
  private of = 0;

  constructor(private readonly what: string) {}

  readonly update: RunSettings['onProgress'] = (share, done, of) => {
    // Another batch of runs has a time of its own.
    if (this.progress === null || of !== this.of) this.progress = new Progress(this.what);
    this.of = of;
    this.progress.update(share, `${this.what}, ${done} of ${of} runs`);
  };

  /** Takes the line away. */
  end(): void {
    this.progress?.end();
  }
}

/** Options of every command that makes runs. */
export const runOptions = {
  workers: (): Option =>
    new Option('--workers <n>', 'worker threads').default(defaultWorkers(), 'one a core').argParser(wholeNumber('--workers', 1, 256)),
  store: (): Option => new Option('--store <folder>', 'where runs that are done are kept, and found again').default(defaultStore),
  fresh: (): Option => new Option('--fresh', 'run anew what is stored'),
};

/** Names the runs that failed, on standard error, and makes the command end with status 1. */
export function reportFailures(failures: readonly string[]): void {
  for (const failure of failures) process.stderr.write(`snapsim: a run failed: ${failure}\n`);
  if (failures.length > 0) process.exitCode = 1;
}
