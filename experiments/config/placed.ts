/**
 * A config as a tree whose every part knows where it was written: `run.yaml:3:9`, or `--set format.cluster`. All scalars are texts; what
 * they mean is known to the options that they are for.
 */
import { InputError } from '../../sim/errors.js';

export interface PlacedText {
  readonly kind: 'text';
  readonly at: string;
  readonly text: string;
}
export interface PlacedMap {
  readonly kind: 'map';
  readonly at: string;
  /** By key, in the order in which they stand, with the place of the key. */
  readonly entries: ReadonlyMap<string, PlacedEntry>;
}
export interface PlacedList {
  readonly kind: 'list';
  readonly at: string;
  readonly items: readonly Placed[];
}
export type Placed = PlacedText | PlacedMap | PlacedList;
export interface PlacedEntry {
  readonly at: string;
  readonly value: Placed;
}

/** JSON of texts: what a tree says, without places. */
export type Plain = string | readonly Plain[] | { readonly [key: string]: Plain };

export function plainOf(node: Placed): Plain {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'list') return node.items.map(plainOf);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]));
}

/** A tree without a file behind it: the place of each part is `of` and its path. */
export function placedOf(plain: Plain, of: string): Placed {
  if (typeof plain === 'string') return { kind: 'text', at: of, text: plain };
  if (isList(plain)) return { kind: 'list', at: of, items: plain.map((item, i) => placedOf(item, `${of}[${i}]`)) };
  const entries = Object.entries(plain).map(([key, value]): [string, PlacedEntry] => {
    const at = `${of} ${key}`;
    return [key, { at, value: placedOf(value, at) }];
  });
  return { kind: 'map', at: of, entries: new Map(entries) };
}

const isList = (plain: Exclude<Plain, string>): plain is readonly Plain[] => Array.isArray(plain);

/** The keys on the way to a part. A parameter of the test-bed is one key, though it has dots in it. */
export function keysOf(path: string): string[] {
  const [, group, parameter] = /^testbed\.(set|whatIf)\.(.+)$/.exec(path) ?? [];
  return group === undefined ? path.split('.') : ['testbed', group, parameter!];
}

/**
 * The same tree with one part replaced or added; maps on the way are made. A text that gets a part of its own, as in `format: qcow2-7.2`
 * with `format.cluster`, is the name in a map; and a text in the place of a map is its new name: options stay, and are refused where
 * what has that name does not take them.
 * @param at place of the path, for keys that are added
 */
export function withPart(node: Placed, keys: readonly string[], part: Placed, at: string): Placed {
  const [key, ...rest] = keys;
  if (key === undefined)
    return part.kind === 'text' && node.kind === 'map' && node.entries.size > 0 ? withPart(node, ['name'], part, at) : part;
  if (node.kind === 'list') throw new InputError(at, `"${key}" of a list`, 'a list as a whole');
  const entries = new Map(node.kind === 'map' ? node.entries : [['name', { at: node.at, value: node }]]);
  const old = entries.get(key);
  const below = old?.value ?? { kind: 'map', at, entries: new Map() };
  entries.set(key, { at: rest.length === 0 ? at : (old?.at ?? at), value: withPart(below, rest, part, at) });
  return { kind: 'map', at: node.at, entries };
}

/** The same map without some of its keys. */
export const without = (map: PlacedMap, keys: readonly string[]): PlacedMap => ({
  ...map,
  entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))),
});

/** A part of a tree, or undefined where there is none. */
export function partOf(node: Placed, keys: readonly string[]): Placed | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return node;
  const entry = node.kind === 'map' ? node.entries.get(key) : undefined;
  return entry === undefined ? undefined : partOf(entry.value, rest);
}

/** Where a part stands, or the nearest part around it that is there. */
export function placeOf(node: Placed, keys: readonly string[]): string {
  const [key, ...rest] = keys;
  const entry = key !== undefined && node.kind === 'map' ? node.entries.get(key) : undefined;
  return entry === undefined ? node.at : placeOf(entry.value, rest);
}

/** What was found where something else is expected. */
export const inWords = (node: Placed): string => (node.kind === 'text' ? JSON.stringify(node.text) : `a ${node.kind}`);

/** @throws InputError where it is a list or a map */
export function textOf(node: Placed, expected: string): string {
  if (node.kind !== 'text') throw new InputError(node.at, inWords(node), expected);
  return node.text;
}

/** @throws InputError where it is a text or a list */
export function mapOf(node: Placed, expected: string): PlacedMap {
  if (node.kind !== 'map') throw new InputError(node.at, inWords(node), expected);
  return node;
}
