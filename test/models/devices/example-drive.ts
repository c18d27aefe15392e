/** A small made-up drive, and a way to put requests to a disk: for tests. */
import { Disk } from '../../../models/devices/disk.js';
import type { DriveBuffer, DriveParameters } from '../../../models/devices/hdd/parameters.js';
import { schedulers } from '../../../models/devices/schedulers/index.js';
import { HostIo, type IoOwner } from '../../../models/io/host-io.js';
import type { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { millisecond, type Nanoseconds } from '../../../sim/units.js';

export const noBuffer: DriveBuffer = {
  segments: 0,
  segmentSectors: 0,
  readAhead: false,
  readAheadSectors: 0,
  writeCache: false,
  writesTakeSegments: false,
  writeCacheSectors: 0,
  destageSectors: 0,
};
export const readAheadBuffer: DriveBuffer = { ...noBuffer, segments: 2, segmentSectors: 300, readAhead: true, readAheadSectors: 300 };
export const writeCacheBuffer: DriveBuffer = { ...noBuffer, writeCache: true, writeCacheSectors: 400, destageSectors: 100 };

const noSpares = { reservedSectors: 0, spareSectors: 0, slippedSectors: [] };

/** 6000 rpm: a revolution is 10 ms, a sector of the outer zone 0.1 ms. Zones: 200 cylinders of 100 sectors a track, a gap, 100 cylinders of 50. */
export const exampleDrive: DriveParameters = {
  name: 'example',
  heads: 3,
  cylinders: 302,
  rpm: 6000,
  mapping: 0,
  capacity: 200 * 3 * 100 + 100 * 3 * 50,
  zones: [
    { firstCylinder: 0, lastCylinder: 199, sectorsPerTrack: 100, trackSkew: 12, cylinderSkew: 20, firstSectorOffset: 0, ...noSpares },
    { firstCylinder: 201, lastCylinder: 300, sectorsPerTrack: 50, trackSkew: 6, cylinderSkew: 10, firstSectorOffset: 7, ...noSpares },
  ],
  seek: [
    { cylinders: 1, time: 1 * millisecond },
    { cylinders: 101, time: 3 * millisecond },
    { cylinders: 300, time: 5 * millisecond },
  ],
  headSwitch: 0.8 * millisecond,
  writeSettle: 0.3 * millisecond,
  overheads: {
    readMissAfterRead: 0.1 * millisecond,
    readMissAfterWrite: 0.2 * millisecond,
    writeMissAfterRead: 0.3 * millisecond,
    writeMissAfterWrite: 0.4 * millisecond,
    readHitAfterRead: 0.05 * millisecond,
    readHitAfterWrite: 0.06 * millisecond,
    writeHitAfterRead: 0.07 * millisecond,
    writeHitAfterWrite: 0.08 * millisecond,
    readCompletion: 0,
    writeCompletion: 0,
  },
  link: { timePerSector: 0, readWatermark: 0 },
  buffer: noBuffer,
};

/** A disk whose finished I/Os are kept, in order. */
export class Bench implements IoOwner {
  readonly kernel = new Kernel();
  readonly disk: Disk;
  readonly done: { io: HostIo; at: Nanoseconds }[] = [];

  constructor(drive: DriveParameters, scheduler = 'fcfs', queueDepth = 1) {
    this.disk = new Disk(this.kernel, drive, { scheduler: schedulers.get(scheduler, 'test').make(), queueDepth });
  }

  ioDone(io: HostIo): void {
    this.done.push({ io, at: this.kernel.now });
  }

  submit(kind: Kind, sector = 0, sectors = 0): HostIo {
    const io = new HostIo(this);
    io.kind = kind;
    io.sector = sector;
    io.sectors = sectors;
    this.disk.submit(io);
    return io;
  }

  /** Submits at a time, without running on. */
  submitAt(time: Nanoseconds, kind: Kind, sector = 0, sectors = 0): void {
    this.kernel.timer(() => void this.submit(kind, sector, sectors)).startAt(time);
  }

  /** Submits, runs until nothing is left to happen, and answers how long it took. */
  take(kind: Kind, sector = 0, sectors = 0): Nanoseconds {
    const start = this.kernel.now;
    this.submit(kind, sector, sectors);
    this.kernel.run();
    return this.done[this.done.length - 1]!.at - start;
  }

  /** Lets time pass. */
  idle(time: Nanoseconds): void {
    this.kernel.timer(() => undefined).start(time);
    this.kernel.run();
  }
}
