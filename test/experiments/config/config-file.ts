/** Configs for tests: a text in a file of a scratch folder, and what is said of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openConfig, planOf, type StudyPlan } from '../../../experiments/config/plan.js';
import { InputError } from '../../../sim/errors.js';

/** Requests that take a millisecond or so. */
export const small = [
  'study: workload',
  'disk: {size: 64MiB}',
  'workload: {name: rand-io, partitionSize: 64MiB, block: 64KiB, operations: 20}',
];

/** Writes `run.yaml` and answers its path. */
export function configFile(folder: string, lines: readonly string[], name = 'run.yaml'): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

export const planIn = (folder: string, lines: readonly string[], overrides: readonly string[] = []): StudyPlan =>
  planOf(openConfig(configFile(folder, lines), overrides));

/** The message of the refusal; the folder is left out of it. */
export function refusal(folder: string, lines: readonly string[], overrides: readonly string[] = []): string {
  try {
    planIn(folder, lines, overrides);
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${folder}${path.sep}`, '');
    throw error;
  }
  throw new Error('the config was accepted');
}
