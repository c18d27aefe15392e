/** Small closed loops for tests of direction: random requests on a virtual disk, or straight on a device. */
import { setupOf, World, type Setup } from '../../../experiments/run/world.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { Replay } from '../../../models/guests/replay.js';
import { HostIo, type Device } from '../../../models/io/host-io.js';
import type { Kind } from '../../../models/io/plan.js';
import type { Kernel } from '../../../sim/kernel.js';
import { defaults } from '../../../sim/options.js';
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import { mixed } from '../../../traces/synthetic/mixed.js';

export interface Load {
  readonly requests: number;
  readonly readPercent: number;
  readonly depth: number;
  readonly bytes: Bytes;
  readonly flushEvery: number;
}

export interface Result {
  readonly meanMs: number;
  readonly iops: number;
}

const usual: Load = { requests: 1500, readPercent: 100, depth: 1, bytes: 4 * KiB, flushEvery: 0 };

/** A world of the FVD blades with a small disk of its own. */
export const worldWith = (changes: Partial<Setup>, testbed = fvd): World =>
  new World({ ...setupOf(testbed, 'raw'), diskBytes: 4 * GiB, requestOverhead: 0, ...changes });

/** Random requests over the whole of a world's disk. A latency is a read's or a write's; flushes count as time. */
export function loaded(world: World, load: Partial<Load> = {}): Result {
  const { requests, readPercent, depth, bytes, flushEvery } = { ...usual, ...load };
  const { kernel, disk, setup } = world;
  const options = { requests, readPercent, flushEvery, smallest: bytes, largest: bytes, disk: setup.diskBytes, sequentialPercent: 0 };
  const start = kernel.now;
  const replay = new Replay(
    kernel,
    disk,
    mixed.open({ ...defaults(mixed.options), ...options }, 1),
    { kind: 'closed', depth },
    setup.slots,
    0,
  );
  kernel.run();
  const { readLatency, writeLatency } = replay;
  const done = readLatency.count + writeLatency.count;
  return {
    meanMs: (readLatency.sum + writeLatency.sum) / done / 1e6,
    iops: done / ((replay.lastCompletion - start) / 1e9),
  };
}

/** Random requests of 4 KiB straight on devices, each with one outstanding; their mean latency and all their requests a second. */
export function onDevices(kernel: Kernel, devices: readonly Device[], kind: Kind.READ | Kind.WRITE, requests: number): Result {
  const sectors = (4 * KiB) / sectorBytes;
  const start = kernel.now;
  let time = 0;
  devices.forEach((device, k) => {
    const random = new RandomStream(k, 'directions');
    let left = requests;
    let since = kernel.now;
    const io = new HostIo({
      ioDone: () => {
        time += kernel.now - since;
        if (--left > 0) next();
      },
    });
    const next = (): void => {
      since = kernel.now;
      io.kind = kind;
      io.sectors = sectors;
      io.sector = random.below(Math.floor(device.capacity / sectors)) * sectors;
      device.submit(io);
    };
    next();
  });
  kernel.run();
  const done = requests * devices.length;
  return { meanMs: time / done / 1e6, iops: done / ((kernel.now - start) / 1e9) };
}
