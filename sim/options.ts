/**
 * An option of a model is declared once. From the declaration come its type, its check, its line of help and its JSON Schema.
 */
import { InputError } from './errors.js';
import { formatBytes, formatTime, parseRate, parseSize, parseTime, type Bytes, type Nanoseconds } from './units.js';

interface Declared<T> {
  readonly about: string;
  readonly default: T;
}
export interface SizeOption extends Declared<Bytes> {
  readonly kind: 'size';
  readonly min?: Bytes;
  readonly max?: Bytes;
  readonly powerOfTwo?: boolean;
  /** Whether 0 is a value besides those: it leaves the choice to the model. */
  readonly orZero?: true;
}
export interface TimeOption extends Declared<Nanoseconds> {
  readonly kind: 'time';
}
export interface RateOption extends Declared<number> {
  readonly kind: 'rate';
}
export interface CountOption extends Declared<number> {
  readonly kind: 'count';
  readonly min?: number;
  readonly max?: number;
  readonly powerOfTwo?: true;
}
export interface ChoiceOption<T extends string = string> extends Declared<T> {
  readonly kind: 'choice';
  readonly choices: readonly T[];
}
export interface SwitchOption extends Declared<boolean> {
  readonly kind: 'switch';
}
/** A text with a meaning that its reader knows, or the name of a file; an empty one is none. */
export interface TextOption extends Declared<string> {
  readonly kind: 'text' | 'file';
}
export type Option = SizeOption | TimeOption | RateOption | CountOption | ChoiceOption | SwitchOption | TextOption;
export type OptionSet = Readonly<Record<string, Option>>;

/** The values that a set of declarations yields. */
export type Values<S extends OptionSet> = {
  readonly [K in keyof S]: S[K] extends ChoiceOption<infer T>
    ? T
    : S[K] extends SwitchOption
      ? boolean
      : S[K] extends TextOption
        ? string
        : number;
};

/** Declares a choice so that its values keep their literal types. */
export const choice = <const T extends string>(about: string, choices: readonly T[], fallback: NoInfer<T>): ChoiceOption<T> => ({
  kind: 'choice',
  about,
  choices,
  default: fallback,
});

/** The values of a set where nothing was given. */
export const defaults = <S extends OptionSet>(set: S): Values<S> =>
  Object.fromEntries(Object.entries(set).map(([name, option]) => [name, option.default])) as Values<S>;

/**
 * Reads options given as text or as plain values (`{cluster: '64KiB'}`).
 * @param where what the options are of, as errors name it, e.g. `qcow2-0.12`
 * @throws InputError at an unknown name, a wrong unit, a value out of range
 */
export function readOptions<S extends OptionSet>(set: S, given: Readonly<Record<string, unknown>>, where: string): Values<S> {
  const values: Record<string, unknown> = { ...defaults(set) };
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(set, name) ? set[name] : undefined;
    if (option === undefined)
      throw new InputError(`options of ${where}`, `the unknown option "${name}"`, expectedOneOf(name, Object.keys(set)));
    values[name] = readOption(option, value, placeOfOption(name, where));
  }
  return values as Values<S>;
}

/** How errors name the place of an option: `option cluster of qcow2-0.12`. */
export const placeOfOption = (name: string, of: string): string => `option ${name} of ${of}`;

/** One option's value, given as text or as a plain value. Throws InputError naming `where`. */
export function readOption(option: Option, value: unknown, where: string): number | boolean | string {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') throw new InputError(where, JSON.stringify(value), describe(option));
  switch (option.kind) {
    case 'size': {
      const bytes = parseSize(text, where);
      if (!isAllowed(option, bytes) && !(option.orZero === true && bytes === 0)) throw new InputError(where, text, describe(option));
      return bytes;
    }
    case 'time':
      return parseTime(text, where);
    case 'rate':
      return parseRate(text, where);
    case 'count': {
      const count = Number(text);
      if (!/^[0-9]+$/.test(text) || !isAllowed(option, count)) {
        throw new InputError(where, text, describe(option));
      }
      return count;
    }
    case 'choice':
      if (!option.choices.includes(text)) throw new InputError(where, `"${text}"`, expectedOneOf(text, option.choices));
      return text;
    case 'switch':
      if (text !== 'true' && text !== 'false') throw new InputError(where, `"${text}"`, 'true or false');
      return text === 'true';
    case 'text':
    case 'file':
      return text;
  }
}

