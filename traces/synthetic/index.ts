/** The generated workloads by name. */
import { readOptions, type OptionSet } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import type { TraceReader } from '../batch.js';
import { mixed } from './mixed.js';
import { randIo } from './rand-io.js';
import { sequential } from './sequential.js';
import type { Reach, SyntheticWorkload } from './workload.js';

/** A workload whose options are read from text or plain values when it is opened. */
export interface NamedWorkload {
  readonly about: string;
  readonly options: OptionSet;
  /** Throws InputError, naming `where`, at options that are unknown or wrong. */
  open(given: Readonly<Record<string, unknown>>, seed: number | string, where: string): TraceReader;
  /** Throws as `open` does. */
  reach(given: Readonly<Record<string, unknown>>, where: string): Reach;
}

const named = <S extends OptionSet>(workload: SyntheticWorkload<S>): NamedWorkload => ({
  about: workload.about,
  options: workload.options,
  open: (given, seed, where) => workload.open(readOptions(workload.options, given, where), seed),
  reach: (given, where) => workload.reach(readOptions(workload.options, given, where)),
});

export const syntheticWorkloads = new Registry<NamedWorkload>('workload', {
  'rand-io': named(randIo),
  mixed: named(mixed),
  sequential: named(sequential),
});
