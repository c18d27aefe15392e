/**
 * What a ratio may be while the parameters that a test-bed leaves open move within their ranges: beside the interval over seeds, which knows
 * nothing of them. Both variants are run on the same samples.
 */
import { canonicalJson, sha256 } from '../../results/provenance.js';
import { mean, type Interval } from '../../results/statistics/index.js';
import type { MetricPairs } from '../../results/compare/effects.js';
import { bandValue } from '../claims/band.js';
import { samplesOf } from '../claims/sensitivity-bands.js';
import type { Plain } from '../config/placed.js';
import type { PlannedPoint, StudyPlan } from '../config/plan.js';
import type { RunSettings } from '../run/run-tasks.js';
import type { ParameterChanges } from '../testbeds/changes.js';
import { pairsOf, runWithSeeds } from './pairing.js';
import type { Variants } from './variants.js';

/** Bands need few seeds: what moves from sample to sample is far larger. */
const seedsAtMost = 3;

export interface RatioBands {
  /** By metric and point, as `bandKey` puts them together. */
  readonly bands: ReadonlyMap<string, Interval>;
  readonly samples: number;
  readonly failures: readonly string[];
}

export const bandKey = ({ metric, at }: { readonly metric: string; readonly at: string }): string => JSON.stringify([metric, at]);

/** @param metrics the pairs on the test-bed as it is: their ratios are among what may be */
export async function ratioBands(
  { planA, planB, at }: Variants,
  metrics: readonly MetricPairs[],
  seeds: readonly number[],
  samples: number,
  settings: RunSettings,
): Promise<RatioBands> {
  const fewSeeds = seeds.slice(0, seedsAtMost);
  const ratios = new Map<string, number[]>();
  const failures: string[] = [];
  for (let i = 0; i < samples; i++) {
    const [a, b] = [
      await runWithSeeds(onSample(planA, i, samples), fewSeeds, settings),
      await runWithSeeds(onSample(planB, i, samples), fewSeeds, settings),
    ];
    failures.push(...a.failures, ...b.failures);
    for (const pair of pairsOf(planA.study, a.runs, b.runs, at).metrics) {
      const ratio = ratioOf(pair);
      if (ratio !== null) ratios.set(bandKey(pair), [...(ratios.get(bandKey(pair)) ?? []), ratio]);
    }
  }
  const bands = metrics.flatMap((pair): [string, Interval][] => {
    const own = ratioOf(pair);
    const sampled = ratios.get(bandKey(pair));
    if (own === null || sampled === undefined) return [];
    const where = `the band of ${pair.metric}`;
    return [
      [
        bandKey(pair),
        bandValue(
          sampled.map((ratio) => [ratio]),
          [own],
          where,
        ) as Interval,
      ],
    ];
  });
  return { bands: new Map(bands), samples, failures };
}

function ratioOf({ a, b }: MetricPairs): number | null {
  const ratio = mean(a) / mean(b);
  return Number.isFinite(ratio) ? ratio : null;
}

/** The plan with the open parameters of each point's test-bed at one sample; what the config itself sets stays. */
function onSample(plan: StudyPlan, sample: number, samples: number): StudyPlan {
  return { ...plan, points: plan.points.map((point) => movedPoint(point, sample, samples)) };
}

function movedPoint(point: PlannedPoint, sample: number, samples: number): PlannedPoint {
  const { name, set } = point.config['testbed'] as { readonly name: string; readonly set?: Readonly<Record<string, Plain>> };
  const moved = { ...asTexts(samplesOf(name, samples)[sample]!), ...set };
  const config = { ...point.config, testbed: { name, set: moved } };
  return { ...point, config, key: sha256(canonicalJson(config)).slice(0, 12), label: `${point.label}, sample ${sample + 1}` };
}

const asTexts = (changes: ParameterChanges): Record<string, string> =>
  Object.fromEntries(Object.entries(changes).map(([path, value]) => [path, String(value)]));