const isAllowed = ({ min = 0, max = Number.MAX_SAFE_INTEGER, powerOfTwo }: SizeOption | CountOption, value: number): boolean =>
  value >= min && value <= max && (powerOfTwo !== true || Number.isInteger(Math.log2(value)));

/** What an option takes, in words: for help and for errors. */
export function describe(option: Option): string {
  switch (option.kind) {
    case 'size':
      return [
        `${option.orZero === true ? '0 or ' : ''}${option.powerOfTwo === true ? 'a power of two' : 'a size'}`,
        option.min === undefined ? '' : `from ${formatBytes(option.min)}`,
        option.max === undefined ? '' : `to ${formatBytes(option.max)}`,
      ]
        .filter((part) => part !== '')
        .join(' ');
    case 'time':
      return 'a time such as 10ms';
    case 'rate':
      return 'a rate such as 60MB/s';
    case 'count':
      return `${option.powerOfTwo === true ? 'a power of two' : 'a whole number'} from ${option.min ?? 0}${option.max === undefined ? '' : ` to ${option.max}`}`;
    case 'choice':
      return `one of ${option.choices.join(', ')}`;
    case 'switch':
      return 'true or false';
    case 'text':
      return 'a text';
    case 'file':
      return 'the name of a file';
  }
}

/** An option's default as a person writes it. */
export function formatDefault(option: Option): string {
  if (option.kind === 'size') return formatBytes(option.default);
  if (option.kind === 'time') return formatTime(option.default);
  return String(option.default);
}

/** The JSON Schema (2020-12) of a set of options. */
export function optionSchema(set: OptionSet): Record<string, unknown> {
  const properties = Object.fromEntries(
    Object.entries(set).map(([name, option]) => [
      name,
      { description: `${option.about} (${describe(option)})`, default: option.default, ...schemaType(option) },
    ]),
  );
  return { type: 'object', additionalProperties: false, properties };
}

function schemaType(option: Option): Record<string, unknown> {
  if (option.kind === 'choice') return { enum: option.choices };
  if (option.kind === 'switch') return { type: 'boolean' };
  if (option.kind === 'count')
    return { type: 'integer', minimum: option.min ?? 0, ...(option.max === undefined ? {} : { maximum: option.max }) };
  if (option.kind === 'file' || option.kind === 'text') return { type: 'string' };
  return { type: ['string', 'integer'] };
}

/** `one of a, b (did you mean a?)`: what an unknown name should have been. */
export function expectedOneOf(given: string, known: readonly string[]): string {
  if (known.length === 0) return 'no option at all';
  const likely = likeliest(given, known);
  return `one of ${known.join(', ')}${likely.length === 0 ? '' : ` (did you mean ${likely.join(' or ')}?)`}`;
}

/** The few names that begin with what was given, or else the few that contain it, or else the one that is written almost so. */
function likeliest(given: string, known: readonly string[]): readonly string[] {
  const few = (names: readonly string[]): boolean => given.length > 1 && names.length > 0 && names.length <= 4;
  const text = given.toLowerCase();
  const begun = known.filter((name) => name.toLowerCase().startsWith(text));
  if (few(begun)) return begun;
  const containing = known.filter((name) => name.toLowerCase().includes(text));
  if (few(containing)) return containing;
  const nearest = [...known].sort((x, y) => editDistance(given, x) - editDistance(given, y))[0]!;
  return editDistance(given, nearest) <= Math.max(2, given.length / 3) ? [nearest] : [];
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
