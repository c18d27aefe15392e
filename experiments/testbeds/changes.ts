/** A test-bed with some of its parameters moved: for what a result owes to what a paper leaves open. */
import { InputError } from '../../sim/errors.js';
import { diskFile } from './drives/disk-file.js';
import { flashFile } from './drives/flash-file.js';
import type { DriveFile } from './drives/index.js';
import { onDrive } from './on-drive.js';
import { parametersOf } from './parameters.js';
import type { TestBed } from './testbed.js';

export type ParameterValue = number | boolean | string;
/** New values by path, e.g. `guest.exitTime` or `drive.rpm`; units as in the test-bed. `drive` alone puts the drive of that name in place of the test-bed's, before the rest. */
export type ParameterChanges = Readonly<Record<string, ParameterValue>>;

/** @throws InputError at a path that is no parameter, a value of another type, or an unknown drive */
export function withChanges(testbed: TestBed, changes: ParameterChanges): TestBed {
  const { drive, ...numbers } = changes;
  const base = drive === undefined ? testbed : onDrive(testbed, String(drive), 'parameter "drive"');
  return Object.keys(numbers).length === 0 ? base : withNumbers(base, numbers);
}

function withNumbers(testbed: TestBed, changes: ParameterChanges): TestBed {
  const known = new Map(parametersOf(testbed).map(({ path, value }) => [path, value]));
  for (const [path, value] of Object.entries(changes)) {
    const old = known.get(path);
    if (old === undefined) throw new InputError('a test-bed', `no parameter "${path}"`, `one of ${[...known.keys()].join(', ')}`);
    if (typeof old !== typeof value) throw new InputError(`parameter "${path}"`, JSON.stringify(value), `a ${typeof old}`);
  }
  return { ...(changed(testbed, changes, '') as TestBed), drive: remade(testbed.drive, changes) };
}

function remade(drive: DriveFile, changes: ParameterChanges): DriveFile {
  const ofDrive = Object.entries(changes).filter(([path]) => path.startsWith('drive.'));
  if (ofDrive.length === 0) return drive;
  const overrides = Object.fromEntries(ofDrive.map(([path, value]) => [path.slice('drive.'.length), value]));
  const { name, about } = drive;
  try {
    return drive.kind === 'disk' ? diskFile(name, about, drive.numbers, overrides) : flashFile(name, about, drive.numbers, overrides);
  } catch (error) {
    const given = ofDrive.map(([path, value]) => `${path} = ${value}`).join(', ');
    if (error instanceof RangeError) throw new InputError('parameters of a drive', `${given}: ${error.message}`, 'numbers of one drive');
    throw error;
  }
}

/** The same structure with the values of parameters replaced. */
function changed(value: unknown, changes: ParameterChanges, path: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if ('status' in value && 'source' in value) return path in changes ? { ...value, value: changes[path] } : value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      name === 'drive' ? part : changed(part, changes, path === '' ? name : `${path}.${name}`),
    ]),
  );
}
