/** Every parameter of a test-bed, those of its drive included, as a flat list: for tables and reports. */
import { formatBytes, formatTime } from '../../sim/units.js';
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

/** A parameter's value as a person reads it. */
export function valueInWords(value: unknown, unit: string): string {
  if (typeof value === 'number' && unit === 'B') return formatBytes(value);
  if (typeof value === 'number' && unit === 'ns') return formatTime(value);
  if (typeof value === 'number' && unit === 'B/s') return `${Number((value / 1e6).toPrecision(4))} MB/s`;
  if (typeof value === 'number') return `${Number(value.toPrecision(4))} ${unit === '1' ? '' : unit}`.trim();
  return `${String(value)} ${unit}`.trim();
}
