/** A test-bed with some of its parameters moved: for what a result owes to what a paper leaves open. */
import { InputError } from '../../sim/errors.js';
import { driveFile, type DriveNumbers } from './drives/drive-file.js';
import { parametersOf } from './parameters.js';
import type { TestBed } from './testbed.js';

export type ParameterValue = number | boolean | string;
/** New values by path, e.g. `guest.exitTime` or `drive.rpm`; units as in the test-bed. */
export type ParameterChanges = Readonly<Record<string, ParameterValue>>;

/** @throws InputError at a path that is no parameter, or a value of another type */
export function withChanges(testbed: TestBed, changes: ParameterChanges): TestBed {
  if (Object.keys(changes).length === 0) return testbed;
  const known = new Map(parametersOf(testbed).map(({ path, value }) => [path, value]));
  for (const [path, value] of Object.entries(changes)) {
    const old = known.get(path);
    if (old === undefined) throw new InputError('a test-bed', `no parameter "${path}"`, `one of ${[...known.keys()].join(', ')}`);
    if (typeof old !== typeof value) throw new InputError(`parameter "${path}"`, JSON.stringify(value), `a ${typeof old}`);
  }
  const ofDrive = Object.entries(changes).filter(([path]) => path.startsWith('drive.'));
  const { name, about, numbers } = testbed.drive;
  const overrides = Object.fromEntries(ofDrive.map(([path, value]) => [path.slice('drive.'.length) as keyof DriveNumbers, value]));
  const drive = ofDrive.length === 0 ? testbed.drive : driveFile(name, about, numbers, overrides);
  return { ...(changed(testbed, changes, '') as TestBed), drive };
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
