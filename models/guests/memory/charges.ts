/** Work that snapshots cause, by name, and what a test-bed says that each costs. Nobody here knows when it is done. */
import type { Nanoseconds } from '../../../sim/units.js';

/** What is charged. */
export const enum Charge {
  /** A write to a protected page, handled in the hypervisor's kernel part. */
  FAULT = 0,
  /** An exit to the hypervisor's process and back. */
  EXIT = 1,
  /** A page copied within memory. */
  PAGE_COPY = 2,
  /** A page's entry made read-only. */
  PROTECT_PAGE = 3,
  /** An entry of 2 MiB made read-only. */
  PROTECT_LARGE_PAGE = 4,
  /** An entry of 2 MiB replaced by 512 of 4 KiB. */
  SPLIT_LARGE_PAGE = 5,
  /** 1,024 pages of a bitmap searched or copied. */
  BITMAP_SCAN = 6,
  /** The processor's log of written pages is full: an exit to the kernel part that empties it. */
  LOG_FULL = 7,
  /** State of processors and devices saved, or loaded. */
  DEVICE_STATE = 8,
  /** A snapshot of the disk. */
  DISK_SNAPSHOT = 9,
  /** The guest stopped and started again, with what stop-and-copy does around the pages whatever their number. */
  STOP_AND_COPY = 10,
  /** A fault that a thread of the hypervisor's process learns of by a descriptor, handles, and wakes the processor. */
  USER_FAULT = 11,
  /** The guest stopped and started again. */
  STOP = 12,
}
export const chargeNames = [
  'fault',
  'exit',
  'pageCopy',
  'protectPage',
  'protectLargePage',
  'splitLargePage',
  'bitmapScan',
  'logFull',
  'deviceState',
  'diskSnapshot',
  'stopAndCopy',
  'userFault',
  'stop',
] as const;

/** Pages of a bitmap that one BITMAP_SCAN goes through. */
export const scannedPages = 1024;

/** Nanoseconds of each charge, by its name. */
export type CostTable = Readonly<Record<(typeof chargeNames)[number], Nanoseconds>>;

/** Adds up charges of one kind of worker (the guest's processors, a saving thread) and their price. */
export class Charges {
  readonly counts = new Float64Array(chargeNames.length);
  private readonly prices: Float64Array;
  private unpaid: Nanoseconds;

  constructor(costs: CostTable) {
    this.prices = Float64Array.from(chargeNames, (name) => costs[name]);
    this.unpaid = 0.5;
    this.unpaid = 0;
  }

  add(charge: Charge, count = 1): void {
    this.counts[charge]! += count;
    this.unpaid += count * this.prices[charge]!;
  }

  /** Work that is no charge of a test-bed, by its time. */
  addTime(time: Nanoseconds): void {
    this.unpaid += time;
  }

  /** The price of what was added since this was asked last. */
  take(): Nanoseconds {
    const time = this.unpaid;
    this.unpaid = 0;
    return time;
  }
}
