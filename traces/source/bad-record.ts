/** A place in a file where no record stands: the one kind of unusable input that a reader may be told to step over. */
import { InputError } from '../../sim/errors.js';

export class BadRecord extends InputError {}
