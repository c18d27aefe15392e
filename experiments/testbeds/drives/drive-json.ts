/** A disk in a file of its own, as `snapsim calibrate disk` writes it: the numbers of a data sheet, each with unit, status and source. */
import { readFileSync } from 'node:fs';
import { InputError } from '../../../sim/errors.js';
import { expectedOneOf } from '../../../sim/options.js';
import { onFile } from '../../../sim/system-errors.js';
import type { Parameter } from '../testbed.js';
import { diskFile, type DiskFile, type DiskNumbers } from './disk-file.js';
import { sata500gb7200 } from './sata-500gb-7200.js';

const format = 'snapsim disk 1';
const statuses: readonly Parameter<unknown>['status'][] = ['stated', 'published', 'derived', 'assumption', 'calibration'];

/** Whether the name of a drive is that of a file. */
export const isDriveFile = (name: string): boolean => name.endsWith('.json');

export const driveJson = ({ name, about, numbers }: Pick<DiskFile, 'name' | 'about' | 'numbers'>): string =>
  `${JSON.stringify({ format, name, about, numbers }, null, 1)}\n`;

/** @throws InputError at a file that cannot be read, or is not one of these, or numbers that contradict each other */
export function readDriveFile(file: string): DiskFile {
  const text = onFile(file, () => readFileSync(file, 'utf8'));
  let json: Readonly<Record<string, unknown>>;
  try {
    json = JSON.parse(text) as typeof json;
  } catch {
    throw new InputError(file, 'no JSON', 'a drive as snapsim calibrate disk writes it');
  }
  const { name, about, numbers } = json;
  if (
    json['format'] !== format ||
    typeof name !== 'string' ||
    typeof about !== 'string' ||
    typeof numbers !== 'object' ||
    numbers === null
  ) {
    throw new InputError(file, 'JSON of another kind', `a drive as snapsim calibrate disk writes it (format "${format}")`);
  }
  const checked = checkNumbers(numbers as Readonly<Record<string, unknown>>, file);
  const { innerRateMBs, outerRateMBs } = checked;
  if (innerRateMBs.value > outerRateMBs.value)
    throw new InputError(
      `${file}: innerRateMBs`,
      `${innerRateMBs.value}`,
      `at most outerRateMBs, ${outerRateMBs.value}: tracks grow shorter inwards`,
    );
  try {
    return diskFile(name, about, checked);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(file, error.message, 'numbers of one disk');
    throw error;
  }
}

/** Every disk has the same numbers: those of any of ours are the pattern. */
function checkNumbers(given: Readonly<Record<string, unknown>>, file: string): DiskNumbers {
  const pattern = Object.entries<Parameter<number | boolean>>({ ...sata500gb7200.numbers });
  const known = pattern.map(([key]) => key);
  const stray = Object.keys(given).find((key) => !known.includes(key));
  if (stray !== undefined) throw new InputError(`${file}: ${stray}`, 'an unknown number', expectedOneOf(stray, known));
  for (const [key, { value, unit }] of pattern) {
    const number = given[key] as Partial<Parameter<unknown>> | null | undefined;
    const where = `${file}: ${key}`;
    if (typeof number !== 'object' || number === null) throw new InputError(where, 'nothing', `{value, unit: "${unit}", status, source}`);
    if (typeof number.value !== typeof value || (typeof number.value === 'number' && !(Number.isFinite(number.value) && number.value > 0)))
      throw new InputError(
        where,
        `the value ${JSON.stringify(number.value)}`,
        typeof value === 'number' ? 'a number above 0' : 'true or false',
      );
    if (number.unit !== unit) throw new InputError(where, `the unit ${JSON.stringify(number.unit)}`, JSON.stringify(unit));
    if (typeof number.source !== 'string' || !statuses.includes(number.status!))
      throw new InputError(where, 'no status or no source', `a source, and a status that is ${expectedOneOf('', statuses)}`);
  }
  return given as unknown as DiskNumbers;
}
