/** How fast a saving thread may hand its slices to the disk: a controller answers, slice by slice, how long to pause. It never acts. */
import type { Bytes, Nanoseconds, Sectors } from '../../sim/units.js';
import type { Maker } from '../../sim/maker.js';
import type { OptionSet } from '../../sim/options.js';

/** What a controller sees when a slice has been flushed. The same object is filled again for each slice. */
export interface FlushView {
  /** Since the epoch began. */
  elapsed: Nanoseconds;
  /** S_slice: bytes of the slice. */
  sliceBytes: Bytes;
  /** T_flush: how long its flush took. */
  flushTime: Nanoseconds;
  /** S_sectors: sectors of 512 bytes that the guest read and wrote since the flush before was triggered. */
  guestSectors: Sectors;
  /** T_interval: how long that was. */
  interval: Nanoseconds;
  /** Share of that time in which the disk was busy, 0 to 1. */
  diskUtilization: number;
  /** Mean latency of the guest's disk requests in that time; 0 where there was none. */
  guestLatency: Nanoseconds;
  /** Pages that are still to be saved in this epoch, as bytes. */
  remaining: Bytes;
}

export interface FlushController {
  /** A new epoch begins. */
  begin(): void;
  /** Nanoseconds to pause before the next slice; Infinity: for ever. */
  pause(view: FlushView): Nanoseconds;
}

/** Declares a controller so that `make` sees the types of its options. */
export const flushModel = <const S extends OptionSet>(declared: Maker<S, [], FlushController>): Maker<S, [], FlushController> => declared;
