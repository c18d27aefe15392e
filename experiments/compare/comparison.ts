/** A comparison of two variants, carried out: the effects on every metric, with what was left out, and bands where they are asked for. */
import { effectsOf, type Effect } from '../../results/compare/effects.js';
import type { Row } from '../../results/rows.js';
import { InputError } from '../../sim/errors.js';
import type { RunSettings } from '../run/run-tasks.js';
import { ratioBands, type RatioBands } from './bands.js';
import { metricsOf, pairsOf, runWithSeeds, seedsFor, variantRows, type Omitted } from './pairing.js';
import type { Variants } from './variants.js';

export interface Comparison {
  readonly variants: Variants;
  readonly seeds: readonly number[];
  readonly effects: readonly Effect[];
  readonly omitted: readonly Omitted[];
  /** Null where they were not asked for. */
  readonly bands: RatioBands | null;
  /** Every run, with the variant that it is of. */
  readonly rows: readonly Row[];
  readonly failures: readonly string[];
}

export interface ComparisonRequest {
  /** The config's replications where undefined. */
  readonly seeds: number | undefined;
  /** Of the metrics those that were chosen beforehand: the fewer are tested, the smaller a difference can be told. All where undefined. */
  readonly metrics?: readonly string[] | undefined;
  /** Samples of the open parameters; 0 for no bands. */
  readonly bands: number;
}

/** @throws InputError with fewer than two seeds, at an unknown metric (before anything runs), or where none is left to compare */
export async function compareVariants(variants: Variants, request: ComparisonRequest, settings: RunSettings): Promise<Comparison> {
  const { planA, planB, nameA, nameB, at } = variants;
  const seeds = seedsFor(planA, request.seeds);
  const columns = metricsOf(planA.study, request.metrics);
  const a = await runWithSeeds(planA, seeds, settings);
  const b = await runWithSeeds(planB, seeds, settings);
  const failures = [...a.failures, ...b.failures];
  const { metrics, omitted } = pairsOf(columns, a.runs, b.runs, at);
  if (metrics.length === 0) {
    throw new InputError('the runs', failures[0] ?? omitted[0]?.why ?? 'no metric', 'at least two pairs of runs with a metric');
  }
  const bands = request.bands === 0 ? null : await ratioBands(variants, metrics, seeds, request.bands, settings);
  return {
    variants,
    seeds,
    effects: effectsOf(metrics),
    omitted,
    bands,
    rows: [...variantRows(a.runs, nameA), ...variantRows(b.runs, nameB)],
    failures: [...failures, ...(bands?.failures ?? [])],
  };
}
