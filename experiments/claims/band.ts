/**
 * Parameter-uncertainty bands: what a value may be while the parameters that a paper leaves open move within their ranges. A band stands
 * beside the interval over seeds and never changes a verdict. It knows neither parameters nor figures.
 */
import { InputError } from '../../sim/errors.js';
import type { Interval } from '../../results/statistics/index.js';
import { aggregate, mapLeaves, namedLeaves, stand, type Aggregate, type Measured } from './bounds.js';
import type { ClaimResult } from './evaluate.js';

export interface Band {
  /** In the ledger's shape: `mean` is the median, `low` and `high` the ends of the band. */
  readonly value: Aggregate;
  /** Samples of the parameters that stand behind it, the test-bed as it is not counted. */
  readonly samples: number;
  /** Seeds that each sample was run with: fewer than stand behind the interval, which may then lie beside the band. */
  readonly seeds: number;
  /** For an order, a shape or an identity: in how many samples it holds; null for others. */
  readonly holds: number | null;
  readonly scale: string;
}

/** Of the samples of a leaf, this share lies within the band: with up to 40 samples these are all. */
const coverage = 0.95;

/**
 * The band over values measured on samples of the parameters, widened to the value on the test-bed as it is, which is among what may be.
 * @param samples of each the values of its seeds, of which the means count
 * @throws InputError without a sample, or at values that differ in structure
 */
export function bandValue(samples: readonly (readonly Measured[])[], asItIs: readonly Measured[], where: string): Aggregate {
  if (samples.length === 0) throw new InputError(where, 'no sample', 'at least one that ran');
  const means = [asItIs, ...samples].map((values) => mapLeaves(aggregate(values, where), ({ mean }) => mean) as Measured);
  return aggregate(means, where, ([own, ...rest]) => spread(rest, own!));
}

/** Nearest ranks, as many left out at one end as at the other, so that each end is a value that was measured. */
function spread(samples: readonly number[], own: number): Interval {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  const leftOut = Math.max(0, Math.ceil(((1 - coverage) / 2) * n - 1e-9) - 1);
  const [low, high] = [sorted[leftOut]!, sorted[n - 1 - leftOut]!];
  return { mean: sorted[Math.floor((n - 1) / 2)]!, low: Math.min(low, own), high: Math.max(high, own), n };
}

/** Puts bands beside results, by the claim's id. */
export const withBands = (results: readonly ClaimResult[], bands: ReadonlyMap<string, Band>): ClaimResult[] =>
  results.map((result) => ({ ...result, band: result.simulated === null ? null : (bands.get(result.claim.id) ?? null) }));

/** One sentence where the open parameters alone could decide a claim the other way; null where they could not, or nothing judges it. */
export function underDetermined({ claim, band, bounds }: ClaimResult): string | null {
  if (band === null) return null;
  if (band.holds !== null && band.holds > 0 && band.holds < band.samples) {
    return `under-determined: with the open parameters within their ranges it holds in ${band.holds} of ${band.samples} samples.`;
  }
  if (bounds === null || stand(band.value, bounds, `the band of ${claim.id}`) === 'inside') return null;
  const across = namedLeaves(band.value, bounds).filter((leaf) => leaf.bounds !== null && spans(leaf.interval, leaf.bounds));
  if (across.length === 0) return null;
  const [{ name, interval, bounds: pair }] = across as [(typeof across)[0]];
  const which = name === '' ? 'the value' : across.length === 1 ? name : `${name} (and ${across.length - 1} more)`;
  return `under-determined: with the open parameters within their ranges ${which} lies from ${short(interval.low)} to ${short(interval.high)}, across ${boundInWords(interval, pair!)}.`;
}

const spans = ({ low, high }: Interval, [lowest, highest]: readonly [number, number]): boolean =>
  (low < lowest && high >= lowest) || (low <= highest && high > highest);

function boundInWords({ low, high }: Interval, [lowest, highest]: readonly [number, number]): string {
  const crossed = [lowest, highest].filter((bound) => low <= bound && high >= bound);
  return `the ${crossed.length > 1 ? 'bounds' : 'bound'} ${crossed.map(short).join(' and ')}`;
}

/** `1.2 to 2.4`, of a structure each part under its name; whether it holds where it is an order. */
export function bandInWords({ value, holds, samples, seeds, scale }: Band): string {
  const parts = namedLeaves(value, null).map(({ name, interval }) => {
    const ends = interval.low === interval.high ? short(interval.low) : `${short(interval.low)} to ${short(interval.high)}`;
    return name === '' ? ends : `${name} ${ends}`;
  });
  const held = holds === null ? '' : `, holds in ${holds}`;
  return `${parts.join('; ')} (${samples} samples of ${seeds === 1 ? '1 seed' : `${seeds} seeds`}${held}, ${scale})`;
}

/** The ends of a band at each number, as the ledger has them. */
export const bandEnds = ({ value }: Band): unknown => mapLeaves(value, ({ low, high }) => [low, high]);

const short = (value: number): string => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4))));
