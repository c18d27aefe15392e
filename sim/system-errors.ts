/** What the operating system refuses, in the words of an input error. It knows no file system, only the codes. */
import { InputError } from './errors.js';

const reasons: Readonly<Record<string, readonly [found: string, expected: string]>> = {
  EACCES: ['a place that may not be used', 'permission to use it'],
  EPERM: ['a place that may not be used', 'permission to use it'],
  EROFS: ['a read-only file system', 'one that can be written to'],
  ENOSPC: ['a full disk', 'free space'],
  EDQUOT: ['an exhausted disk quota', 'free space'],
  EFBIG: ['a file too large for its file system', 'a file system for large files'],
  ENOENT: ['no such file or folder', 'one that exists'],
  ENOTDIR: ['a file where a folder should be', 'a folder'],
  EEXIST: ['a file where a folder should be', 'a folder'],
  EISDIR: ['a folder', 'a file'],
  ELOOP: ['symbolic links in a circle', 'a file or folder'],
  ENAMETOOLONG: ['a name that is too long', 'a shorter name'],
  ESPIPE: ['a pipe', 'a file, which can be read from any place'],
};

/**
 * Does what touches files at `where`.
 * @throws InputError naming `where` in place of a known error of the operating system; any other error as it is
 */
export function onFile<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
    if (reason === undefined) throw error;
    throw new InputError(where, `${reason[0]} (${code})`, reason[1]);
  }
}
