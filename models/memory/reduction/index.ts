/** Ways to save less of a memory, by name. */
import { readOptions, type OptionSet } from '../../../sim/options.js';
import { Registry } from '../../../sim/registry.js';
import type { SnapshotHost } from '../snapshot-host.js';
import { compression } from './compression.js';
import { diskDuplicates } from './disk-duplicates.js';
import { freePages } from './free-pages.js';
import type { PageReduction, PageReductionModel } from './page-reduction.js';
import { unusedMemory } from './unused-memory.js';

/** A reduction whose options are read from text or plain values when it is made. */
export interface NamedPageReduction {
  readonly about: string;
  readonly source: string;
  readonly options: OptionSet;
  /** Throws InputError, naming `where`, at options that are unknown or wrong. */
  make(host: SnapshotHost, given: Readonly<Record<string, unknown>>, where: string): PageReduction;
}

const named = <S extends OptionSet>(model: PageReductionModel<S>): NamedPageReduction => ({
  about: model.about,
  source: model.source,
  options: model.options,
  make: (host, given, where) => model.make(host, readOptions(model.options, given, where)),
});

export const pageReductions = new Registry<NamedPageReduction>('reduction of what a memory snapshot saves', {
  'free-pages': named(freePages),
  'unused-memory': named(unusedMemory),
  'disk-duplicates': named(diskDuplicates),
  compression: named(compression),
});
