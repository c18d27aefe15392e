/** How far a sweep is, in words. */
import type { ShardStatus } from '../cluster/status.js';
import type { StudyPlan } from '../config/plan.js';
import { table } from './table.js';

/** Shards that are complete are counted, the others listed, and of failures each is told. */
export function statusTable(
  plan: StudyPlan,
  shards: readonly ShardStatus[],
  waiting: ReadonlySet<number>,
  running: ReadonlySet<number>,
): string {
  const sum = (of: (shard: ShardStatus) => number): number => shards.reduce((total, shard) => total + of(shard), 0);
  const open = shards.filter(({ isComplete }) => !isComplete);
  const inQueue = (shard: number): string => (running.has(shard) ? 'runs' : waiting.has(shard) ? 'waits' : '');
  const rows = open.map(({ shard, runs, done, missing, failed }) => [
    String(shard),
    ...[runs, done, missing.length, failed.length].map(String),
    inQueue(shard),
  ]);
  const failures = shards.flatMap(({ failed }) => failed.map(({ reason }) => `failed: ${reason}`));
  const counts = `${sum(({ done }) => done)} of ${sum(({ runs }) => runs)} runs done, ${sum(({ missing }) => missing.length)} missing, ${sum(({ failed }) => failed.length)} failed`;
  return [
    ...(open.length === 0 ? [] : [table(['shard', 'runs', 'done', 'missing', 'failed', 'queue'], rows), '']),
    ...failures,
    `${plan.name}: ${counts}; ${shards.length - open.length} of ${shards.length} shards complete`,
  ].join('\n');
}
