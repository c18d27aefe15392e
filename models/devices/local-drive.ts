/** What every drive of a host has, whatever it is made of: for those who build machines on one and look at what it did. It knows no image and no guest. */
import type { Nanoseconds, Sectors } from '../../sim/units.js';
import { Part, type Device, type HostIo } from '../io/host-io.js';

export interface LocalDrive extends Device {
  /** READs and WRITEs that are done, and the cylinders that an arm moved for them: 0 without one. */
  readonly requests: number;
  readonly seekCylinders: number;
  readonly flushes: number;
  /** Sectors of the WRITEs that it was handed. */
  readonly sectorsToWrite: Sectors;
  /** From now on `observer` is told of I/Os in the order of service. */
  observe(observer: DriveObserver): void;
  /** What the drive counts of itself, by name; none where there is nothing to tell. */
  counters(): Readonly<Record<string, number>>;
  /** @throws Error where the accounts of I/Os, of time or of written data disagree */
  checkConservation(): void;
}

/** Told of each READ and WRITE as the drive begins to serve it. It must not change the I/O. */
export interface DriveObserver {
  served(io: HostIo): void;
}

/** How long an I/O was at the drive, by the parts that it was told. */
export const stayOf = ({ spent }: HostIo): Nanoseconds =>
  spent[Part.QUEUE]! + spent[Part.SEEK]! + spent[Part.ROTATION]! + spent[Part.TRANSFER]! + spent[Part.OVERHEAD]!;
