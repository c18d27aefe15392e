/**
 * Fits the numbers of a disk's data sheet to measurements. Which can be fitted follows from what was measured; a number that is asked for and not
 * determined is refused with what to measure besides. Numbers that are not fitted stay as the base has them.
 */
import { leastSquares, type Fit } from '../../results/statistics/index.js';
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import type { Nanoseconds } from '../../sim/units.js';
import { diskFile, type DiskFile } from '../testbeds/drives/disk-file.js';
import { DiskExpectation } from './expected.js';
import type { Observation } from './observations.js';

interface Fittable {
  /** What has to be measured for it. */
  readonly measure: string;
  /** Whether observations say something of it, as far as their kinds tell. */
  readonly isIn: (observations: readonly Observation[], capacity: number) => boolean;
  /** Bounds as factors on the base's value. */
  readonly factors: readonly [number, number];
}

const has = (observations: readonly Observation[], kind: string, isWrite?: boolean): boolean =>
  observations.some(({ what }) => what.kind === kind && (isWrite === undefined || (what.kind === 'access' && what.isWrite === isWrite)));

/** Whether a run in sequence lies on the outer or the inner third. */
const streamsIn = (observations: readonly Observation[], from: number, to: number): boolean =>
  observations.some(({ what }) => what.kind === 'stream' && what.start >= from && what.start < to);

const fittable: Readonly<Record<string, Fittable>> = {
  seekTrackToTrackMs: { measure: 'random reads that are close together', isIn: (o) => has(o, 'access', false), factors: [0.1, 5] },
  seekAverageReadMs: { measure: 'random reads over the whole drive', isIn: (o) => has(o, 'access', false), factors: [0.3, 3] },
  seekFullStrokeReadMs: { measure: 'random reads over the whole drive', isIn: (o) => has(o, 'access', false), factors: [0.3, 3] },
  seekAverageWriteMs: { measure: 'random writes with the write cache off', isIn: (o) => has(o, 'access', true), factors: [0.3, 3] },
  controllerOverheadMs: { measure: 'the same block read again and again', isIn: (o) => has(o, 'hit'), factors: [0.02, 10] },
  outerRateMBs: { measure: 'reads in sequence at the begin of the drive', isIn: (o, all) => streamsIn(o, 0, all / 3), factors: [0.3, 3] },
  innerRateMBs: {
    measure: 'reads in sequence at the end of the drive',
    isIn: (o, all) => streamsIn(o, (all * 2) / 3, all),
    factors: [0.3, 3],
  },
  rpm: { measure: 'random reads', isIn: () => false, factors: [0.5, 2] },
};

export interface DiskFit {
  readonly fit: Fit;
  /** What is replaced in the base: the fitted numbers, and what has to move with them. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly drive: DiskFile;
  /** Numbers that were not fitted though they could be, and what would have to be measured. */
  readonly left: readonly { readonly name: string; readonly measure: string }[];
  readonly rows: readonly ObservationRow[];
}

export interface ObservationRow {
  readonly label: string;
  readonly n: number;
  readonly measured: Nanoseconds;
  readonly standardError: Nanoseconds;
  readonly expected: Nanoseconds;
}

/**
 * @param wanted names of numbers to fit; null for all that the measurements are of. The speed of rotation only where it is named
 * @throws InputError at a name that cannot be fitted, a place beyond the drive, or numbers that the measurements do not determine
 */
export function fitDisk(base: DiskFile, observations: readonly Observation[], wanted: readonly string[] | null): DiskFit {
  const { capacity } = base.parameters;
  const stray = wanted?.find((name) => !Object.hasOwn(fittable, name));
  if (stray !== undefined) throw new InputError('--fit', `"${stray}"`, expectedOneOf(stray, Object.keys(fittable)));
  const names = wanted ?? Object.keys(fittable).filter((name) => fittable[name]!.isIn(observations, capacity));
  const used = observations.filter(({ what }) => what.kind !== 'spread' || names.includes('rpm'));
  const beyond = used.find((observation) => !new DiskExpectation(base.parameters).holds(observation));
  if (beyond !== undefined)
    throw new InputError(
      beyond.label,
      `a sector beyond the ${capacity} of ${base.name}`,
      'the base that was measured (--base, --set capacitySectors=N)',
    );
  if (names.length === 0 || used.length <= names.length) {
    const found = `${used.length} groups of measurements for ${names.length} numbers`;
    throw new InputError(
      'the measurements',
      found,
      `more of them: ${Object.values(fittable)
        .map(({ measure }) => measure)
        .join('; ')}`,
    );
  }
  const fit = leastSquares(
    names.map((name) => boundsOf(base, name)),
    (values) => residualsAt(base, names, values, used),
  );
  refuseUndetermined(fit);
  const numbers = numbersOf(base, Object.fromEntries(fit.parameters.map(({ name, value }) => [name, value])));
  const drive = diskFile(base.name, base.about, base.numbers, numbers);
  const expectation = new DiskExpectation(drive.parameters);
  return {
    fit,
    numbers,
    drive,
    left: Object.entries(fittable).flatMap(([name, { measure }]) => (names.includes(name) ? [] : [{ name, measure }])),
    rows: used.map((observation) => {
      const { label, n, measured, standardError } = observation;
      return { label, n, measured, standardError, expected: expectation.of(observation) };
    }),
  };
}

function boundsOf(base: DiskFile, name: string): { name: string; start: number; low: number; high: number } {
  const start = base.numbers[name as 'rpm'].value;
  const [low, high] = fittable[name]!.factors;
  return { name, start, low: start * low, high: start * high };
}

/** Where only the seeks of reads are fitted, those of writes stay as much longer as the base has them: the difference is the write's settling. */
function numbersOf({ numbers }: DiskFile, fitted: Readonly<Record<string, number>>): Record<string, number> {
  const read = fitted['seekAverageReadMs'];
  if (read === undefined || 'seekAverageWriteMs' in fitted) return fitted;
  return { ...fitted, seekAverageWriteMs: read + numbers.seekAverageWriteMs.value - numbers.seekAverageReadMs.value };
}

/** Null where no disk has such numbers, as where the seek curve would fall. */
function residualsAt(
  base: DiskFile,
  names: readonly string[],
  values: readonly number[],
  observations: readonly Observation[],
): number[] | null {
  try {
    const drive = diskFile(
      base.name,
      base.about,
      base.numbers,
      numbersOf(base, Object.fromEntries(names.map((name, i) => [name, values[i]!]))),
    );
    const expectation = new DiskExpectation(drive.parameters);
    return observations.map((observation) => (expectation.of(observation) - observation.measured) / observation.standardError);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A number that is known to no better than itself is none; nor is one that only a bound holds. */
function refuseUndetermined({ parameters }: Fit): void {
  const open = parameters.filter(({ value, halfWidth, isAtBound }) => isAtBound || !(halfWidth < value));
  if (open.length === 0) return;
  const inWords = open.map(({ name, confusedWith }) => (confusedWith === null ? name : `${name} (not told from ${confusedWith})`));
  const concerned = open.flatMap(({ name, confusedWith }) => (confusedWith === null ? [name] : [name, confusedWith]));
  const needed = [...new Set(concerned.map((name) => fittable[name]!.measure))];
  throw new InputError(
    'the measurements',
    `${inWords.join(', ')}, which they do not determine`,
    `also ${needed.join('; ')}; or other numbers in --fit`,
  );
}
