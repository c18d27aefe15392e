/** Ways to save less of a memory, by name. */
import { named, type NamedMaker } from '../../../sim/maker.js';
import { Registry } from '../../../sim/registry.js';
import type { SnapshotHost } from '../snapshot-host.js';
import { compression } from './compression.js';
import { diskDuplicates } from './disk-duplicates.js';
import { freePages } from './free-pages.js';
import type { PageReduction } from './page-reduction.js';
import { unusedMemory } from './unused-memory.js';

export const pageReductions = new Registry<NamedMaker<[host: SnapshotHost], PageReduction>>('reduction of what a memory snapshot saves', {
  'free-pages': named(freePages),
  'unused-memory': named(unusedMemory),
  'disk-duplicates': named(diskDuplicates),
  compression: named(compression),
});
