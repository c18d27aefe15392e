/** The methods of memory snapshots by name. */
import { readOptions, type OptionSet } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { backgroundSnapshot } from './background-snapshot.js';
import { checkpointCdp } from './checkpoint-cdp.js';
import { conSnap } from './consnap.js';
import { kemari } from './kemari.js';
import type { MemoryMethodModel, MemorySnapshot } from './memory-snapshot.js';
import { preCopy } from './pre-copy.js';
import { remus } from './remus.js';
import type { SnapshotHost } from './snapshot-host.js';
import { stopAndCopy } from './stop-and-copy.js';
import { vnSnap } from './vnsnap.js';

/** A method whose options are read from text or plain values when it is made. */
export interface NamedMemoryMethod {
  readonly about: string;
  readonly source: string;
  readonly options: OptionSet;
  /** Throws InputError, naming `where`, at options that are unknown or wrong. */
  make(host: SnapshotHost, given: Readonly<Record<string, unknown>>, where: string): MemorySnapshot;
}

const named = <S extends OptionSet>(model: MemoryMethodModel<S>): NamedMemoryMethod => ({
  about: model.about,
  source: model.source,
  options: model.options,
  make: (host, given, where) => model.make(host, readOptions(model.options, given, where)),
});

export const memoryMethods = new Registry<NamedMemoryMethod>('method of memory snapshots', {
  'stop-and-copy': named(stopAndCopy),
  'pre-copy': named(preCopy),
  consnap: named(conSnap),
  'background-snapshot': named(backgroundSnapshot),
  remus: named(remus),
  kemari: named(kemari),
  vnsnap: named(vnSnap),
  'checkpoint-cdp': named(checkpointCdp),
});
