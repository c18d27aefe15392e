/**
 * The test-bed of a config: `testbed: fvd`, or `testbed: {name: fvd, set: {queueDepth: 4, guest.exitTime: 8us}}`, each within the bounds that are stated; below `whatIf` instead of `set` any
 * value that such a machine can have, which is then no machine of the paper.
 */
import type { CacheMode } from '../../models/io/image-format.js';
import { schedulers } from '../../models/devices/schedulers/index.js';
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import { parseRate, parseSize, parseTime } from '../../sim/units.js';
import { withChanges, type ParameterChanges, type ParameterValue } from '../testbeds/changes.js';
import { testbeds } from '../testbeds/index.js';
import { parametersOf, valueInWords, type NamedParameter } from '../testbeds/parameters.js';
import type { TestBed } from '../testbeds/testbed.js';
import { mapOf, textOf, type Placed, type Plain } from './placed.js';

export interface ReadTestbed {
  readonly value: TestBed;
  readonly plain: Plain;
}

const cacheModes: readonly CacheMode[] = ['none', 'writethrough', 'writeback'];

/** The names that a parameter which is a name may have; null for those that are numbers or switches. */
export function namesFor(path: string): readonly string[] | null {
  if (path === 'scheduler') return schedulers.names;
  return path === 'cache' ? cacheModes : null;
}

const keys = ['name', 'set', 'whatIf'] as const;

/** Throws InputError at an unknown name, a value out of its range, or one that no machine has, at its place. */
export function readTestbed(node: Placed | undefined, fallback: string): ReadTestbed {
  if (node === undefined) return { value: testbeds.get(fallback, 'testbed'), plain: { name: fallback } };
  const expected = `a name (${testbeds.names.join(', ')}), or {name, set, whatIf}`;
  if (node.kind === 'text') return { value: testbeds.get(node.text, node.at), plain: { name: node.text } };
  const { entries } = mapOf(node, expected);
  for (const [key, { at }] of entries)
    if (!(keys as readonly string[]).includes(key)) throw new InputError(at, `the unknown key "${key}"`, expectedOneOf(key, keys));
  const named = entries.get('name')?.value;
  const name = named === undefined ? fallback : textOf(named, expected);
  const testbed = testbeds.get(name, named?.at ?? node.at);
  const set = readChanges(testbed, entries.get('set')?.value, refuseOutside);
  const whatIf = readChanges(testbed, entries.get('whatIf')?.value, refuseImpossible);
  const twice = Object.keys(whatIf).find((path) => path in set);
  if (twice !== undefined) throw new InputError(entries.get('whatIf')!.at, `"${twice}", which is set as well`, 'one value');
  const plain = { name, ...asPlain('set', set), ...asPlain('whatIf', whatIf) };
  return { value: withChanges(testbed, { ...set, ...whatIf }), plain };
}

const asPlain = (key: string, changes: ParameterChanges): Readonly<Record<string, Plain>> =>
  Object.keys(changes).length === 0
    ? {}
    : { [key]: Object.fromEntries(Object.entries(changes).map(([path, value]) => [path, String(value)])) };

/** Throws InputError at a number that a parameter may not have. */
type Refusal = (parameter: NamedParameter, value: number, text: string, at: string) => void;

function readChanges(testbed: TestBed, node: Placed | undefined, refuse: Refusal): ParameterChanges {
  if (node === undefined) return {};
  const known = new Map(parametersOf(testbed).map((parameter) => [parameter.path, parameter]));
  const changes: Record<string, ParameterValue> = {};
  for (const [path, { at, value }] of mapOf(node, 'parameters of the test-bed').entries) {
    const parameter = known.get(path);
    if (parameter === undefined) throw new InputError(at, `no parameter "${path}"`, expectedOneOf(path, [...known.keys()]));
    changes[path] = readValue(parameter, textOf(value, 'a value'), value.at, refuse);
  }
  return changes;
}

function readValue(parameter: NamedParameter, text: string, at: string, refuse: Refusal): ParameterValue {
  if (typeof parameter.value === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new InputError(at, JSON.stringify(text), 'true or false');
    return text === 'true';
  }
  if (typeof parameter.value === 'string') {
    const names = namesFor(parameter.path);
    if (names !== null && !names.includes(text)) throw new InputError(at, JSON.stringify(text), expectedOneOf(text, names));
    return text;
  }
  if (typeof parameter.value !== 'number') throw new InputError(at, JSON.stringify(text), 'another parameter: this one is a list');
  const value = readNumber(parameter.unit, text, at);
  refuse(parameter, value, text, at);
  return value;
}

/** A number in the parameter's unit; sizes, times and rates may have one of their own. */
function readNumber(unit: string, text: string, at: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  if (unit === 'B') return parseSize(text, at);
  if (unit === 'ns') return parseTime(text, at);
  if (unit === 'B/s') return parseRate(text, at);
  throw new InputError(at, JSON.stringify(text), `a number${unit === '' || unit === '1' ? '' : ` (${unit})`}`);
}

function refuseOutside(parameter: NamedParameter, value: number, text: string, at: string): void {
  const { value: usual, unit, range } = parameter;
  const [low, high] = range ?? [];
  const words = (bound: unknown): string => valueInWords(bound, unit);
  if (typeof low === 'number' && typeof high === 'number' && (value < low || value > high))
    throw new InputError(
      at,
      text,
      `a value from ${words(low)} to ${words(high)}: what is left open of this machine (usual: ${words(usual)}); any other stands below testbed.whatIf`,
    );
  refuseImpossible(parameter, value, text, at);
}

function refuseImpossible({ value: usual, unit, range }: NamedParameter, value: number, text: string, at: string): void {
  const words = valueInWords(usual, unit);
  if (value < 0 || (value === 0 && usual !== 0 && range?.[0] !== 0)) throw new InputError(at, text, `a value above 0 (usual: ${words})`);
  if ([usual, ...(range ?? [])].every(Number.isInteger) && !Number.isInteger(value))
    throw new InputError(at, text, `a whole number (usual: ${words})`);
}
