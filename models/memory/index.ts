/** The methods of memory snapshots by name. */
import { named, type NamedMaker } from '../../sim/maker.js';
import { Registry } from '../../sim/registry.js';
import { backgroundSnapshot } from './background-snapshot.js';
import { checkpointCdp } from './checkpoint-cdp.js';
import { conSnap } from './consnap.js';
import { kemari } from './kemari.js';
import type { MemorySnapshot } from './memory-snapshot.js';
import { preCopy } from './pre-copy.js';
import { remus } from './remus.js';
import type { SnapshotHost } from './snapshot-host.js';
import { stopAndCopy } from './stop-and-copy.js';
import { vnSnap } from './vnsnap.js';

export const memoryMethods = new Registry<NamedMaker<[host: SnapshotHost], MemorySnapshot>>('method of memory snapshots', {
  'stop-and-copy': named(stopAndCopy),
  'pre-copy': named(preCopy),
  consnap: named(conSnap),
  'background-snapshot': named(backgroundSnapshot),
  remus: named(remus),
  kemari: named(kemari),
  vnsnap: named(vnSnap),
  'checkpoint-cdp': named(checkpointCdp),
});
