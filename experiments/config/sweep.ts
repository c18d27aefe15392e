/**
 * The `sweep` of a config: paths with the values that they are to have. Paths cross each other (the full grid), but for those of one `paired`
 * group, which go through their values together.
 */
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import { inWords, mapOf, plainOf, textOf, type Placed, type PlacedEntry } from './placed.js';
import { readRange } from './range.js';

/** One path of a sweep. */
export interface Axis {
  readonly path: string;
  /** Where the path stands. */
  readonly at: string;
  readonly values: readonly Placed[];
}

/** What one point has on each axis, in the order of the axes. */
export type Combination = readonly Placed[];

export interface Sweep {
  readonly axes: readonly Axis[];
  /** One empty combination where nothing is swept. */
  readonly combinations: readonly Combination[];
}

const pointsAtMost = 100_000;
/** Keys of a config that are no part of a point. */
const notSwept = ['study', 'name', 'sweep', 'replications', 'seed', 'until', 'record'];

/** Throws InputError at the place of what is wrong. */
export function readSweep(node: Placed | undefined): Sweep {
  if (node === undefined) return { axes: [], combinations: [[]] };
  const groups = [...mapOf(node, 'paths with lists or ranges, such as {format.cluster: [64KiB, 1MiB]}').entries].map(([path, entry]) =>
    path === 'paired' ? readPaired(entry) : [withoutTwins(readAxis(path, entry))],
  );
  const axes = groups.flat();
  for (const { path, at } of axes)
    if (axes.some((other) => other.path === path && other.at !== at)) throw new InputError(at, `${path} a second time`, 'each path once');
  const points = groups.reduce((product, [axis]) => product * axis!.values.length, 1);
  if (points > pointsAtMost) throw new InputError(node.at, `${points} points`, `at most ${pointsAtMost}`);
  const combinations = groups.reduce<Combination[]>(
    (made, group) => made.flatMap((before) => group[0]!.values.map((_, i) => [...before, ...group.map(({ values }) => values[i]!)])),
    [[]],
  );
  return { axes, combinations };
}

function readPaired({ at, value }: PlacedEntry): Axis[] {
  const axes = [...mapOf(value, 'paths with lists of the same length').entries].map(([path, entry]) => readAxis(path, entry));
  const [first] = axes;
  if (first === undefined) throw new InputError(at, 'no path', 'at least two, with lists of the same length');
  const other = axes.find(({ values }) => values.length !== first.values.length);
  if (other !== undefined)
    throw new InputError(
      other.at,
      `${other.values.length} values`,
      `${first.values.length}, as many as ${first.path} has, with which it is paired`,
    );
  return axes;
}

/** Values that are paired with others may come again. */
function withoutTwins(axis: Axis): Axis {
  const texts = axis.values.map((value) => JSON.stringify(plainOf(value)));
  const twin = axis.values.find((_, i) => texts.indexOf(texts[i]!) !== i);
  if (twin !== undefined) throw new InputError(twin.at, `${inWords(twin)} a second time`, 'each value once');
  return axis;
}

function readAxis(path: string, { at, value }: PlacedEntry): Axis {
  const [top] = path.split('.');
  if (notSwept.includes(top!)) throw new InputError(at, `"${path}"`, `a part of a point: ${top!} is the same for all of them`);
  return { path, at, values: valuesOf(path, value) };
}

function valuesOf(path: string, node: Placed): readonly Placed[] {
  if (node.kind === 'list') {
    if (node.items.length === 0) throw new InputError(node.at, 'an empty list', 'at least one value');
    return node.items;
  }
  if (node.kind === 'map') return readRange(node);
  throw new InputError(
    node.at,
    inWords(node),
    `a list, as in ${path}: [${textOf(node, 'a list')}], or a range {from, to, step} or {from, to, factor}`,
  );
}

/** Refuses keys that are none of a config's. */
export function refuseUnknownKeys(entries: ReadonlyMap<string, PlacedEntry>, known: readonly string[]): void {
  for (const [key, { at }] of entries)
    if (!known.includes(key)) throw new InputError(at, `the unknown key "${key}"`, expectedOneOf(key, known));
}
