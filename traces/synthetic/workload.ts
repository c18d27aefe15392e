/** What a generated workload is: declared options in, records out. It knows no file and no model. */
import type { OptionSet, Values } from '../../sim/options.js';
import type { Bytes } from '../../sim/units.js';
import type { TraceReader } from '../batch.js';

/** The end of what a workload may touch. It knows no disk. */
export interface Reach {
  readonly option: string;
  readonly end: Bytes;
}

export interface SyntheticWorkload<S extends OptionSet = OptionSet> {
  readonly about: string;
  readonly options: S;
  /** Starts the workload anew; the same values and seed yield the same records. Throws InputError at values that contradict each other. */
  open(values: Values<S>, seed: number | string): TraceReader;
  /** Where the range ends that the requests may lie in, and the option that a shorter one would be asked for with. */
  reach(values: Values<S>): Reach;
}

/** Declares a workload so that `open` sees the types of its options, and the registry does not need them. */
export const workload = <const S extends OptionSet>(declared: SyntheticWorkload<S>): SyntheticWorkload<S> => declared;
