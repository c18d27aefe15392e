/**
 * A config's mechanisms, one changed at a time: each switch of the format, the method, the controller turned, each declared alternative taken.
 * It runs nothing.
 */
import { InputError } from '../../sim/errors.js';
import { expectedOneOf, type Option, type OptionSet } from '../../sim/options.js';
import { keysOf, mapOf, withPart, type Plain } from '../config/placed.js';
import { planOf, type Config, type StudyPlan } from '../config/plan.js';
import type { Section } from '../config/section.js';

/** The parts of a config that say how a system works; the others say what is asked of it. */
const mechanismSections = new Set(['format', 'method', 'controller', 'tracking']);

export interface Ablation {
  /** In words: `method.neighbours off`, `controller=none`. */
  readonly name: string;
  readonly plan: StudyPlan;
}

export interface Ablations {
  readonly base: StudyPlan;
  readonly ablations: readonly Ablation[];
  /** Changes that do not go together with the rest of the config, and why. */
  readonly impossible: readonly { readonly name: string; readonly why: string }[];
}

export interface AblationChoice {
  /** Whether switches that are off are turned on, too. */
  readonly turnsOn: boolean;
  /** Only these paths; all where it is empty. */
  readonly only: readonly string[];
}

interface Change {
  readonly path: string;
  readonly value: string;
  readonly name: string;
}

/** @throws InputError at a config with several points, at what cannot be run, at a path that is no mechanism, or where there is none */
export function ablationsOf(config: Config, { turnsOn, only }: AblationChoice): Ablations {
  const base = planOf(config);
  if (base.points.length !== 1) throw new InputError(config.title, `${base.points.length} points`, 'one point to change: no sweep');
  const all = changesOf(base, turnsOn);
  const paths = [...new Set(all.map(({ path }) => path))];
  const stray = only.find((path) => !paths.includes(path));
  if (stray !== undefined) throw new InputError('--only', `"${stray}"`, expectedOneOf(stray, paths));
  const changes = only.length === 0 ? all : all.filter(({ path }) => only.includes(path));
  if (changes.length === 0)
    throw new InputError(config.title, 'no switch or alternative', `a ${[...mechanismSections].join(', ')} that has one`);
  const tried = changes.map((change) => ({ change, outcome: planWith(config, change) }));
  return {
    base,
    ablations: tried.flatMap(({ change: { name }, outcome }) => (typeof outcome === 'string' ? [] : [{ name, plan: outcome }])),
    impossible: tried.flatMap(({ change: { name }, outcome }) => (typeof outcome === 'string' ? [{ name, why: outcome }] : [])),
  };
}

/** The changed plan, or why there is none. */
function planWith(config: Config, { path, value, name }: Change): StudyPlan | string {
  try {
    return planOf({
      ...config,
      tree: withPart(mapOf(config.tree, 'a config'), keysOf(path), { kind: 'text', at: name, text: value }, name),
    });
  } catch (error) {
    if (error instanceof InputError) return `${error.found}, expected ${error.expected}`;
    throw error;
  }
}

function changesOf({ study, points }: StudyPlan, turnsOn: boolean): Change[] {
  const { config } = points[0]!;
  return Object.entries(study.sections)
    .filter(([name]) => mechanismSections.has(name))
    .flatMap(([name, section]) => {
      const given = (config[name] ?? {}) as Readonly<Record<string, Plain>>;
      return [...withoutIt(name, section, given), ...changesIn(name, optionsOf(section, given), given, turnsOn)];
    });
}

const chosenName = (section: Section & { readonly kind: 'choice' }, given: Readonly<Record<string, Plain>>): string =>
  (given['name'] as string | undefined) ?? section.default!;

const optionsOf = (section: Section, given: Readonly<Record<string, Plain>>): OptionSet =>
  section.kind === 'group' ? section.options : section.registry.get(chosenName(section, given), section.about).options;

/** Where a registry has an entry that does nothing, that is the mechanism as a whole turned off. */
function withoutIt(name: string, section: Section, given: Readonly<Record<string, Plain>>): Change[] {
  if (section.kind !== 'choice' || !section.registry.has('none') || chosenName(section, given) === 'none') return [];
  return [{ path: name, value: 'none', name: `${name}=none` }];
}

const changesIn = (section: string, options: OptionSet, given: Readonly<Record<string, Plain>>, turnsOn: boolean): Change[] =>
  Object.entries(options).flatMap(([key, option]) => {
    const path = `${section}.${key}`;
    // What a section holds was read as texts.
    const now = (given[key] as string | undefined) ?? String(option.default);
    return alternatives(option, now, turnsOn).map((value) => ({ path, value, name: nameOf(path, option, value) }));
  });

function alternatives(option: Option, now: string, turnsOn: boolean): readonly string[] {
  if (option.kind === 'choice') return option.choices.filter((value) => value !== now);
  if (option.kind !== 'switch') return [];
  return now === 'true' ? ['false'] : turnsOn ? ['true'] : [];
}

const nameOf = (path: string, { kind }: Option, value: string): string =>
  kind === 'switch' ? `${path} ${value === 'true' ? 'on' : 'off'}` : `${path}=${value}`;
