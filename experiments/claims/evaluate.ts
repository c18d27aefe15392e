/**
 * The verdicts: what the papers claim against what the simulator measured. It knows neither figures nor models.
 *
 * A number is judged by its 95 % interval over seeds: `within` if all of it lies inside the bounds, `missed` if all of it lies
 * outside, `inconclusive` if it lies across a bound; of several numbers the worst decides. An order, shape or identity `holds` only
 * if it holds in every seed. Calibrations, inputs and context are reported and never scored; a withheld claim is a `prediction`.
 */
import { InputError } from '../../sim/errors.js';
import type { Band } from './band.js';
import { aggregate, leaves, stand, type Aggregate, type Bounds, type Stand } from './bounds.js';
import type { Claim, Ledger } from './ledger.js';
import type { Measurement } from './measure.js';

export const verdicts = [
  'within',
  'missed',
  'inconclusive',
  'holds',
  'fails',
  'prediction',
  'calibrated',
  'not scored',
  'not modelled',
] as const;
export type Verdict = (typeof verdicts)[number];

/** One claim with its verdict. */
export interface ClaimResult {
  readonly claim: Claim;
  readonly verdict: Verdict;
  /** Null where nothing was measured. */
  readonly simulated: Aggregate | null;
  /** How the interval stands to the bounds, also where it is not scored; null without bounds or value. */
  readonly stand: Stand | null;
  readonly bounds: Bounds | null;
  /** The claim's words that the bounds were derived from, where the ledger has no numbers. */
  readonly boundsFrom: string | null;
  /** The claim or parameter that was calibrated, where the value depends on one. */
  readonly calibratedOn: string | null;
  readonly why: string | null;
  /** What the parameters that the paper leaves open do to the value; null where that was not measured. */
  readonly band: Band | null;
}

/**
 * Judges every claim of the ledger, in its order.
 * @param measurements by claim id; a claim that is the same as another is judged by the other's where it has none of its own
 * @throws InputError at an id that the ledger lacks, a value of another structure than its bounds, a claim without anything to judge by
 */
export function evaluateClaims(ledger: Ledger, measurements: ReadonlyMap<string, Measurement>): ClaimResult[] {
  for (const [id, { calibratedOn }] of measurements) {
    ledger.get(id, 'a measure');
    if (calibratedOn !== undefined) ledger.get(calibratedOn, `the measure of ${id}, calibratedOn`);
  }
  return ledger.claims.map((claim) => {
    const measurement = measurements.get(claim.id) ?? (claim.sameAs === undefined ? undefined : measurements.get(claim.sameAs));
    return measurement === undefined ? unmeasured(claim) : judge(claim, measurement);
  });
}

function unmeasured(claim: Claim): ClaimResult {
  return {
    claim,
    verdict: claim.class === 'context' ? 'not scored' : 'not modelled',
    simulated: null,
    stand: null,
    bounds: claim.within ?? null,
    boundsFrom: null,
    calibratedOn: claim.calibrates ?? null,
    why: null,
    band: null,
  };
}

function judge(claim: Claim, measurement: Measurement): ClaimResult {
  const where = `the measure of ${claim.id}`;
  if (claim.within !== undefined && measurement.bounds !== undefined)
    throw new InputError(where, 'bounds of its own', "the ledger's bounds only");
  if (claim.class === 'withheld' && measurement.bounds !== undefined) throw new InputError(where, 'bounds', 'none for a withheld claim');
  const simulated = aggregate(measurement.values, where);
  const bounds = claim.within ?? measurement.bounds?.within ?? null;
  const place = bounds === null ? null : stand(simulated, bounds, where);
  const verdict = verdictOf(claim, measurement, place, where);
  return {
    claim,
    verdict,
    simulated,
    stand: place,
    bounds,
    boundsFrom: measurement.bounds?.from ?? null,
    calibratedOn: measurement.calibratedOn ?? claim.calibrates ?? null,
    why: measurement.why ?? sentence(verdict, measurement),
    band: null,
  };
}

function verdictOf(claim: Claim, measurement: Measurement, place: Stand | null, where: string): Verdict {
  switch (claim.class) {
    case 'withheld':
      return 'prediction';
    case 'calibration':
      return 'calibrated';
    case 'context':
    case 'input':
    case 'follows from a calibration':
      return 'not scored';
    case 'identity':
    case 'ordering or shape':
    case 'quantitative':
      if (measurement.calibratedOn === claim.id) return 'calibrated';
      return scored(claim, measurement, place, where);
  }
}

function scored(claim: Claim, { holds }: Measurement, place: Stand | null, where: string): Verdict {
  const seedsThatHold = holds === undefined ? null : typeof holds === 'boolean' ? [holds] : holds;
  if (seedsThatHold?.length === 0) throw new InputError(where, 'no seed', 'whether it holds, for each seed');
  if (seedsThatHold?.includes(false) === true) return 'fails';
  if (place === 'inside') return 'within';
  if (place === 'outside') return 'missed';
  if (place === 'across') return 'inconclusive';
  if (seedsThatHold === null) {
    throw new InputError(
      where,
      'neither bounds nor whether it holds',
      `one of them (the claim says ${JSON.stringify(claim.tolerance.value)})`,
    );
  }
  return 'holds';
}

/** What can be said without knowing the model. */
function sentence(verdict: Verdict, { holds, values }: Measurement): string | null {
  if (verdict === 'fails') {
    if (typeof holds === 'boolean' || holds === undefined) return 'It does not hold.';
    return `It does not hold in ${holds.filter((seed) => !seed).length} of ${holds.length} seeds.`;
  }
  if (verdict === 'missed') return 'A whole interval lies outside the bounds; no reason is known yet.';
  if (verdict === 'inconclusive') return `An interval lies across a bound with ${values.length} seeds.`;
  return null;
}

/** How many claims have each verdict, in the order of `verdicts`; those with none are left out. */
export function countVerdicts(results: readonly ClaimResult[]): [Verdict, number][] {
  return verdicts
    .map((verdict): [Verdict, number] => [verdict, results.filter((result) => result.verdict === verdict).length])
    .filter(([, count]) => count > 0);
}

/** How many seeds stand behind a result; 0 where nothing was measured. */
export const seedsOf = ({ simulated }: ClaimResult): number =>
  simulated === null ? 0 : Math.max(0, ...leaves(simulated).map(({ n }) => n));
