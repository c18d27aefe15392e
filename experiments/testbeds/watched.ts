/**
 * A test-bed that tells which of its parameters are looked at. A run is a pure function of what it looks at, so a parameter that it does
 * not look at cannot matter to it. A copy of a whole part of the test-bed counts as a look at all of the part.
 */
import type { DriveFile } from './drives/index.js';
import { parametersOf } from './parameters.js';
import type { TestBed } from './testbed.js';

/** @param onRead told the path of a parameter when its value is first taken; the drive as a whole is all of its numbers */
export function watched(testbed: TestBed, onRead: (path: string) => void): TestBed {
  const ofDrive = parametersOf(testbed)
    .map(({ path }) => path)
    .filter((path) => path.startsWith('drive.'));
  const { drive, ...rest } = testbed;
  return { ...(watch(rest, '', onRead) as Omit<TestBed, 'drive'>), drive: watchedDrive(drive) };

  function watchedDrive<D extends DriveFile>(file: D): D {
    const numbers = watch(file.numbers, 'drive', onRead);
    return onFirstGet({ ...file, numbers }, 'parameters', file.parameters, () => ofDrive.forEach(onRead));
  }
}

function watch<T>(value: T, path: string, onRead: (path: string) => void): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if ('status' in value && 'source' in value && 'value' in value) return onFirstGet({ ...value }, 'value', value.value, () => onRead(path));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]: [string, unknown]) => [name, watch(part, path === '' ? name : `${path}.${name}`, onRead)]),
  ) as T;
}

/** Makes one property tell of its first use; from then on it is a plain one, as fast as ever. */
function onFirstGet<T extends object>(target: T, name: keyof T & string, value: unknown, told: () => void): T {
  return Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      Object.defineProperty(target, name, { value, enumerable: true, configurable: true });
      told();
      return value;
    },
  });
}
