/** Tests that need a program which is no part of the package: skipped where it is missing, but a failure in CI, which installs it. */
import { spawnSync } from 'node:child_process';
import type { Context } from 'mocha';

/** Whether the program can be run like this, and ends without an error. */
const works = (program: string, probe: readonly string[]): boolean => spawnSync(program, probe, { stdio: 'ignore' }).status === 0;

/** @param probe a call of the program that does nothing and ends with status 0 */
export function needsTool(test: Context, name: string, program: string, probe: readonly string[]): void {
  if (works(program, probe)) return;
  if (process.env['CI'] === 'true') throw new Error(`${name} is missing: CI installs it (.ci/run)`);
  process.stderr.write(`skipped: ${name} is not installed\n`);
  test.skip();
}
