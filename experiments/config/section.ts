/**
 * What a part of a config may hold, declared once: from it come its check with places, its values, and its JSON Schema. A group is a set of
 * options; a choice is a name of a registry with the options of what has the name, `format: {name: qcow2-7.2, cluster: 64KiB}` or `format: raw`.
 */
import { InputError } from '../../sim/errors.js';
import { expectedOneOf, readOption, readOptions, type Option, type OptionSet, type Values } from '../../sim/options.js';
import type { Registry } from '../../sim/registry.js';
import { mapOf, textOf, type Placed, type Plain } from './placed.js';

/** What a registry must know of its entries to be chosen from in a config. None of their options is called `name`. */
export interface Choosable {
  readonly about: string;
  readonly options: OptionSet;
}
export interface GroupSection<S extends OptionSet = OptionSet> {
  readonly kind: 'group';
  readonly about: string;
  readonly options: S;
}
export interface ChoiceSection {
  readonly kind: 'choice';
  readonly about: string;
  readonly registry: Registry<Choosable>;
  /** Null where the config has to say it. */
  readonly default: string | null;
}
export type Section = GroupSection | ChoiceSection;
export type Sections = Readonly<Record<string, Section>>;

/** What was chosen; its options as texts that the registry's entry reads. */
export interface Chosen {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}
export type SectionValue<S extends Section> = S extends GroupSection<infer O> ? Values<O> : Chosen;
export type SectionValues<S extends Sections> = { readonly [K in keyof S]: SectionValue<S[K]> };

/** Declares a group so that its options keep their types. */
export const group = <const S extends OptionSet>(about: string, options: S): GroupSection<S> => ({ kind: 'group', about, options });
export const choiceOf = (about: string, registry: Registry<Choosable>, fallback: string | null): ChoiceSection => ({
  kind: 'choice',
  about,
  registry,
  default: fallback,
});

/** A section as it was read: for the run, and as the plain text by which a point is known. */
export interface ReadSection {
  readonly value: Values<OptionSet> | Chosen;
  /** Null where nothing was given. */
  readonly plain: Plain | null;
}

/**
 * @param node what the config holds; undefined for nothing
 * @param around where the section would have to stand
 * @throws InputError at the place of what is wrong
 */
export function readSection(name: string, section: Section, node: Placed | undefined, around: string): ReadSection {
  if (section.kind === 'choice') return readChoice(name, section, node, around);
  if (node === undefined) return { value: readOptions(section.options, {}, name), plain: null };
  const given = readGiven(section.options, mapOf(node, `the options of ${name}: ${Object.keys(section.options).join(', ')}`), []);
  return { value: readOptions(section.options, given, name), plain: given };
}

function readChoice(name: string, { registry, default: fallback }: ChoiceSection, node: Placed | undefined, around: string): ReadSection {
  const expected = `a name (${registry.names.join(', ')}), or a map of it and its options`;
  const named = node?.kind === 'map' ? node.entries.get('name')?.value : node;
  if (named === undefined && fallback === null) throw new InputError(node?.at ?? around, `no ${registry.kind}`, `"${name}": ${expected}`);
  const chosen = named === undefined ? fallback! : textOf(named, expected);
  const { options } = registry.get(chosen, named?.at ?? around);
  const given = node?.kind === 'map' ? readGiven(options, node, ['name']) : {};
  return { value: { name: chosen, options: given }, plain: node === undefined ? null : { name: chosen, ...given } };
}

/** The options of a map, in the smallest unit, so that equal values are equal texts. */
function readGiven(options: OptionSet, node: Placed, others: readonly string[]): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [key, { at, value }] of mapOf(node, 'a map of options').entries) {
    if (others.includes(key)) continue;
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (option === undefined)
      throw new InputError(at, `the unknown key "${key}"`, expectedOneOf(key, [...others, ...Object.keys(options)]));
    given[key] = inSmallestUnit(option, readOption(option, textOf(value, 'a value, not a list or a map'), value.at));
  }
  return given;
}

const inSmallestUnit = ({ kind }: Option, value: number | boolean | string): string =>
  `${String(value)}${kind === 'time' ? 'ns' : kind === 'rate' ? 'B/s' : ''}`;
