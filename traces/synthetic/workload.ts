/** What a generated workload is: declared options in, records out. It knows no file and no model. */
import type { OptionSet, Values } from '../../sim/options.js';
import type { TraceReader } from '../batch.js';

export interface SyntheticWorkload<S extends OptionSet = OptionSet> {
  readonly about: string;
  readonly options: S;
  /** Starts the workload anew; the same values and seed yield the same records. Throws InputError at values that contradict each other. */
  open(values: Values<S>, seed: number | string): TraceReader;
}

/** Declares a workload so that `open` sees the types of its options, and the registry does not need them. */
export const workload = <const S extends OptionSet>(declared: SyntheticWorkload<S>): SyntheticWorkload<S> => declared;
