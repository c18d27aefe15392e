/** What the commands of `snapsim validate` share: where the reference data lies, and how a result is printed. */
import { InputError } from '../../sim/errors.js';
import { sharedFolder } from '../places.js';

export interface ValidateOptions {
  readonly against?: string;
  readonly json?: true;
}

/** The folder that was given, or `name` among the reference data. @throws InputError where there is neither */
export function folderOf({ against }: ValidateOptions, name: string): string {
  const folder = against ?? sharedFolder(name);
  if (folder === null)
    throw new InputError('--against', 'no folder of reference data', `--against FOLDER, or $SNAPSIM_SHARED with ${name} in it`);
  return folder;
}

/** As JSON where that was asked for, else in words. */
export function print({ json }: ValidateOptions, result: unknown, inWords: () => string): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 1) : inWords()}\n`);
}
