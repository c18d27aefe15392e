/**
 * What a claim owes to each parameter that its paper leaves open: one after another is moved to both ends of its range, the others stay.
 * The verdict is not touched: it is that of the test-bed as it is.
 */
import { InputError } from '../../sim/errors.js';
import type { Scale } from '../figures/figure.js';
import type { MeasuredBy } from '../run/measure-figures.js';
import type { RunSettings } from '../run/runs.js';
import { runVariants, type VariantRuns } from '../run/variants.js';
import { testbeds } from '../testbeds/index.js';
import { rangedParameters, valueWithin, type RangedParameter } from '../testbeds/ranges.js';
import type { ParameterChanges, ParameterValue } from '../testbeds/changes.js';
import { aggregate, namedLeaves, stand, type Aggregate, type Bounds, type Stand } from './bounds.js';
import { takeIfMeasured, type Measurement } from './measure.js';
import type { Claim, Ledger } from './ledger.js';

/** A claim on one changed test-bed; null where a run failed there. */
export interface End {
  readonly setting: ParameterValue;
  readonly value: Aggregate | null;
  readonly stand: Stand | null;
  /** Whether it holds in all seeds; null where the claim is no order, shape or identity. */
  readonly holds: boolean | null;
}

export interface Effect {
  readonly parameter: RangedParameter;
  readonly low: End;
  readonly high: End;
  /** Whether the runs look at the parameter at all. */
  readonly isRead: boolean;
  /** How far an end is from the value as it is, relative to it, at most over the numbers of the claim. */
  readonly swing: number;
}

export interface Sensitivity {
  readonly claim: Claim;
  readonly testbed: string;
  readonly scale: Scale;
  readonly seeds: number;
  readonly asItIs: End;
  readonly bounds: Bounds | null;
  /** The largest swing first. */
  readonly effects: readonly Effect[];
  readonly failures: readonly string[];
}

/** Below this relative swing a parameter does not matter. */
export const negligible = 0.005;

/** The measure of a claim, or of the claim that says the same. Throws InputError where no figure measures it. */
export function measureOf(id: string, ledger: Ledger, measures: ReadonlyMap<string, MeasuredBy>): { claim: Claim; by: MeasuredBy } {
  const claim = ledger.get(id, 'claims');
  const by = measures.get(id) ?? (claim.sameAs === undefined ? undefined : measures.get(claim.sameAs));
  if (by === undefined) throw new InputError(`claim ${id}`, 'no figure that measures it', 'a claim that is modelled');
  return { claim, by };
}

/**
 * @param seedsAtMost seeds a point is run with; the same on every test-bed, so that chance moves no end
 * @throws InputError at a claim without a measure, or one whose runs fail on the test-bed as it is
 */
export async function measureSensitivity(
  claim: Claim,
  { figure, measure }: MeasuredBy,
  scale: Scale,
  seedsAtMost: number,
  settings: RunSettings,
): Promise<Sensitivity> {
  const { study } = figure;
  const parameters = rangedParameters(testbeds.get(study.testbed, 'a study'));
  const points = study.pointsFor?.(measure.claim, scale) ?? study.points(scale);
  const settingsOf = parameters.map((parameter) => [valueWithin(parameter, 0), valueWithin(parameter, 1)] as const);
  // An end that is the value as it is moves nothing.
  const variants: ParameterChanges[] = parameters.flatMap(({ path, value }, i) =>
    settingsOf[i]!.map((end) => (end === value ? {} : { [path]: end })),
  );
  const [answer] = await runVariants([{ study, points, seedsAtMost, variants }], scale, settings);
  const { asItIs, variants: moved, reads } = answer!;
  if (asItIs.failures.length > 0) throw new InputError(`claim ${claim.id}`, asItIs.failures.join('; '), 'runs that succeed');

  const bounds = claim.within ?? measure.bounds?.within ?? null;
  const endOf = (setting: ParameterValue, runs: VariantRuns): End => {
    const measured = runs.failures.length > 0 ? null : takeIfMeasured(measure, figure.claimRows(runs.rows));
    return { setting, ...(measured === null ? { value: null, stand: null, holds: null } : judged(measured, bounds, claim.id)) };
  };
  const base = endOf('', asItIs);
  const { value: usual } = base;
  if (usual === null) throw new InputError(`claim ${claim.id}`, 'runs that measure nothing of it', 'runs that do');
  const effects = parameters.map((parameter, i): Effect => {
    const [low, high] = [0, 1].map((end) => endOf(settingsOf[i]![end]!, moved[2 * i + end]!)) as [End, End];
    const swing = Math.max(...[low, high].map(({ value }) => relativeSwing(value, usual)));
    return { parameter, low, high, isRead: reads.has(parameter.path), swing };
  });
  return {
    claim,
    testbed: study.testbed,
    scale,
    seeds: Math.min(seedsAtMost, Math.max(...points.map((point) => study.seeds(point, scale)))),
    asItIs: base,
    bounds,
    effects: effects.sort((a, b) => b.swing - a.swing),
    failures: [...new Set(moved.flatMap(({ failures }) => failures))],
  };
}

function judged({ values, holds }: Measurement, bounds: Bounds | null, id: string): Omit<End, 'setting'> {
  const where = `the measure of ${id}`;
  const value = aggregate(values, where);
  return {
    value,
    stand: bounds === null ? null : stand(value, bounds, where),
    holds: holds === undefined ? null : typeof holds === 'boolean' ? holds : !holds.includes(false),
  };
}

/** The largest relative distance of two values over their numbers; of a number that is 0 as it is, any distance counts as whole. */
function relativeSwing(value: Aggregate | null, base: Aggregate): number {
  if (value === null) return 0;
  const before = namedLeaves(base, null);
  const distances = namedLeaves(value, null).map(({ interval }, i) => {
    const own = before[i]!.interval.mean;
    const distance = Math.abs(interval.mean - own);
    return distance === 0 ? 0 : own === 0 ? 1 : distance / Math.abs(own);
  });
  return Math.max(0, ...distances);
}

/** Whether a parameter matters to the claim: it moves a number, or turns an order around. */
export const matters = ({ swing, low, high }: Effect, { asItIs }: Sensitivity): boolean =>
  swing >= negligible || [low, high].some(({ value, holds }) => value !== null && holds !== asItIs.holds);
