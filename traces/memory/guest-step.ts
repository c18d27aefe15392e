/**
 * What a guest does next: it computes for a while and writes pages of its memory; then it may ask for disk I/O or send to the network.
 * A step says nothing of how long faults, waits and stops make it.
 */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { PageRuns } from './page-runs.js';

export const enum DiskUse {
  NONE = 0,
  READ = 1,
  WRITE = 2,
}

export class GuestStep {
  /** The step does not begin before this time of the guest's own clock, which stands still while the guest is stopped. */
  notBefore: Nanoseconds;
  /** Processor time of the step on a machine without snapshots. */
  processorTime: Nanoseconds;
  /** Pages that the processor writes, at the begin of the step. */
  readonly writes = new PageRuns();
  /** Pages that devices write without an I/O of the disk: packets that arrive. */
  readonly received = new PageRuns();
  disk: DiskUse = DiskUse.NONE;
  /** Place of the disk I/O on the guest's disk. */
  offset: Bytes;
  bytes: Bytes;
  /** Whether the guest's program waits for the disk I/O. */
  waits = false;
  /** Pages that the disk writes when a read is done. */
  readonly filled = new PageRuns();
  /** Bytes that go out over the network; the program waits while the link's window is full. */
  sent: Bytes;

  constructor() {
    // First a fraction, then the value: these fields then hold doubles for good and are never boxed anew.
    this.notBefore = this.processorTime = this.offset = this.bytes = this.sent = 0.5;
    this.notBefore = this.processorTime = this.offset = this.bytes = this.sent = 0;
  }

  clear(): this {
    this.notBefore = this.processorTime = this.offset = this.bytes = this.sent = 0;
    this.writes.clear();
    this.received.clear();
    this.filled.clear();
    this.disk = DiskUse.NONE;
    this.waits = false;
    return this;
  }
}

/** Something that yields steps: a recorded trace, a generated workload. It knows no snapshot. */
export interface MemoryWorkload {
  /** Pages of the guest's memory that a step may name: 0 to before this. */
  readonly pages: number;
  /** Pages that hold something when the run begins; the others were never written and read as zeros. */
  readonly resident: PageRuns;
  /** Fills in the next step, which is clear; false at the end. Throws InputError at a record that is none. */
  next(step: GuestStep): boolean;
  /** Lets go of files and helpers. May be called more than once. */
  close(): void;
}
