/** An image that the installed programs make and change by a script: a process for each session, and one for each snapshot operation. */
import type { Bytes } from '../../../sim/units.js';
import { patternByte } from '../host-contents.js';
import type { Operation, Script } from '../script.js';
import { demand } from './qemu.js';

const snapshotFlags = { 'snap-create': '-c', 'snap-apply': '-a', 'snap-delete': '-d' } as const;

/** The script as tools carry it out that work on an image at rest: closed before each snapshot operation and opened anew after it. */
export function atRest({ operations, whereOf }: Script): Script {
  const places: number[] = [];
  const all = operations.flatMap((operation, i): Operation[] => {
    const list: Operation[] = 'name' in operation ? [{ kind: 'reopen' }, operation, { kind: 'reopen' }] : [operation];
    places.push(...list.map(() => i));
    return list;
  });
  return { operations: all, whereOf: (i) => whereOf(places[i]!) };
}

/**
 * @param kind what the programs call the format
 * @param createOptions `name=value` for the program that makes the image
 * @throws Error where a program fails
 */
export function makeRealImage(file: string, kind: string, createOptions: readonly string[], diskBytes: Bytes, script: Script): void {
  const options = createOptions.flatMap((option) => ['-o', option]);
  demand('qemu-img', 'create', '-q', '-f', kind, ...options, file, String(diskBytes));
  let session: string[] = [];
  const endSession = (): void => {
    if (session.length > 0) demand('qemu-io', '-f', kind, ...session.flatMap((command) => ['-c', command]), file);
    session = [];
  };
  script.operations.forEach((operation, i) => {
    switch (operation.kind) {
      case 'write':
        session.push(`write -P ${patternByte(i)} ${operation.offset} ${operation.bytes}`);
        break;
      case 'read':
        session.push(`read ${operation.offset} ${operation.bytes}`);
        break;
      case 'flush':
        session.push('flush');
        break;
      case 'reopen':
        endSession();
        break;
      default:
        endSession();
        demand('qemu-img', 'snapshot', '-q', snapshotFlags[operation.kind], operation.name, file);
    }
  });
  endSession();
}
