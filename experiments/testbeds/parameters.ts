/** Every parameter of a test-bed, those of its drive included, as a flat list: for tables and reports. */
import type { Parameter, TestBed } from './testbed.js';

export interface NamedParameter extends Parameter<unknown> {
  /** Where it stands, e.g. `network.rate`. */
  readonly path: string;
}

export const parametersOf = (testbed: TestBed): NamedParameter[] => collect(testbed, []);

function collect(value: unknown, names: readonly string[]): NamedParameter[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if ('status' in value && 'source' in value) return [{ ...(value as Parameter<unknown>), path: names.join('.') }];
  // A drive file holds the documented numbers, and what is computed from them: the numbers are the parameters.
  const parts = 'numbers' in value ? Object.entries(value.numbers as object) : Object.entries(value);
  return parts.flatMap(([name, part]) => collect(part, [...names, name]));
}
