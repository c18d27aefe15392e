/**
 * One host I/O on its way: from an image format's plan through the host to a device, and back with where its time went.
 * The objects are pooled by whoever issues them.
 */
import type { Bytes, Nanoseconds, Sectors } from '../../sim/units.js';
import type { Kind, Mode, Purpose } from './plan.js';

/** Where a device spent the time of an I/O; the parts sum to the time from submission to completion. */
export const enum Part {
  /** Waiting for other I/Os, in the host's scheduler or in the drive. */
  QUEUE = 0,
  SEEK = 1,
  ROTATION = 2,
  /** Media or link. */
  TRANSFER = 3,
  /** Controller and command processing. */
  OVERHEAD = 4,
}
export const parts = 5;

export interface IoOwner {
  /** The I/O is done. Called from an event of its own, never from within `submit`. */
  ioDone(io: HostIo): void;
}

export class HostIo {
  kind: Kind = 0;
  mode: Mode = 0;
  purpose: Purpose = 0;
  /** The issuer's own marks. */
  request = 0;
  entry = 0;
  /** Place in a file, set by the issuer; a host turns it into a place on a device. */
  file = 0;
  offset: Bytes;
  bytes: Bytes;
  /** Place on the device. */
  sector: Sectors;
  sectors: Sectors;
  submitted: Nanoseconds;
  /** By Part, whole nanoseconds; filled by the device before `ioDone`. */
  readonly spent = new Float64Array(parts);
  /** Cylinders between the head's place before and the first cylinder of this I/O; 0 where the medium was not touched. */
  seekCylinders = 0;
  /** For the queues of schedulers. */
  next: HostIo | null = null;

  constructor(readonly owner: IoOwner) {
    // First a fraction, then the value: these fields then hold doubles for good and are never boxed anew.
    this.offset = this.bytes = this.sector = this.sectors = this.submitted = 0.5;
    this.offset = this.bytes = this.sector = this.sectors = this.submitted = 0;
  }
}

/** Says when an I/O is done; knows nothing of images or guests. Takes READ, WRITE and FLUSH, and PUNCH where it says so. */
export interface Device {
  /** Size in sectors of 512 bytes. */
  readonly capacity: Sectors;
  /** Whether it takes PUNCH: sectors whose content is of no interest any more (TRIM). */
  readonly takesPunch?: boolean;
  /** Sets io.submitted to now; calls io.owner.ioDone later, after filling io.spent. The place (sector, sectors) is inside the device. */
  submit(io: HostIo): void;
  /** Nanoseconds of simulated time in which the device was at work, until now. */
  busyTime(): Nanoseconds;
}

/** Takes I/Os on files (file, offset, bytes) and carries them out on devices. */
export interface Host {
  submit(io: HostIo): void;
}
