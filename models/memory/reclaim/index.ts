/** The policies of reclamation by name. */
import { readOptions, type OptionSet } from '../../../sim/options.js';
import { Registry } from '../../../sim/registry.js';
import { accessibilityWindow } from './accessibility-window.js';
import { keepAll } from './keep-all.js';
import { multiGranularity } from './multi-granularity.js';
import type { ReclaimModel, ReclaimPolicy } from './reclaim-policy.js';

/** A policy whose options are read from text or plain values when it is made. */
export interface NamedReclaimPolicy {
  readonly about: string;
  readonly source: string;
  readonly options: OptionSet;
  /** Throws InputError, naming `where`, at options that are unknown or wrong. */
  make(given: Readonly<Record<string, unknown>>, where: string): ReclaimPolicy;
}

const named = <S extends OptionSet>(model: ReclaimModel<S>): NamedReclaimPolicy => ({
  about: model.about,
  source: model.source,
  options: model.options,
  make: (given, where) => model.make(readOptions(model.options, given, where)),
});

export const reclaimPolicies = new Registry<NamedReclaimPolicy>('policy of reclamation', {
  'keep-all': named(keepAll),
  'accessibility-window': named(accessibilityWindow),
  'multi-granularity': named(multiGranularity),
});
