/** The check of a format whose images lie over nothing. */
import { InputError } from '../../sim/errors.js';
import { formatBytes } from '../../sim/units.js';
import type { FormatContext } from '../io/image-format.js';

/** Throws InputError where a backing image is given. */
export function refuseBacking({ backing }: FormatContext, format: string): void {
  if (backing !== null)
    throw new InputError('backing image', `one of ${formatBytes(backing.diskBytes)}`, `none: ${format} lies over nothing`);
}
