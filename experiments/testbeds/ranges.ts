/** What a paper leaves open of its machine: the parameters that have a range, values within it, and samples over all of them at once. */
import { RandomPermutation, RandomStream } from '../../sim/random.js';
import { KiB } from '../../sim/units.js';
import type { ParameterChanges, ParameterValue } from './changes.js';
import { parametersOf, type NamedParameter } from './parameters.js';
import type { TestBed } from './testbed.js';

export interface RangedParameter extends NamedParameter {
  readonly value: ParameterValue;
  readonly range: readonly [ParameterValue, ParameterValue];
}

/** In the order of the test-bed. */
export const rangedParameters = (testbed: TestBed): RangedParameter[] =>
  parametersOf(testbed).filter((parameter): parameter is RangedParameter => parameter.range !== undefined);

/** A range over more than this factor is gone through by factors, not by differences: no end of it is likelier than the other. */
const wideFactor = 10;
/** Sizes are whole pages, as whatever holds or maps them is made of these. */
const pageBytes = 4 * KiB;

/**
 * The value at a share of a parameter's range: 0 is the low end, 1 the high end. Whole numbers stay whole; of two names or switches the
 * nearer one is taken.
 */
export function valueWithin({ value, unit, range: [low, high] }: RangedParameter, share: number): ParameterValue {
  if (typeof low !== 'number' || typeof high !== 'number') return share < 0.5 ? low : high;
  const isWide = low > 0 && high / low > wideFactor;
  const exact = isWide ? low * (high / low) ** share : low + (high - low) * share;
  if (unit === 'B') return Math.round(exact / pageBytes) * pageBytes;
  return [value, low, high].every(Number.isInteger) ? Math.round(exact) : exact;
}

/**
 * A Latin hypercube: as many samples as strata, each stratum of each parameter's range once, in an order of the parameter's own.
 * The same name gives the same samples, whatever other parameters there are.
 */
export function latinHypercube(parameters: readonly RangedParameter[], samples: number, name: string): ParameterChanges[] {
  const columns = parameters.map((parameter) => {
    const stream = new RandomStream(name, parameter.path);
    const strata = new RandomPermutation(samples, stream);
    return Array.from({ length: samples }, (_, i) => valueWithin(parameter, (strata.at(i) + stream.uniform()) / samples));
  });
  return Array.from({ length: samples }, (_, i) => Object.fromEntries(parameters.map(({ path }, p) => [path, columns[p]![i]!])));
}
