/** For formats that keep no machine's state. It knows none of them. */
import { InputError } from '../../sim/errors.js';

/** Throws InputError: SAVE_STATE and LOAD_STATE are refused. */
export function refuseState(formatName: string): never {
  throw new InputError("the machine's state", `the image format ${formatName}`, 'a format that keeps it');
}
