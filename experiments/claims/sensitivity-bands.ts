/**
 * Parameter-uncertainty bands of claims: a Latin hypercube over the ranges of a test-bed's open parameters, the same samples for all
 * claims of the test-bed. Calibrated parameters stay as they are: the claim that they were set on has said what they are.
 */
import type { Scale } from '../figures/figure.js';
import type { MeasuredBy } from '../run/measure-figures.js';
import type { RunSettings } from '../run/runs.js';
import { runVariants, type VariantAnswer, type VariantRequest } from '../run/variants.js';
import { testbeds } from '../testbeds/index.js';
import { latinHypercube, rangedParameters } from '../testbeds/ranges.js';
import type { ParameterChanges } from '../testbeds/changes.js';
import type { Point, Study } from '../figures/figure.js';
import { bandValue, type Band } from './band.js';
import type { Claim } from './ledger.js';
import { take } from './measure.js';

export interface Bands {
  /** By claim; one whose runs fail on the test-bed as it is, or in all samples, has none. */
  readonly bands: ReadonlyMap<string, Band>;
  readonly failures: readonly string[];
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
  for (const { claim, by } of claims) {
    const band = bandFrom(answers[studies.indexOf(by.figure.study)]!, claim, by, scale);
    if (band !== null) bands.set(claim.id, band);
  }
  const failures = answers.flatMap(({ asItIs, variants }) => [asItIs, ...variants].flatMap((runs) => runs.failures));
  return { bands, failures: [...new Set(failures)] };
}

/** The points that any of the claims needs, in the order of the study. */
function pointsFor(study: Study, claims: readonly string[], scale: Scale): readonly Point[] {
  if (study.pointsFor === undefined) return study.points(scale);
  const wanted = new Set(claims.flatMap((claim) => study.pointsFor!(claim, scale).map((point) => JSON.stringify(point))));
  return study.points(scale).filter((point) => wanted.has(JSON.stringify(point)));
}

function bandFrom({ asItIs, variants }: VariantAnswer, claim: Claim, { figure, measure }: MeasuredBy, scale: Scale): Band | null {
  const whole = variants.filter(({ failures }) => failures.length === 0);
  if (asItIs.failures.length > 0 || whole.length === 0) return null;
  const where = `the band of ${claim.id}`;
  const own = take(measure, figure.claimRows(asItIs.rows));
  const sampled = whole.map(({ rows }) => take(measure, figure.claimRows(rows)));
  return {
    value: bandValue(
      sampled.map(({ values }) => values),
      own.values,
      where,
    ),
    samples: whole.length,
    seeds: own.values.length,
    holds: measure.holds === undefined ? null : sampled.filter(({ holds }) => !(holds as readonly boolean[]).includes(false)).length,
    scale,
  };
}
