/** Stops the host at every point of an operation and compares what is lost with what is known to be lost, in both directions. */
import type { CacheMode } from '../../models/io/image-format.js';
import { checkCrash, type CrashCase, type CrashResult } from './crash/check.js';
import type { DriveCache } from './crash/durability.js';
import { expectedOf } from './crash/expected/index.js';
import { violationClasses, type Violation } from './crash/promises.js';
import { modelledFormats, operationsOf, unmodelledFormats } from './crash/variants.js';

/** One cell of the matrix, held against what is expected of it. */
export interface CrashValidation extends CrashResult {
  readonly expected: readonly Violation[];
  /** Why it is expected, with the source. */
  readonly reason: string;
  readonly isExpected: boolean;
}

const caches: readonly CacheMode[] = ['none', 'writethrough', 'writeback'];
const driveCaches: readonly DriveCache[] = ['off', 'on'];

/** Every cell of the matrix. */
export const crashCases = (): CrashCase[] =>
  modelledFormats.flatMap((format) =>
    operationsOf(format).flatMap((operation) =>
      caches.flatMap((cache) => driveCaches.map((driveCache) => ({ format, operation, cache, driveCache }))),
    ),
  );

/** Tries every cell; `unmodelled` are the formats that have no recovery model, and so no cell. */
export function validateCrash(): { cases: CrashValidation[]; unmodelled: string[] } {
  const cases = crashCases().map((given): CrashValidation => {
    const result = checkCrash(given);
    const { violations: expected, reason } = expectedOf(given);
    const isExpected = violationClasses.every((violation) => expected.includes(violation) === (result.violations[violation] ?? 0) > 0);
    return { ...result, expected, reason, isExpected };
  });
  return { cases, unmodelled: unmodelledFormats() };
}
