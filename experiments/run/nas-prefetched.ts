/** An image at work once prefetching has brought everything: what random requests take, and what they cost of metadata. */
import { Replay } from '../../models/guests/replay.js';
import { carryOutBackground } from '../../models/io/untimed.js';
import { defaults } from '../../sim/options.js';
import { KiB, second, type Bytes } from '../../sim/units.js';
import { randIo } from '../../traces/synthetic/rand-io.js';
import type { TestBed } from '../testbeds/testbed.js';
import { setupOf, World } from './world.js';

const block = 64 * KiB;

export interface Prefetched {
  /** Bytes a second. */
  readonly throughput: number;
  readonly metadataIos: number;
}

/** Writes, then reads of blocks in random order, one at a time, all in what the template covers. */
export function workOnPrefetched(testbed: TestBed, format: 'raw' | 'fvd-paper', requests: number, seed: number): Prefetched {
  const isOverlay = format !== 'raw';
  const backingBytes: Bytes = Math.floor(testbed.backingImage.value / block) * block;
  const options = isOverlay ? { copyOnRead: true, prefetch: 'whole' } : {};
  const world = new World({ ...setupOf(testbed, format), options, backingBytes: isOverlay ? backingBytes : null });
  if (isOverlay) carryOutBackground(world.format, () => undefined);
  let bytes = 0;
  for (const phase of ['first-write', 'read'] as const) {
    const shape = { partitionOffset: 0, partitionSize: backingBytes, block, phase, touchedPercent: 100, skip: 0, operations: requests };
    const trace = randIo.open({ ...defaults(randIo.options), ...shape }, seed);
    const replay = new Replay(world.kernel, world.disk, trace, { kind: 'closed', depth: 1 }, world.setup.slots, 0);
    world.kernel.run();
    bytes += replay.reads.total + replay.writes.total;
  }
  return { throughput: bytes / (world.kernel.now / second), metadataIos: world.disk.traffic.metadataIos };
}
