/** A machine that moves with its disk from one host to another over the network: by pre-copy, or at once with the disk after it. */
import type { LocalDrive } from '../../models/devices/local-drive.js';
import { payloadShare } from '../../models/network/ethernet.js';
import { Network } from '../../models/network/network.js';
import { ChunkSet } from '../../models/provisioning/chunk-set.js';
import { ImageCopy } from '../../models/provisioning/image-copy.js';
import { Arrival, dirtyAtRandom, migrateByPreCopy, migrateOnDemand, type PreCopySettings } from '../../models/provisioning/scenarios.js';
import { Kernel } from '../../sim/kernel.js';
import { spawn } from '../../sim/process.js';
import { RandomStream } from '../../sim/random.js';
import { MiB, second, type Bytes } from '../../sim/units.js';
import type { TestBed } from '../testbeds/testbed.js';
import { makeDrive, setupOf } from './world.js';

const chunk = MiB;
/** Pieces under way at once. */
const depth = 4;
/** QEMU 0.12: migrate_set_downtime is 30 ms where it is not set; rounds are not limited there, and here so that a run ends. */
const preCopy: PreCopySettings = { downtime: 0.03 * second, rounds: 30 };

export interface Migration {
  readonly testbed: TestBed;
  readonly diskBytes: Bytes;
  /** Of FVD's image: they go over before the machine runs. */
  readonly metadataBytes: Bytes;
  /** What the machine writes meanwhile at random places, in pieces of 1 MiB a second. */
  readonly writesPerSecond: number;
  readonly seed: number;
}

export type MigrationKind = 'pre-copy' | 'on demand';

export function migrate(kind: MigrationKind, { testbed, diskBytes, metadataBytes, writesPerSecond, seed }: Migration): Arrival {
  const kernel = new Kernel();
  const { rate, roundTrip } = testbed.network;
  const network = new Network(kernel, {
    ports: 2,
    flows: 2,
    linkRate: rate.value / payloadShare,
    latency: Math.round(roundTrip.value / 2),
  });
  const drive = (): LocalDrive => makeDrive(kernel, setupOf(testbed, 'raw'));
  const path = { source: drive(), target: drive(), depth, governor: null, route: { network, from: 0, to: 1 } };
  const copy = new ImageCopy(kernel, path);
  const disk = new ChunkSet(diskBytes, chunk);
  const arrival = new Arrival();
  if (kind === 'pre-copy') {
    const random = new RandomStream(seed, 'writes while a disk is copied');
    spawn(kernel, migrateByPreCopy(kernel, copy, disk, preCopy, arrival));
    spawn(
      kernel,
      dirtyAtRandom(disk, writesPerSecond, () => random.below(disk.chunks), arrival),
    );
  } else {
    const metadata = { copy: new ImageCopy(kernel, path), set: new ChunkSet(metadataBytes, chunk) };
    spawn(kernel, migrateOnDemand(kernel, metadata, copy, disk, arrival));
  }
  kernel.run();
  path.source.checkConservation();
  path.target.checkConservation();
  return arrival;
}
