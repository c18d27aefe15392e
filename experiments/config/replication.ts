/** How often each point of a study is run, and what of a run is left out: `replications`, `seed`, `until` and `warmUp` of a config. */
import { InputError } from '../../sim/errors.js';
import { expectedOneOf, readOption, type CountOption } from '../../sim/options.js';
import { parseTime, type Nanoseconds } from '../../sim/units.js';
import type { MetricColumn } from '../studies/study.js';
import { mapOf, textOf, type Placed, type PlacedMap, type Plain } from './placed.js';

/** Runs of a point go on until the 95 % interval of a metric's mean is narrow enough. */
export interface StoppingRule {
  readonly metric: string;
  /** Half the interval's width over the mean, at most. */
  readonly halfWidth: number;
  readonly atLeast: number;
  readonly atMost: number;
}

export interface Replication {
  /** Of the first run; the next ones have the numbers behind it. */
  readonly seed: number;
  /** Runs of each point; with a rule, the fewest. */
  readonly runs: number;
  /** Null for a fixed number of runs. */
  readonly until: StoppingRule | null;
}

/** What is left out at the beginning of a run of a steady state. */
export type WarmUpRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'time'; readonly time: Nanoseconds }
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'mser-5' };

const runsAtMost = 10_000;
const seedOption = {
  kind: 'count',
  about: 'seed of the first run; the next runs have the numbers behind it',
  default: 1,
  max: 2 ** 31,
} as const;
const runsOption = { kind: 'count', about: 'runs of each point', default: 1, min: 1, max: runsAtMost } as const;
const atLeastOption = { kind: 'count', about: 'runs before the interval is looked at', default: 10, min: 2, max: runsAtMost } as const;
const atMostOption = { kind: 'count', about: 'runs at which to stop in any case', default: 50, min: 2, max: runsAtMost } as const;

export const replicationOptions = { seed: seedOption, replications: runsOption } as const;
export const untilOptions = { atLeast: atLeastOption, atMost: atMostOption } as const;
export const percentPattern = '^[0-9]+(\\.[0-9]+)? ?%$';

/** Throws InputError at the place of what is wrong. */
export function readReplication(root: PlacedMap, columns: readonly MetricColumn[]): Replication {
  const { entries } = root;
  const seed = countIn(root, 'seed', seedOption);
  const until = entries.get('until');
  if (until === undefined) return { seed, runs: countIn(root, 'replications', runsOption), until: null };
  const both = entries.get('replications');
  if (both !== undefined)
    throw new InputError(both.at, '"replications" beside "until"', 'one of the two: a rule says itself how many runs there are');
  const rule = readRule(until.value, columns);
  return { seed, runs: rule.atLeast, until: rule };
}

function readRule(node: Placed, columns: readonly MetricColumn[]): StoppingRule {
  const keys = ['metric', 'halfWidth', 'atLeast', 'atMost'];
  const map = mapOf(node, 'a rule such as {metric: iops, halfWidth: 5%, atLeast: 10, atMost: 50}');
  for (const [key, { at }] of map.entries)
    if (!keys.includes(key)) throw new InputError(at, `the unknown key "${key}"`, expectedOneOf(key, keys));
  const metric = map.entries.get('metric')?.value;
  const width = map.entries.get('halfWidth')?.value;
  if (metric === undefined) throw new InputError(node.at, 'no metric', '"metric": the name of a column');
  if (width === undefined) throw new InputError(node.at, 'no half-width', '"halfWidth": a share such as 5%');
  const measured = columns.filter(({ unit }) => unit !== '').map(({ name }) => name);
  const name = textOf(metric, 'the name of a column');
  if (!measured.includes(name)) throw new InputError(metric.at, `the unknown metric "${name}"`, expectedOneOf(name, measured));
  const halfWidth = readShare(width, 'a share such as 5%');
  const [atLeast, atMost] = [countIn(map, 'atLeast', atLeastOption), countIn(map, 'atMost', atMostOption)];
  if (atMost < atLeast)
    throw new InputError(map.entries.get('atMost')?.at ?? node.at, `at most ${atMost}`, `no fewer than atLeast, ${atLeast}`);
  return { metric: name, halfWidth, atLeast, atMost };
}

/** @param isSteady whether a run's beginning may be left out at all */
export function readWarmUp(root: PlacedMap, isSteady: boolean): WarmUpRule {
  const entry = root.entries.get('warmUp');
  if (entry === undefined) return { kind: 'none' };
  if (!isSteady) {
    throw new InputError(
      entry.at,
      '"warmUp" in a study whose runs have an end',
      'no such key: all of a run counts, nothing may be left out',
    );
  }
  const expected = 'a time such as 10s, a share such as 20%, mser-5, or none';
  const text = textOf(entry.value, expected);
  if (text === 'none' || text === 'mser-5') return { kind: text };
  if (!text.trim().endsWith('%')) {
    if (!/^[0-9]/.test(text)) throw new InputError(entry.value.at, JSON.stringify(text), expected);
    return { kind: 'time', time: parseTime(text, entry.value.at) };
  }
  const share = readShare(entry.value, expected);
  if (share > 0.5) throw new InputError(entry.value.at, text, 'at most half of a run: 50%');
  return { kind: 'share', share };
}

/** By which a point is known: null for what does nothing. */
export function plainWarmUp(rule: WarmUpRule): Plain | null {
  if (rule.kind === 'none') return null;
  if (rule.kind === 'mser-5') return rule.kind;
  return rule.kind === 'time' ? `${rule.time}ns` : `${Number((rule.share * 100).toPrecision(12))}%`;
}

function readShare(node: Placed, expected: string): number {
  const text = textOf(node, expected);
  const match = /^([0-9]+(?:\.[0-9]+)?) ?%$/.exec(text.trim());
  const share = match === null ? NaN : Number(match[1]) / 100;
  if (!(share > 0 && share < 1)) throw new InputError(node.at, JSON.stringify(text), `${expected}, above 0 and below 100%`);
  return share;
}

function countIn({ entries }: PlacedMap, key: string, option: CountOption): number {
  const node = entries.get(key)?.value;
  return node === undefined ? option.default : (readOption(option, textOf(node, 'a whole number'), node.at) as number);
}
