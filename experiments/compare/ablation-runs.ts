/** Ablations carried out: each changed config in pairs with the config as it is. */
import { effectsOf, type Effect, type MetricPairs } from '../../results/compare/effects.js';
import type { Column, Row } from '../../results/rows.js';
import { InputError } from '../../sim/errors.js';
import { columnsOf } from '../config/plan.js';
import type { RunSettings } from '../run/run-tasks.js';
import type { Ablations } from './ablations.js';
import { metricsOf, pairsOf, runWithSeeds, seedsFor, variantRows, type Omitted } from './pairing.js';

export interface AblationResult {
  readonly names: readonly string[];
  readonly seeds: readonly number[];
  /** Of every metric; `at` is the name of the ablation, `a` the config with it, `b` the config as it is. */
  readonly effects: readonly Effect[];
  readonly omitted: readonly Omitted[];
  readonly columns: readonly Column[];
  /** Every run, `variant` being the name of the ablation, or `as it is`. */
  readonly rows: readonly Row[];
  readonly failures: readonly string[];
}

export const asItIs = 'as it is';

/**
 * Holm's correction is over all metrics of all ablations.
 * @throws InputError with fewer than two seeds, or where no metric is left to compare
 */
export async function runAblations(
  { base, ablations }: Ablations,
  wantedSeeds: number | undefined,
  settings: RunSettings,
): Promise<AblationResult> {
  const seeds = seedsFor(base, wantedSeeds);
  const whole = await runWithSeeds(base, seeds, settings);
  const failures = [...whole.failures];
  const rows = variantRows(whole.runs, asItIs);
  const metrics: MetricPairs[] = [];
  const omitted: Omitted[] = [];
  for (const { name, plan } of ablations) {
    const changed = await runWithSeeds(plan, seeds, settings);
    failures.push(...changed.failures.map((failure) => `${name}: ${failure}`));
    rows.push(...variantRows(changed.runs, name));
    const pairs = pairsOf(metricsOf(base.study), changed.runs, whole.runs, [name]);
    metrics.push(...pairs.metrics);
    omitted.push(...pairs.omitted);
  }
  if (metrics.length === 0) throw new InputError('the runs', failures[0] ?? 'no metric', 'at least two pairs of runs with a metric');
  const columns = [{ name: 'variant', unit: '', about: 'What was changed' }, ...columnsOf(base)];
  return { names: ablations.map(({ name }) => name), seeds, effects: effectsOf(metrics), omitted, columns, rows, failures };
}
