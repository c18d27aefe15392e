/**
 * A virtual machine whose disk lies on an NFS server, put together in the two ways of the OnceCloud paper; on each, the guest's disk takes snapshots.
 *
 * - Linked: the hypervisor on the client keeps a chain of files, and carries their I/O out on the server (blktap over NFS). The server keeps them on ext3.
 * - Not linked: the guest's disk is one file on the server, whose own file system (ZFS, OCFS2) takes the snapshots, below the export. The client sees a plain file.
 */
import { CachedHost } from '../../models/hosts/cached-host.js';
import { ImageExport } from '../../models/hosts/image-export.js';
import { RawPartitions } from '../../models/hosts/raw-partition.js';
import type { LocalDrive } from '../../models/devices/local-drive.js';
import { Op, type ImageFormat } from '../../models/io/image-format.js';
import { carryOut } from '../../models/io/untimed.js';
import { VirtualDisk } from '../../models/io/virtual-disk.js';
import { Kernel } from '../../sim/kernel.js';
import { sectorBytes } from '../../sim/units.js';
import { GeneratedProgram, type Steps } from '../../traces/files/file-workload.js';
import { checkDisk, checkDiskOnDrive } from './conservation.js';
import { hostOn, latencyBesideExits, mountOn, runProgram } from './guest-machine.js';
import { exportOver } from './nas.js';
import { makeDrive, makeFormat, type Setup } from './world.js';

export interface NasWorld {
  readonly kernel: Kernel;
  readonly setup: Setup;
  /** The guest's disk. */
  readonly disk: VirtualDisk;
  /** The server's drive. */
  readonly drive: LocalDrive;
  /** The image that snapshots are taken of. */
  readonly format: ImageFormat;
  /** The disk that takes the snapshots: the guest's, or the one on the server. */
  readonly snapshots: VirtualDisk;
  /** A snapshot is there: requests that waited for it go on. */
  resume(): void;
  /** @throws Error where an account of the run disagrees with another */
  checkConservation(): void;
}

/** Files that a chain may have: the live disk, and two more a snapshot. */
const mostChainFiles = 65;

/** @param setup names a format that keeps its chain in files, such as vhd-chain */
export function linkedOnNas(setup: Setup): NasWorld {
  const kernel = new Kernel();
  const { testbed } = setup;
  const drive = makeDrive(kernel, setup);
  const server = hostOn(kernel, drive, testbed, testbed.nfs.processors.value);
  const bytes = server.device.capacity * sectorBytes;
  const { files } = mountOn(server, { kind: 'ext3', offset: 0, bytes, seed: 1, settings: { cacheBytes: testbed.nfs.cache.value } });
  runProgram(
    server,
    files,
    new GeneratedProgram(function* (next): Steps {
      for (let file = 1; file <= mostChainFiles; file++) {
        next.create(file, 0);
        yield;
      }
      next.sync();
      yield;
    }),
  );
  const fileOf = Array.from({ length: mostChainFiles }, (_, file) => file + 1);
  const [client] = exportOver(kernel, testbed, files, 1, fileOf).clients;
  const format = makeOpened(setup);
  const disk = new VirtualDisk(kernel, format, client!, guestSide(setup));
  const checkConservation = (): void => {
    checkDisk(kernel, disk);
    files.checkConservation();
    drive.checkConservation();
  };
  return { kernel, setup, disk, drive, format, snapshots: disk, resume: () => undefined, checkConservation };
}

/** @param setup names the server's file system by the image format that stands for it, such as zfs */
export function nonLinkedOnNas(setup: Setup): NasWorld {
  const kernel = new Kernel();
  const { testbed } = setup;
  const drive = makeDrive(kernel, setup);
  const firstSector = testbed.partitionStart.value / sectorBytes;
  const sectors = drive.capacity - firstSector;
  const format = makeOpened({ ...setup, slots: testbed.nfs.threads.value });
  const pool = new RawPartitions(kernel, [{ device: drive, firstSector, sectors }]);
  const cached = new CachedHost(kernel, pool, testbed.nfs.cache.value, [sectors * sectorBytes]);
  const served = new VirtualDisk(kernel, format, cached, {
    slots: testbed.nfs.threads.value,
    // What a file system with checksums and allocation costs the server's processor for an operation is as little known as a direct I/O.
    requestOverhead: testbed.hostOverhead.value,
  });
  const exported = new ImageExport(kernel, served, setup.diskBytes);
  const [client] = exportOver(kernel, testbed, exported, 1, [0]).clients;
  const plain = makeOpened({ ...setup, format: 'raw', options: {} });
  const disk = new VirtualDisk(kernel, plain, client!, guestSide(setup));
  const checkConservation = (): void => {
    checkDisk(kernel, disk);
    checkDiskOnDrive(kernel, served, drive);
  };
  return { kernel, setup, disk, drive, format, snapshots: served, resume: () => exported.admit(), checkConservation };
}

/** Takes a snapshot while nothing is in flight, and runs until it is there. Answers what it took, in ns. */
export function takeSnapshot(world: NasWorld, name: string): number {
  const { kernel, snapshots } = world;
  let took = NaN;
  snapshots.operate({
    op: Op.SNAPSHOT,
    snapshot: name,
    askedAt: 0,
    begunAt: kernel.now,
    done(now) {
      took = now - this.askedAt;
      world.resume();
      kernel.stop();
    },
  });
  kernel.run();
  if (Number.isNaN(took)) throw new Error(`snapshot ${name} did not end`);
  return took;
}

/** An image that was created and opened at no cost. */
function makeOpened(setup: Setup): ImageFormat {
  const format = makeFormat(setup);
  carryOut(format, Op.CREATE);
  carryOut(format, Op.OPEN);
  return format;
}

const guestSide = ({ slots, testbed }: Setup): { slots: number; requestOverhead: number } => ({
  slots,
  requestOverhead: latencyBesideExits(testbed),
});
