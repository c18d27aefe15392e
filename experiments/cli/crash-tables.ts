/** The matrix of crashes as a user reads it. */
import type { CrashValidation } from '../validate/crash.js';
import { exhaustiveTears, exhaustiveWrites, sampledSubsets } from '../validate/crash/durability.js';
import { violationClasses } from '../validate/crash/promises.js';
import { table } from './table.js';

export function crashTable(cases: readonly CrashValidation[]): string {
  const header = ['format', 'operation', 'cache', 'drive cache', 'points', 'subsets', ...violationClasses, 'as known'];
  return table(
    header,
    cases.map(({ format, operation, cache, driveCache, points, isSampled, violations, isExpected }) => [
      format,
      operation,
      cache,
      driveCache,
      String(points),
      isSampled ? 'sampled' : 'all',
      ...violationClasses.map((violation) => String(violations[violation] ?? 0)),
      isExpected ? 'yes' : 'NO',
    ]),
  );
}

/** How crashes were tried, why cells lose what they lose, and what has no recovery model. */
export function crashSummary({
  cases,
  unmodelled,
}: {
  readonly cases: readonly CrashValidation[];
  readonly unmodelled: readonly string[];
}): string {
  const reasons = new Map<string, Set<string>>();
  for (const { format, operation, expected, reason } of cases) {
    if (expected.length > 0) reasons.set(reason, (reasons.get(reason) ?? new Set()).add(`${format} ${operation}`));
  }
  const points = cases.reduce((sum, given) => sum + given.points, 0);
  return [
    `${points} points: after every event of the host, each subset of up to ${exhaustiveWrites} writes that are not durable; of more, ${sampledSubsets} subsets; each write of several sectors torn at every place, of more than ${exhaustiveTears} at so many`,
    ...[...reasons].map(([reason, where]) => `${[...where].join('; ')}: ${reason}`),
    `${cases.filter(({ isExpected }) => isExpected).length} of ${cases.length} cells as known; no recovery model yet: ${unmodelled.join(', ')}`,
  ].join('\n');
}
