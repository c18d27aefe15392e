/**
 * Parameter-uncertainty bands of claims: a Latin hypercube over the ranges of a test-bed's open parameters, the same samples for all
 * claims of the test-bed. Calibrated parameters stay as they are: the claim that they were set on has said what they are.
 */
import type { Scale } from '../figures/figure.js';
import type { MeasuredBy } from '../run/measure-figures.js';
import type { RunSettings } from '../run/runs.js';
import { runVariants, type VariantAnswer, type VariantRequest, type VariantRuns } from '../run/variants.js';
import { testbeds } from '../testbeds/index.js';
import { latinHypercube, rangedParameters } from '../testbeds/ranges.js';
import type { ParameterChanges } from '../testbeds/changes.js';
import type { Point, Study } from '../figures/figure.js';
import { bandValue, type Band } from './band.js';
import type { Claim } from './ledger.js';
import { take, takeIfMeasured } from './measure.js';

export interface Bands {
  /** By claim, over the samples in which it is measured; one whose runs fail on the test-bed as it is, or in all samples, has none. */
  readonly bands: ReadonlyMap<string, Band>;
  readonly failures: readonly string[];
  /** One sentence for each claim that some samples measure nothing of, though their runs succeed. */
  readonly notes: readonly string[];
}

export interface Sampling {
  readonly samples: number;
  readonly seedsAtMost: number;
}

/** The samples of a test-bed: equal for equal names and numbers. */
export function samplesOf(testbed: string, samples: number): ParameterChanges[] {
  const open = rangedParameters(testbeds.get(testbed, 'a study')).filter(({ status }) => status !== 'calibration');
  return latinHypercube(open, samples, `${testbed}/band`);
}

export async function measureBands(
  claims: readonly { readonly claim: Claim; readonly by: MeasuredBy }[],
  scale: Scale,
  { samples, seedsAtMost }: Sampling,
  settings: RunSettings,
): Promise<Bands> {
  const studies = [...new Set(claims.map(({ by }) => by.figure.study))];
  const requests = studies.map((study): VariantRequest => {
    const wanted = claims.filter(({ by }) => by.figure.study === study).map(({ by }) => by.measure.claim);
    return { study, points: pointsFor(study, wanted, scale), seedsAtMost, variants: samplesOf(study.testbed, samples) };
  });
  const answers = await runVariants(requests, scale, settings);
  const bands = new Map<string, Band>();
  const notes: string[] = [];
  for (const { claim, by } of claims) {
    const answer = answers[studies.indexOf(by.figure.study)]!;
    const band = bandFrom(answer, claim, by, scale);
    if (band !== null) bands.set(claim.id, band);
    const without = wholeOf(answer).length - (band?.samples ?? 0);
    if (without > 0 && answer.asItIs.failures.length === 0)
      notes.push(`${claim.id}: in ${without} of ${samples} samples some run measures nothing of it; the band is that of the others`);
  }
  const failures = answers.flatMap(({ asItIs, variants }) => [asItIs, ...variants].flatMap((runs) => runs.failures));
  return { bands, failures: [...new Set(failures)], notes };
}

/** The points that any of the claims needs, in the order of the study. */
function pointsFor(study: Study, claims: readonly string[], scale: Scale): readonly Point[] {
  if (study.pointsFor === undefined) return study.points(scale);
  const wanted = new Set(claims.flatMap((claim) => study.pointsFor!(claim, scale).map((point) => JSON.stringify(point))));
  return study.points(scale).filter((point) => wanted.has(JSON.stringify(point)));
}

/** The samples whose runs all succeeded. */
const wholeOf = ({ variants }: VariantAnswer): VariantRuns[] => variants.filter(({ failures }) => failures.length === 0);

function bandFrom(answer: VariantAnswer, claim: Claim, { figure, measure }: MeasuredBy, scale: Scale): Band | null {
  const { asItIs } = answer;
  const whole = wholeOf(answer);
  if (asItIs.failures.length > 0 || whole.length === 0) return null;
  const where = `the band of ${claim.id}`;
  const own = take(measure, figure.claimRows(asItIs.rows));
  const sampled = whole.flatMap(({ rows }) => takeIfMeasured(measure, figure.claimRows(rows)) ?? []);
  if (sampled.length === 0) return null;
  return {
    value: bandValue(
      sampled.map(({ values }) => values),
      own.values,
      where,
    ),
    samples: sampled.length,
    seeds: own.values.length,
    holds: measure.holds === undefined ? null : sampled.filter(({ holds }) => !(holds as readonly boolean[]).includes(false)).length,
    scale,
  };
}
