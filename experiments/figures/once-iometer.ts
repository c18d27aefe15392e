/**
 * OnceCloud, Figures 9 to 11: Iometer in a virtual machine whose disk has 0 to 8 snapshots and lies on an NFS server, for XenServer's linked chain of VHD files and for
 * OnceCloud's snapshots that are not linked. What is run and noted; the figures draw it.
 *
 * Where each layer is. The guest's file system, its driver and the hypervisor's block back end are on the client. The chain of VHD files is kept by the client, and its files lie
 * on the server's ext3: index look-ups go over the network. ZFS and OCFS2 are on the server, below the export: their metadata does not leave it.
 *
 * The paper states neither how much is written between two snapshots nor how long Iometer runs. Here every snapshot is followed by one run, and its writes are what lies
 * between it and the next.
 */
import { FileGuest } from '../../models/guests/file-guest.js';
import type { FileRequest, FileSystem } from '../../models/filesystems/file-system.js';
import type { MountedFileSystem } from '../../models/filesystems/mounted/mounted-file-system.js';
import type { Processors } from '../../models/guests/processors.js';
import type { Column, Row } from '../../results/rows.js';

import type { Kernel } from '../../sim/kernel.js';
import { defaults } from '../../sim/options.js';
import { Counter } from '../../sim/statistics/counter.js';
import { MiB, second, sectorBytes } from '../../sim/units.js';
import { FileOp, type FileOperation, type FileProgram } from '../../traces/files/file-operation.js';
import { GeneratedProgram, type Steps } from '../../traces/files/file-workload.js';
import { iometer } from '../../traces/files/iometer.js';
import { guestOn, mountOn, runProgram, type Machine } from '../run/guest-machine.js';
import { linkedOnNas, nonLinkedOnNas, takeSnapshot, type NasWorld } from '../run/nas-images.js';
import { setupOf } from '../run/world.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Point, Scale, Study } from './figure.js';

/** The systems as they are drawn, by the image format that stands for each. */
export const systems = {
  'vhd-chain': 'XenServer (linked VHD)',
  zfs: 'OnceCloud (ZFS)',
  ocfs2: 'OnceCloud (OCFS2)',
} as const;
export type System = keyof typeof systems;

export const depths = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Writes between two snapshots: unstated, 5,000 to 100,000; so many that every block of 2 MiB is touched about 20 times. */
export const writesBetween = { main: 20_000, few: 5_000, many: 100_000 } as const;
const testFile = 1;
const values = defaults(iometer.options);
export const requestBytes = values.request;

/** Windows Server 2003 begins its first partition at sector 63. */
const partitionStart = 63 * sectorBytes;

const columns: readonly Column[] = [
  { name: 'system', unit: '', about: 'Image format: the chain on the client, or the file system on the server' },
  { name: 'writes', unit: 'requests', about: 'Mean number of writes between two snapshots' },
  { name: 'snapshots', unit: '', about: 'Snapshots that the disk has' },
  { name: 'seed', unit: '', about: 'Seed of the random places' },
  { name: 'iops', unit: '1/s', about: 'Requests a second' },
  { name: 'throughputMBs', unit: 'MB/s', about: '2^20 bytes a second, as Iometer counts' },
  { name: 'responseMs', unit: 'ms', about: 'Mean response time of a request' },
  { name: 'readMs', unit: 'ms', about: 'Of reads' },
  { name: 'writeMs', unit: 'ms', about: 'Of writes' },
  { name: 'serverDriveIos', unit: '1', about: "I/Os of the server's drive for a request" },
  { name: 'driveBusy', unit: '1', about: "Share of the time in which the server's drive was at work" },
  { name: 'bitmapReads', unit: '1', about: 'Sector bitmaps read for a request; null without a chain' },
  { name: 'snapshotMs', unit: 'ms', about: 'Time that the last snapshot took; null without one' },
  { name: 'fingerprint', unit: '', about: 'Tells whether two runs were the same' },
];

function points(scale: Scale): Point[] {
  const names = Object.keys(systems) as System[];
  const main = names.map((system) => ({ system, writes: writesBetween.main }));
  // Fewer writes would not tell a level of the chain from chance.
  if (scale === 'quick') return main;
  return [...main, ...names.flatMap((system) => [writesBetween.few, writesBetween.many].map((writes) => ({ system, writes })))];
}

/** The rows of the setting that the claims are measured on. */
export function mainRows(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => row['writes'] === writesBetween.main);
}

