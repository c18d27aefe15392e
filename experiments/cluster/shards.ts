/** How a sweep is cut up: which runs each shard has. It knows no machine. */
import type { StudyPlan } from '../config/plan.js';
import { plannedRuns, type PlannedRun } from '../run/study-runs.js';

/**
 * The runs of a plan in `count` shards of about the same cost, none of them empty; the same plan gives the same shards. With a stopping rule all
 * runs of a point are in one shard, as it says how many there are.
 */
export function shardsOf(plan: StudyPlan, count: number): PlannedRun[][] {
  const runs = plannedRuns(plan);
  const units =
    plan.replication.until === null ? runs.map((run) => [run]) : plan.points.map((_, i) => runs.filter(({ point }) => point === i));
  const shards = balanced(
    units.map((unit) => unit.reduce((sum, { point }) => sum + plan.points[point]!.cost, 0)),
    Math.min(count, units.length),
  );
  return shards.map((members) => members.flatMap((unit) => units[unit]!));
}

/** Indexes of costs in `count` groups: the largest first, each to the group that has the least so far; within a group in order. */
export function balanced(costs: readonly number[], count: number): number[][] {
  const groups = Array.from({ length: count }, (): { cost: number; members: number[] } => ({ cost: 0, members: [] }));
  const order = costs.map((_, i) => i).sort((a, b) => costs[b]! - costs[a]! || a - b);
  for (const index of order) {
    let least = groups[0]!;
    for (const group of groups) if (group.cost < least.cost) least = group;
    least.members.push(index);
    least.cost += costs[index]!;
  }
  return groups.map(({ members }) => members.sort((a, b) => a - b));
}
