/**
 * What a ratio may be while the parameters that a test-bed leaves open move within their ranges: beside the interval over seeds, which knows
 * nothing of them. Both variants are run on the same samples.
 */
import { canonicalJson, sha256 } from '../../results/provenance.js';
import { mean, type Interval } from '../../results/statistics/index.js';
import type { MetricPairs } from '../../results/compare/effects.js';
import { InputError } from '../../sim/errors.js';
import { bandValue } from '../claims/band.js';
import { samplesOf } from '../claims/sensitivity-bands.js';
import type { Plain } from '../config/placed.js';
import type { PlannedPoint, StudyPlan } from '../config/plan.js';
import type { StudyRun } from '../run/study-runs.js';
import type { RunSettings } from '../run/run-tasks.js';
import type { ParameterChanges } from '../testbeds/changes.js';
import { metricsOf, pairsOf, runWithSeeds } from './pairing.js';
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
  // All samples at once: each variant is one set of runs for the workers.
  const a = await runWithSeeds(onSamples(planA, samples), fewSeeds, settings);
  const b = await runWithSeeds(onSamples(planB, samples), fewSeeds, settings);
  const columns = metricsOf(planA.study);
  const ratios = new Map<string, number[]>();
  for (let sample = 0; sample < samples; sample++) {
    for (const pair of pairsOf(columns, ofSample(a.runs, sample, at.length), ofSample(b.runs, sample, at.length), at).metrics) {
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
  return { bands: new Map(bands), samples, failures: [...a.failures, ...b.failures] };
}

function ratioOf({ a, b }: MetricPairs): number | null {
  const ratio = mean(a) / mean(b);
  return Number.isFinite(ratio) ? ratio : null;
}

/** The points of a plan on each sample of its test-bed's open parameters, sample after sample; what the config itself sets stays. */
const onSamples = (plan: StudyPlan, samples: number): StudyPlan => ({
  ...plan,
  points: Array.from({ length: samples }, (_, sample) => plan.points.map((point) => movedPoint(point, sample, samples))).flat(),
});

/** The runs of one sample, their points counted as in the plan. */
const ofSample = (runs: readonly StudyRun[], sample: number, points: number): StudyRun[] =>
  runs.filter(({ point }) => Math.floor(point / points) === sample).map((run) => ({ ...run, point: run.point - sample * points }));

type Settings = Readonly<Record<string, Plain>>;

function movedPoint(point: PlannedPoint, sample: number, samples: number): PlannedPoint {
  const { name, set, whatIf } = point.config['testbed'] as Readonly<{ name: string; set?: Settings; whatIf?: Settings }>;
  const open = samplesOf(name, samples)[sample]!;
  if (Object.keys(open).length === 0)
    throw new InputError('--bands', `the test-bed ${name}, which leaves nothing open`, 'a test-bed with ranges');
  const sampled = Object.entries(asTexts(open)).filter(([path]) => whatIf?.[path] === undefined);
  const moved = { ...Object.fromEntries(sampled), ...set };
  const config = { ...point.config, testbed: { name, set: moved, ...(whatIf === undefined ? {} : { whatIf }) } };
  return { ...point, config, key: sha256(canonicalJson(config)).slice(0, 12), label: `${point.label}, sample ${sample + 1}` };
}

const asTexts = (changes: ParameterChanges): Record<string, string> =>
  Object.fromEntries(Object.entries(changes).map(([path, value]) => [path, String(value)]));