function run(point: Point, seed: number, _scale: Scale, testbed: TestBed): Row[] {
  const { system, writes } = point as { system: System; writes: number };
  const setup = setupOf(testbed, system);
  const world = system === 'vhd-chain' ? linkedOnNas(setup) : nonLinkedOnNas(setup);
  const guest = guestOn(world, 'virtio', testbed.guest.processors.value);
  const { files } = mountOn(guest, {
    kind: 'ext4',
    offset: partitionStart,
    bytes: Math.floor((setup.diskBytes - partitionStart) / MiB) * MiB,
    seed,
    // Iometer keeps its file open without buffering; NTFS notes times of change lazily.
    settings: { accessTimes: false, barrier: false },
  });
  runProgram(guest, files, layOut());
  const requests = Math.round(writes / (1 - values.readPercent / 100));
  const rows: Row[] = [];
  let snapshotMs: number | null = null;
  for (const snapshots of depths) {
    runProgram(guest, files, syncAll());
    if (snapshots > 0) snapshotMs = takeSnapshot(world, `snapshot ${snapshots}`) / 1e6;
    const program = new Moved(iometer.open({ ...values, requests, layOut: false }, seed), snapshots);
    rows.push({ system, writes, snapshots, seed, ...measure(world, guest, files, program), snapshotMs });
  }
  return rows;
}

/**
 * The same requests at other places: all moved along the file by the same distance, round its end. So the runs of one seed read and write in the same order and are compared in
 * pairs, and yet each meets other blocks than the runs before it.
 */
class Moved implements FileProgram {
  private readonly distance: number;

  constructor(
    private readonly program: FileProgram,
    run: number,
  ) {
    // A ninth of the file and a prime number of requests: runs do not fall on one another's blocks in any pattern.
    this.distance = run * (Math.floor(values.file / values.request / depths.length) + 7919) * values.request;
  }

  next(into: FileOperation): boolean {
    const goesOn = this.program.next(into);
    if (into.op === FileOp.READ || into.op === FileOp.WRITE) into.offset = (into.offset + this.distance) % values.file;
    return goesOn;
  }
}

/** A guest that notes how long its reads and writes take. */
class MeasuredGuest extends FileGuest {
  readonly reads = new Counter();
  readonly writes = new Counter();

  constructor(
    private readonly clock: Kernel,
    files: FileSystem,
    program: FileProgram,
    processors: Processors,
  ) {
    super(clock, files, program, processors);
  }

  override fileDone(request: FileRequest): void {
    const took = this.clock.now - request.submitted;
    if (request.op === FileOp.READ) this.reads.add(took);
    else if (request.op === FileOp.WRITE) this.writes.add(took);
    super.fileDone(request);
  }
}

function measure(world: NasWorld, machine: Machine, files: MountedFileSystem, program: FileProgram): Row {
  const { kernel, drive, format } = world;
  const bitmapReads = (): number | undefined => format.counters()['bitmap reads'];
  const before = { ios: drive.requests, busy: drive.busyTime(), bitmaps: bitmapReads() };
  const guest = new MeasuredGuest(kernel, files, program, machine.processors);
  kernel.run();
  world.checkConservation();
  files.checkConservation();
  const phase = guest.phases[guest.phases.length - 1]!;
  const seconds = phase.time / second;
  const { operations, bytesRead, bytesWritten } = phase;
  const { reads, writes } = guest;
  return {
    iops: operations / seconds,
    throughputMBs: (bytesRead + bytesWritten) / MiB / seconds,
    responseMs: (reads.total + writes.total) / operations / 1e6,
    readMs: reads.total / reads.count / 1e6,
    writeMs: writes.total / writes.count / 1e6,
    serverDriveIos: (drive.requests - before.ios) / operations,
    driveBusy: (drive.busyTime() - before.busy) / phase.time,
    bitmapReads: before.bitmaps === undefined ? null : (bitmapReads()! - before.bitmaps) / operations,
    fingerprint: world.disk.fingerprint.toString(),
  };
}

/** The test file, written in full. */
const layOut = (): FileProgram =>
  new GeneratedProgram(function* (next): Steps {
    next.create(testFile, 0);
    yield;
    for (let at = 0; at < values.file; at += MiB) {
      next.write(testFile, at, Math.min(MiB, values.file - at), true);
      yield;
    }
    next.sync();
    yield;
  });

const syncAll = (): FileProgram =>
  new GeneratedProgram(function* (next): Steps {
    next.sync();
    yield;
  });

export const onceIometer: Study = {
  testbed: 'oncecloud',
  columns,
  points,
  seeds: (_point, scale) => (scale === 'quick' ? 3 : 5),
  run,
};
