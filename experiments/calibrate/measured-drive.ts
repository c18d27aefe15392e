/** A base drive with some of its numbers as the user states them, and what comes of a fit: a drive that says of each number where it is from. */
import { InputError } from '../../sim/errors.js';
import { expectedOneOf } from '../../sim/options.js';
import type { FittedParameter } from '../../results/statistics/index.js';
import { diskFile, type DiskFile, type DiskNumbers } from '../testbeds/drives/disk-file.js';
import { drives, driveNamed } from '../testbeds/drives/index.js';
import { isDriveFile, readDriveFile } from '../testbeds/drives/drive-json.js';
import type { Parameter } from '../testbeds/testbed.js';

type AnyNumber = Parameter<number | boolean>;

/**
 * @param name of a disk of ours, or a file of one
 * @param set texts `number=value`
 * @throws InputError at a flash drive, or a number that is none
 */
export function baseDrive(name: string, set: readonly string[]): DiskFile {
  const drive = isDriveFile(name) ? readDriveFile(name) : driveNamed(name, '--base');
  if (drive.kind !== 'disk') {
    const disks = [...drives].flatMap(([other, { kind }]) => (kind === 'disk' ? [other] : []));
    throw new InputError('--base', `the flash drive ${drive.name}`, `a disk (${disks.join(', ')}) or a file of one`);
  }
  const numbers = set.reduce((before, text) => withNumber(before, text), drive.numbers);
  return made(drive.name, drive.about, numbers, '--set');
}

function withNumber(numbers: DiskNumbers, text: string): DiskNumbers {
  const [, name, given] = /^([A-Za-z]+)=(.+)$/.exec(text) ?? [];
  const known = Object.keys(numbers);
  if (name === undefined || given === undefined || !known.includes(name))
    throw new InputError('--set', JSON.stringify(text), `NUMBER=VALUE, ${expectedOneOf(name ?? text, known)}`);
  const old: AnyNumber = numbers[name as keyof DiskNumbers];
  const value = typeof old.value === 'boolean' ? given === 'true' : Number(given);
  const isRight = typeof old.value === 'boolean' ? ['true', 'false'].includes(given) : Number.isFinite(value) && (value as number) > 0;
  if (!isRight)
    throw new InputError(
      `--set ${name}`,
      JSON.stringify(given),
      typeof old.value === 'boolean' ? 'true or false' : `a number above 0 (${old.unit})`,
    );
  return { ...numbers, [name]: { value, unit: old.unit, status: 'published', source: 'stated by the user' } };
}

/**
 * @param replaced all numbers that differ from the base's
 * @param from the measurements, for the source of each fitted number
 */
export function measuredDrive(
  base: DiskFile,
  name: string,
  replaced: Readonly<Record<string, number>>,
  fitted: readonly FittedParameter[],
  from: string,
): DiskFile {
  const moved = Object.entries(replaced).map(([number, value]): [string, Parameter<number>] => [
    number,
    { value, unit: base.numbers[number as 'rpm'].unit, status: 'derived', source: 'moves with what was fitted' },
  ]);
  const numbers = Object.fromEntries(
    fitted.map(({ name: number, value, halfWidth }): [string, Parameter<number>] => [
      number,
      {
        value,
        unit: base.numbers[number as 'rpm'].unit,
        status: 'derived',
        source: `least squares on ${from}, 95 % interval`,
        range: [value - halfWidth, value + halfWidth],
      },
    ]),
  );
  return made(
    name,
    `${base.about}; ${fitted.map((one) => one.name).join(', ')} as measured`,
    { ...base.numbers, ...Object.fromEntries(moved), ...numbers },
    'the fit',
  );
}

function made(name: string, about: string, numbers: DiskNumbers, where: string): DiskFile {
  try {
    return diskFile(name, about, numbers);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(where, error.message, 'numbers of one disk');
    throw error;
  }
}
