/** An effect in words: which variant is shorter, by how much, or that the runs cannot tell. It knows no layout. */
import type { Interval } from '../statistics/index.js';
import { significance, type Effect } from './effects.js';

const timeUnits = new Set(['ns', 'us', 'ms', 's', 'min', 'h']);
const sizeUnits = new Set(['B', 'KiB', 'MiB', 'GiB', 'kB', 'MB', 'GB', 'bytes', 'pages', 'sectors']);

/** How one says that a value of this unit is the lower or the higher one. */
function comparative(unit: string, direction: 'lower' | 'higher'): string {
  if (timeUnits.has(unit)) return direction === 'lower' ? 'shorter' : 'longer';
  if (sizeUnits.has(unit)) return direction === 'lower' ? 'smaller' : 'larger';
  return direction;
}

/** `downtimeMs: adaptive is shorter than fixed by 12 % [9, 15]`, or that it cannot be told. */
export function verdictOf(effect: Effect, nameA: string, nameB: string): string {
  const { metric, at, direction, unit } = effect;
  const what = at === '' ? metric : `${metric} (${at})`;
  if (direction === 'same') return `${what}: the same in every run`;
  if (direction === 'unclear') return `${what}: cannot tell${nearMiss(effect)}`;
  if (effect.p === null) return `${what}: the same difference in every run: ${fixedAmount(effect)} (deterministic here)`;
  const judged = effect.isBetter === null ? '' : effect.isBetter ? ', which is better' : ', which is worse';
  return `${what}: ${nameA} is ${comparative(unit, direction)} than ${nameB} by ${amount(effect)}${judged}`;
}

/** A metric that alone would have passed: a reader of the interval would wonder. */
const nearMiss = ({ p, pHolm }: Effect): string =>
  p !== null && pHolm !== null && p < significance && pHolm >= significance
    ? ` (alone it would: p ${shortNumber(p)}, but ${shortNumber(pHolm)} among all that were asked)`
    : '';

const fixedAmount = ({ difference: { mean: by }, unit }: Effect): string =>
  `${by > 0 ? '+' : ''}${shortNumber(by)}${unit === '' || unit === '1' ? '' : ` ${unit}`}`;

/** Percent where there is a ratio of one sign, else the difference in its unit. */
function amount({ ratio, difference, unit }: Effect): string {
  if (ratio !== null && ratio.low > 0) {
    // Beyond this a factor is easier to read than a percentage.
    if (ratio.mean >= 10) return `a factor of ${inBrackets(ratio, '')}`;
    return inBrackets(
      scaled(ratio, (value) => Math.abs(ratio.mean < 1 ? 1 - value : value - 1) * 100, ratio.mean < 1),
      ' %',
    );
  }
  const sign = difference.mean < 0;
  return inBrackets(
    scaled(difference, (value) => (sign ? -value : value), sign),
    unit === '' || unit === '1' ? '' : ` ${unit}`,
  );
}

function scaled({ mean, low, high, n }: Interval, to: (value: number) => number, isTurned: boolean): Interval {
  return { mean: to(mean), low: to(isTurned ? high : low), high: to(isTurned ? low : high), n };
}

/** `12 % [9, 15]`, as many digits as the interval's width gives; without brackets where the interval is a point. */
export function inBrackets({ mean, low, high }: Interval, unit: string, signed = false): string {
  const sign = (value: number): string => (signed && value >= 0 ? '+' : '');
  if (high - low <= 1e-9 * Math.abs(mean)) return `${sign(mean)}${shortNumber(mean)}${unit}`;
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10((high - low) / 5))));
  const show = (value: number): string => sign(value) + (Math.abs(value) >= 1e6 ? shortNumber(value) : value.toFixed(digits));
  return `${show(mean)}${unit} [${show(low)}, ${show(high)}]`;
}

/** Three significant digits. */
export const shortNumber = (value: number): string => (value === 0 ? '0' : String(Number(value.toPrecision(3))));

/** One sentence on the whole: how many metrics are better, worse, different, the same, not told. */
export function summaryOf(effects: readonly Effect[], nameA: string, nameB: string): string {
  const count = (test: (effect: Effect) => boolean): number => effects.filter(test).length;
  const better = count(({ isBetter }) => isBetter === true);
  const worse = count(({ isBetter }) => isBetter === false);
  const other = count(({ isBetter, direction }) => isBetter === null && (direction === 'lower' || direction === 'higher'));
  const unclear = count(({ direction }) => direction === 'unclear');
  const same = count(({ direction }) => direction === 'same');
  const parts = [
    [better, 'better'],
    [worse, 'worse'],
    [other, 'different, where neither way is better'],
    [same, 'the same'],
    [unclear, 'not told apart'],
  ] as const;
  const listed = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${nameA} against ${nameB}, ${effects.length} ${effects.length === 1 ? 'metric' : 'metrics'}: ${listed.join(', ')}`;
}
