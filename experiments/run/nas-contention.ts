/** Readers on one server that do not know of one another: one in sequence, held back by a governor or not, and others beside it. */
import { HostIo, type Device } from '../../models/io/host-io.js';
import type { PrefetchGovernor } from '../../models/prefetch/governor.js';
import { Kernel } from '../../sim/kernel.js';
import { RandomStream } from '../../sim/random.js';
import { GiB, KiB, sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { TestBed } from '../testbeds/testbed.js';
import { makeNas } from './nas.js';
import { makeServerDrive, setupOf } from './world.js';

const fileBytes = 8 * GiB;
const smallBytes = 4 * KiB;
/** Small reads that are out at once. */
const smallReaders = 4;

/** What reads beside the reader that is looked at: nobody, one like it, or many small reads at random places. */
export type Neighbour = 'none' | 'sequential' | 'random';

export interface Reading {
  /** What the reader got, and its neighbour. */
  readonly bytes: Bytes;
  readonly neighbourBytes: Bytes;
  /** Reads, and those of them that took longer than `slow`. */
  readonly reads: number;
  readonly slowReads: number;
}

export interface ReadRequest {
  readonly testbed: TestBed;
  readonly neighbour: Neighbour;
  /** Of each read. */
  readonly bytes: Bytes;
  readonly slow: Nanoseconds;
  readonly duration: Nanoseconds;
  readonly governor: PrefetchGovernor | null;
  readonly seed: number;
}

export function readBeside({ testbed, neighbour, bytes, slow, duration, governor, seed }: ReadRequest): Reading {
  const kernel = new Kernel();
  const drive = makeServerDrive(kernel, setupOf(testbed, 'raw'));
  const nas = makeNas(kernel, testbed, drive, [fileBytes, fileBytes], 2);
  const sum = { bytes: 0, neighbourBytes: 0, reads: 0, slowReads: 0 };
  readOn(kernel, nas.device(0, 0), bytes, governor, (time) => {
    sum.bytes += bytes;
    sum.reads += 1;
    if (time > slow) sum.slowReads += 1;
  });
  if (neighbour === 'sequential') readOn(kernel, nas.device(1, 1), bytes, null, () => (sum.neighbourBytes += bytes));
  if (neighbour === 'random') {
    const random = new RandomStream(seed, 'small reads');
    for (let i = 0; i < smallReaders; i++) readAnywhere(nas.device(1, 1), random, () => (sum.neighbourBytes += smallBytes));
  }
  kernel.run(duration);
  drive.checkConservation();
  return sum;
}

/** Reads on and on, one read at a time. */
function readOn(
  kernel: Kernel,
  device: Device,
  bytes: Bytes,
  governor: PrefetchGovernor | null,
  onRead: (time: Nanoseconds) => void,
): void {
  const next = kernel.timer(() => device.submit(io));
  const io = new HostIo({
    ioDone: () => {
      const { now } = kernel;
      onRead(now - io.submitted);
      governor?.transferred(bytes, io.submitted, now);
      io.sector = (io.sector + io.sectors) % (device.capacity - io.sectors);
      next.startAt(Math.max(now, Math.ceil(governor?.readyAt ?? now)));
    },
  });
  io.sectors = bytes / sectorBytes;
  next.start(0);
}

function readAnywhere(device: Device, random: RandomStream, onRead: () => void): void {
  const sectors = smallBytes / sectorBytes;
  const io = new HostIo({
    ioDone: () => {
      onRead();
      go();
    },
  });
  const go = (): void => {
    io.sector = random.below(device.capacity / sectors) * sectors;
    device.submit(io);
  };
  io.sectors = sectors;
  go();
}
