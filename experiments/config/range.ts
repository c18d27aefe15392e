/** Ranges of a sweep: `{from: 16KiB, to: 1MiB, factor: 2}` or `{from: 1, to: 9, step: 2}`; both ends belong to it where they are met. */
import { InputError } from '../../sim/errors.js';
import { parseRate, parseSize, parseTime } from '../../sim/units.js';
import { textOf, type Placed, type PlacedMap } from './placed.js';
import { refuseUnknownKeys } from './sweep.js';

const valuesAtMost = 10_000;

/** A number with a unit: its kind, and how much it is in the smallest one. */
interface Amount {
  readonly kind: 'number' | 'size' | 'time' | 'rate';
  readonly amount: number;
  readonly unit: string;
  readonly unitAmount: number;
}

const kinds = [
  ['size', parseSize],
  ['time', parseTime],
  ['rate', parseRate],
] as const;

/** The values in the unit of `from`, each standing at the place of the range. Throws InputError at the place of what is wrong. */
export function readRange(node: PlacedMap): readonly Placed[] {
  refuseUnknownKeys(node.entries, ['from', 'to', 'step', 'factor']);
  const [from, to] = [readAmount(node, 'from'), readAmount(node, 'to')];
  if (from === null || to === null)
    throw new InputError(node.at, `a range without ${from === null ? '"from"' : '"to"'}`, '{from, to, step} or {from, to, factor}');
  const [step, factor] = [readAmount(node, 'step'), readAmount(node, 'factor')];
  if ((step === null) === (factor === null))
    throw new InputError(node.at, `a range with ${step === null ? 'neither' : 'both'} of step and factor`, 'one of the two');
  for (const [name, other] of [
    ['to', to],
    ['step', step],
  ] as const)
    if (other !== null && other.kind !== from.kind)
      throw new InputError(node.entries.get(name)!.value.at, `a ${other.kind}`, `a ${from.kind}, as "from" is`);
  if (to.amount < from.amount) throw new InputError(node.entries.get('to')!.value.at, 'an end below the begin', 'a range upwards');
  if (step !== null && !(step.amount > 0)) throw new InputError(node.entries.get('step')!.value.at, 'a step of 0', 'one above 0');
  if (factor !== null && (factor.kind !== 'number' || !(factor.amount > 1) || from.amount <= 0))
    throw new InputError(node.entries.get('factor')!.value.at, 'a factor that leads nowhere', 'a number above 1, and a begin above 0');
  const values: Placed[] = [];
  for (let i = 0; ; i++) {
    const exact = step === null ? from.amount * factor!.amount ** i : from.amount + step.amount * i;
    if (exact > to.amount * (1 + 1e-12)) return values;
    if (values.length === valuesAtMost) throw new InputError(node.at, 'a range of more values than that', `at most ${valuesAtMost}`);
    values.push({ kind: 'text', at: node.at, text: inUnit(exact, from) });
  }
}

const inUnit = (amount: number, { unit, unitAmount }: Amount): string => {
  const text = String(Number((amount / unitAmount).toPrecision(12)));
  // Where a step leads to a fraction of the unit that a person would not write, it is said in the smallest one.
  return text.includes('e') ? `${amount}` : `${text}${unit}`;
};

function readAmount(node: PlacedMap, key: string): Amount | null {
  const value = node.entries.get(key)?.value;
  if (value === undefined) return null;
  const expected = 'a number, with a unit or without';
  const text = textOf(value, expected).trim();
  const [, digits, unit] = /^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z/]*)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) throw new InputError(value.at, JSON.stringify(text), expected);
  if (unit === '') return { kind: 'number', amount: Number(digits), unit, unitAmount: 1 };
  for (const [kind, parse] of kinds) {
    const unitAmount = amountOf(parse, `1${unit}`);
    if (unitAmount !== null) return { kind, amount: Number(digits) * unitAmount, unit, unitAmount };
  }
  throw new InputError(value.at, JSON.stringify(text), 'a unit of sizes (KiB), times (ms) or rates (MB/s)');
}

/** Null where the text is of another kind. */
function amountOf(parse: (text: string, where: string) => number, text: string): number | null {
  try {
    return parse(text, '');
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
