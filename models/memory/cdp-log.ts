/**
 * Continuous data protection of a guest's disk: every write goes into a log too, with its time, so that the disk can be brought back as it
 * was at any moment, and so at the instant of any memory snapshot. The log is written beside the disk's own requests, on the host's disk.
 */
import type { Kernel } from '../../sim/kernel.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { DiskWatcher } from '../guests/memory/disk-watcher.js';
import { pageBytes } from '../guests/memory/guest-memory.js';
import type { SnapshotFile } from './snapshot-file.js';

/** Time, place, length and a check sum before the data of each write. */
const recordBytes: Bytes = 32;

export class CdpLog implements DiskWatcher {
  /** Writes that were logged, and the bytes of the log. */
  writes = 0;
  bytes: Bytes = 0;
  private times = new Float64Array(256);
  private offsets = new Float64Array(256);
  private lengths = new Float64Array(256);

  constructor(
    private readonly kernel: Kernel,
    private readonly file: SnapshotFile,
  ) {}

  issued(_slot: number, isWrite: boolean, offset: Bytes, bytes: Bytes): void {
    if (!isWrite) return;
    if (this.writes === this.times.length) this.grow();
    this.times[this.writes] = this.kernel.now;
    this.offsets[this.writes] = offset;
    this.lengths[this.writes++] = bytes;
    this.bytes += recordBytes + bytes;
    this.file.append(recordBytes + bytes);
  }

  filled(): void {}

  /** Of each block that was written until then: the number of the write, from 1, whose data it held. A write within a block counts as its. */
  blocksAt(time: Nanoseconds): ReadonlyMap<number, number> {
    const blocks = new Map<number, number>();
    for (let i = 0; i < this.writes && this.times[i]! <= time; i++) {
      const end = Math.ceil((this.offsets[i]! + this.lengths[i]!) / pageBytes);
      for (let block = Math.floor(this.offsets[i]! / pageBytes); block < end; block++) blocks.set(block, i + 1);
    }
    return blocks;
  }

  /** Bytes that are read to bring the disk back as it was then, from its first state. */
  restoreBytes(time: Nanoseconds): Bytes {
    return this.blocksAt(time).size * pageBytes;
  }

  private grow(): void {
    const longer = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const made = new Float64Array(column.length * 2);
      made.set(column);
      return made;
    };
    this.times = longer(this.times);
    this.offsets = longer(this.offsets);
    this.lengths = longer(this.lengths);
  }
}
