/** What a generated memory workload is: declared options in, a guest's steps out. It knows no snapshot and no test-bed. */
import { readOptions, type OptionSet, type Values } from '../../../sim/options.js';
import type { MemoryWorkload } from '../guest-step.js';

export interface GeneratedWorkload<S extends OptionSet = OptionSet> {
  readonly about: string;
  /** What its numbers rest on. */
  readonly source: string;
  /** Claims that the defaults were set on. */
  readonly calibratedOn: readonly string[];
  readonly options: S;
  /** Starts the workload anew; the same values and seed yield the same steps. */
  make(values: Values<S>, seed: number | string): MemoryWorkload;
}

/** A workload whose options are read from text or plain values when it is made. */
export interface NamedMemoryWorkload {
  readonly about: string;
  readonly source: string;
  readonly calibratedOn: readonly string[];
  readonly options: OptionSet;
  /** Throws InputError, naming `where`, at options that are unknown or wrong. */
  make(given: Readonly<Record<string, unknown>>, seed: number | string, where: string): MemoryWorkload;
}

/** Declares a workload so that `make` sees the types of its options, and the registry does not need them. */
export const generated = <const S extends OptionSet>(workload: GeneratedWorkload<S>): NamedMemoryWorkload => ({
  about: workload.about,
  source: workload.source,
  calibratedOn: workload.calibratedOn,
  options: workload.options,
  make: (given, seed, where) => workload.make(readOptions(workload.options, given, where), seed),
});
