/** The command line as a user has it: a process, what it prints, and its exit status. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The module that `snapsim` starts. */
export const mainModule = fileURLToPath(new URL('../../experiments/cli/main.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const snapsim = (words: readonly string[], folder = process.cwd()): Ended =>
  spawnSync(process.execPath, [mainModule, ...words], { cwd: folder, encoding: 'utf8', maxBuffer: 64e6, timeout: 200_000 });
