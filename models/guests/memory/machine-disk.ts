/** A guest's disk as its memory sees it: requests, each with a slot of its own. It says neither where a block lies nor in which format. */
import type { Scenario } from '../../../sim/process.js';
import type { Bytes, Nanoseconds, Sectors } from '../../../sim/units.js';

/** Who issues requests. */
export interface MachineDiskUser {
  /** Called from an event of its own, never from within `submit`. The slot stays taken until `release`. */
  diskDone(slot: number): void;
}

export interface MachineDisk {
  /** Requests in flight at most. */
  readonly slots: number;
  readonly inFlight: number;
  /** Of all requests that were submitted. */
  readonly sectors: Sectors;
  /** Requests that are done, and the sum of their times. */
  readonly completed: number;
  readonly latencySum: Nanoseconds;
  readonly hasRoom: boolean;
  serve(user: MachineDiskUser): void;
  /** Where a request lies on the disk: offsets go round behind its end. */
  placeOf(offset: Bytes, bytes: Bytes): Bytes;
  /** Answers the slot. Offsets are bytes from the start of the guest's disk, and go round behind its end. */
  submit(isWrite: boolean, offset: Bytes, bytes: Bytes): number;
  /** The user has taken what a request brought: its slot is free again. */
  release(slot: number): void;
  /** Reads for whoever restores a snapshot, while the guest does not run; one reader at a time. */
  read(offset: Bytes, bytes: Bytes): Scenario;
}
