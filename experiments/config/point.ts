/**
 * One point of a study: everything that decides its numbers but for the seed. It is read from a config without its sweep, and known by a plain text
 * form in smallest units, which is itself such a config: a worker reads it again.
 */
import path from 'node:path';
import { InputError } from '../../sim/errors.js';
import { readOption } from '../../sim/options.js';
import { studies } from '../studies/index.js';
import type { AnyStudyKind } from '../studies/study.js';
import type { TestBed } from '../testbeds/testbed.js';
import { keysOf, mapOf, placeOf, textOf, type Placed, type PlacedMap, type Plain } from './placed.js';
import { plainWarmUp, readWarmUp, type WarmUpRule } from './replication.js';
import { readSection, type Section, type SectionValues, type Sections } from './section.js';
import { refuseUnknownKeys } from './sweep.js';
import { readTestbed } from './testbed-section.js';

/** A point as plain texts. */
export type PointConfig = { readonly [key: string]: Plain };

export interface ReadPoint {
  readonly kind: string;
  readonly study: AnyStudyKind;
  readonly testbed: TestBed;
  readonly values: SectionValues<Sections>;
  readonly warmUp: WarmUpRule;
  readonly config: PointConfig;
  /** Files that it names, as it names them, and in which section. */
  readonly files: readonly { readonly section: string; readonly name: string }[];
}

/** Keys of a config that are not of a single point. */
const keysOfAll = ['name', 'sweep', 'replications', 'seed', 'until', 'record'] as const;

/** The kind that a config names. Throws InputError where it names none. */
export function kindOf(root: PlacedMap): { readonly kind: string; readonly study: AnyStudyKind } {
  const named = root.entries.get('study')?.value;
  const expected = `"study": a kind of study (${studies.names.join(', ')})`;
  if (named === undefined) throw new InputError(root.at, 'no kind of study', expected);
  const kind = textOf(named, expected);
  return { kind, study: studies.get(kind, named.at) };
}

/** Reads a config without sweep. Throws InputError at the place of what is wrong. */
export function readPoint(node: Placed): ReadPoint {
  const root = mapOf(node, 'keys and values, "study" among them');
  const { kind, study } = kindOf(root);
  refuseUnknownKeys(root.entries, ['study', 'testbed', ...Object.keys(study.sections), 'warmUp', ...keysOfAll]);
  const testbed = readTestbed(root.entries.get('testbed')?.value, study.testbed);
  const config: Record<string, Plain> = { study: kind, testbed: testbed.plain };
  const values: Record<string, SectionValues<Sections>[string]> = {};
  const files: { section: string; name: string }[] = [];
  for (const [name, section] of Object.entries(study.sections)) {
    const { value, plain } = readSection(name, section, root.entries.get(name)?.value, root.at);
    values[name] = value;
    if (plain === null) continue;
    config[name] = plain;
    files.push(...filesIn(section, plain).map((file) => ({ section: name, name: file })));
  }
  const warmUp = readWarmUp(root, study.horizon === 'steady-state');
  const plain = plainWarmUp(warmUp);
  if (plain !== null) config['warmUp'] = plain;
  return { kind, study, testbed: testbed.value, values, warmUp, config, files };
}

/**
 * Checks that the parts of a point go together.
 * @param node what it was read from
 * @throws InputError at the place of what has to change
 */
export function checkPoint({ study, testbed, values }: ReadPoint, node: Placed): void {
  study.check(testbed, values, (where, found, expected) => {
    throw new InputError(placeOf(node, keysOf(where)), found, expected);
  });
}

/** The texts of a section that name files. */
function filesIn(section: Section, plain: Plain): string[] {
  const given = plain as Readonly<Record<string, string>>;
  const options = section.kind === 'group' ? section.options : section.registry.get(given['name']!, '').options;
  return Object.entries(options).flatMap(([name, option]) => {
    const text = given[name];
    return option.kind === 'file' && text !== undefined && text !== '' ? [readOption(option, text, name) as string] : [];
  });
}

/** Where a file that a config names lies: it counts from the folder of the config. */
export const fileIn =
  (folder: string) =>
  (name: string): string =>
    path.resolve(folder, name);
