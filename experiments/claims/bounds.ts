/**
 * Measured values and what they may be: numbers in structures, bounds in structures of the same keys, compared leaf by leaf.
 * It knows no claim and no figure.
 */
import { InputError } from '../../sim/errors.js';
import { tInterval, type Interval } from '../../results/statistics/index.js';

/** What one run measured, in the ledger's shape: a number, a list (a series), or a record of such. */
export type Measured = number | readonly Measured[] | { readonly [key: string]: Measured };
/** A lowest and a highest value (infinite where there is none), or such pairs by key or position. */
export type Bounds = BoundPair | readonly Bounds[] | { readonly [key: string]: Bounds };
export type BoundPair = readonly [lowest: number, highest: number];
/** A value over all seeds: an interval at each leaf. */
export type Aggregate = Interval | readonly Aggregate[] | { readonly [key: string]: Aggregate };
/** How intervals stand to their bounds: all inside, at least one outside altogether, or else at least one across a bound. */
export type Stand = 'inside' | 'outside' | 'across';

/** Reads bounds from JSON. Throws InputError where a pair is not in order, or something is no bound. */
export function readBounds(value: unknown, where: string): Bounds {
  if (Array.isArray(value)) {
    const [low, high] = value as unknown[];
    if (value.length === 2 && typeof low === 'number' && typeof high === 'number') {
      if (!(low <= high)) throw new InputError(where, `[${low}, ${high}]`, 'the lower bound first');
      return [low, high];
    }
    return value.map((part: unknown, index) => readBounds(part, `${where}/${index}`));
  }
  if (typeof value !== 'object' || value === null) throw new InputError(where, JSON.stringify(value), '[lowest, highest]');
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, readBounds(part, `${where}/${key}`)]));
}

/**
 * Each leaf over all values, of seeds or of samples: its mean with the 95 % interval, or what `summary` makes of them.
 * Throws InputError where the values differ in structure, or a leaf is not finite.
 */
export function aggregate(
  values: readonly Measured[],
  where: string,
  summary: (leaf: readonly number[]) => Interval = tInterval,
): Aggregate {
  const [first] = values;
  if (first === undefined) throw new InputError(where, 'no value', 'one value a seed');
  const partsAt = (key: string | number): Measured[] => values.map((value) => part(value, key, where));
  if (typeof first === 'number') return summary(values.map((value) => finite(value, where)));
  if (isList(first)) {
    if (values.some((value) => !isList(value) || value.length !== first.length))
      throw new InputError(where, 'lists of unequal length', 'one structure for all seeds');
    return first.map((_, index) => aggregate(partsAt(index), `${where}/${index}`, summary));
  }
  const keys = Object.keys(first);
  if (values.some((value) => typeof value === 'number' || isList(value) || Object.keys(value).length !== keys.length)) {
    throw new InputError(where, 'records of unequal keys', 'one structure for all seeds');
  }
  return Object.fromEntries(keys.map((key) => [key, aggregate(partsAt(key), `${where}/${key}`, summary)]));
}

/**
 * Compares leaf by leaf. One pair judges every leaf below it; a measured key without bounds is not judged;
 * bounds without a measured value are an error.
 */
export function stand(value: Aggregate, bounds: Bounds, where: string): Stand {
  if (isPair(bounds)) return worst(leaves(value).map((leaf) => standOfLeaf(leaf, bounds)));
  if (isInterval(value)) throw new InputError(where, 'one number', `values for ${Object.keys(bounds).join(', ')}`);
  const parts = Object.entries(bounds as Readonly<Record<string, Bounds>>).map(([key, inner]) => {
    const below = Object.hasOwn(value, key) ? (value as Readonly<Record<string, Aggregate>>)[key] : undefined;
    if (below === undefined)
      throw new InputError(`${where}/${key}`, 'no measured value', `one (measured: ${Object.keys(value).join(', ')})`);
    return stand(below, inner, `${where}/${key}`);
  });
  return worst(parts);
}

/** A value's intervals by the way to them, e.g. `qcow2/3`, each with the bounds that judge it; of a single number the way is empty. */
export function namedLeaves(
  value: Aggregate,
  bounds: Bounds | null,
  name = '',
): { readonly name: string; readonly interval: Interval; readonly bounds: BoundPair | null }[] {
  if (isInterval(value)) return [{ name, interval: value, bounds: bounds !== null && isPair(bounds) ? bounds : null }];
  return Object.entries(value as Readonly<Record<string, Aggregate>>).flatMap(([key, inner]) => {
    const below = bounds === null || isPair(bounds) ? bounds : ((bounds as Readonly<Record<string, Bounds>>)[key] ?? null);
    return namedLeaves(inner, below, name === '' ? key : `${name}/${key}`);
  });
}

/** The intervals of a value in their order. */
export function leaves(value: Aggregate): Interval[] {
  return isInterval(value) ? [value] : Object.values(value as Readonly<Record<string, Aggregate>>).flatMap(leaves);
}

/** The same structure with something else at each leaf, such as the mean only. */
export function mapLeaves(value: Aggregate, leaf: (interval: Interval) => unknown): unknown {
  if (isInterval(value)) return leaf(value);
  if (Array.isArray(value)) return value.map((inner: Aggregate) => mapLeaves(inner, leaf));
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, Aggregate>>).map(([key, inner]) => [key, mapLeaves(inner, leaf)]),
  );
}

function standOfLeaf({ low, high }: Interval, [lowest, highest]: BoundPair): Stand {
  // A bound such as 1.1 x 0.95 and a measured value that equals it on paper may differ in the last bit.
  const slack = 1e-12 * Math.max(Math.abs(low), Math.abs(high));
  if (low >= lowest - slack && high <= highest + slack) return 'inside';
  return high < lowest || low > highest ? 'outside' : 'across';
}

const worst = (stands: readonly Stand[]): Stand =>
  stands.includes('outside') ? 'outside' : stands.includes('across') ? 'across' : 'inside';

function part(value: Measured, key: string | number, where: string): Measured {
  const found =
    typeof value === 'object' && Object.hasOwn(value, key) ? (value as Readonly<Record<string | number, Measured>>)[key] : undefined;
  if (found === undefined) throw new InputError(`${where}/${key}`, 'no value in one of the seeds', 'one structure for all seeds');
  return found;
}

function finite(value: Measured, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new InputError(where, typeof value === 'number' ? String(value) : 'no number', 'a finite number for every seed');
  return value;
}

const isList = (value: Measured): value is readonly Measured[] => Array.isArray(value);
const isInterval = (value: Aggregate): value is Interval => 'low' in value && typeof value.low === 'number' && 'n' in value;
const isPair = (bounds: Bounds): bounds is BoundPair => Array.isArray(bounds) && bounds.length === 2 && typeof bounds[0] === 'number';
