/**
 * What a mounted file system is told: how much memory caches it and when changed data go to the device. The defaults are those of Linux 2.6.32:
 * Documentation/sysctl/vm.txt (dirty_background_ratio, dirty_ratio, dirty_writeback_centisecs, dirty_expire_centisecs), Documentation/filesystems/ext3.txt
 * (commit, data, barrier), Documentation/block/queue-sysfs.txt (nr_requests, max_sectors_kb, read_ahead_kb).
 */
import type { Block, FileNumber } from '../file-layout.js';
import { GiB, KiB, microsecond, millisecond, MiB, second, type Bytes, type Nanoseconds } from '../../../sim/units.js';

export interface MountSettings {
  /** Memory that may hold pages of files and metadata. */
  readonly cacheBytes: Bytes;
  /** Share of it that may be dirty before the flusher works without pause. */
  readonly backgroundRatio: number;
  /** Share at which writers are held back. */
  readonly dirtyRatio: number;
  readonly flusherPeriod: Nanoseconds;
  /** A file whose oldest change is older is written back at the next wake-up. */
  readonly expireAge: Nanoseconds;
  /** What the flusher writes, of one file or of many, before it looks again at how much is dirty (MAX_WRITEBACK_PAGES, 1024). */
  readonly turnBytes: Bytes;
  readonly readAheadBytes: Bytes;
  /** Largest I/O. */
  readonly maxIoBytes: Bytes;
  /**
   * What one I/O holds. `neighbours`: all that is sent at once and lies side by side, as a block layer below would merge it, and so for devices without one; `bios`: what
   * Linux hands to its block layer (Q of blktrace): pages of one file side by side, and each block of metadata or of the journal by itself.
   */
  readonly ioUnit: 'neighbours' | 'bios';
  /** Writes that may be under way; the flusher rests at 7/8 of it until it falls to 13/16. */
  readonly requestLimit: number;
  /** `ordered`: data of a transaction are written before it commits; `writeback`: whenever. */
  readonly data: 'ordered' | 'writeback';
  readonly commitPeriod: Nanoseconds;
  /** Whether the first request finds the file system as after a restart and waits for what mounting reads; else that was before the run. */
  readonly readsAtMount: boolean;
  /** FLUSH before and after a commit block, and at the end of fsync. */
  readonly barrier: boolean;
  /**
   * Direct writes into holes below the file's end: ext3 lets them fall back to buffered ones that are then written and waited for
   * (its direct I/O skips holes, lest a reader see what the blocks held before); extent-based systems allocate unwritten space.
   */
  readonly directIntoHoles: 'buffered' | 'allocate';
  /** Whether direct writes to a file exclude one another (the inode's mutex is held for the whole of each, as in ext3) or go side by side (XFS). */
  readonly directWrites: 'one at a time' | 'together';
  /** Reading marks the access time if the file changed since (relatime, the default from 2.6.30 on). */
  readonly accessTimes: boolean;
  /** How fine time stamps are: whole seconds in ext3's own driver; ticks of the kernel where inodes have room for more (ext4 with inodes of 256 bytes, XFS). */
  readonly timeStampStep: Nanoseconds;
  /** Processor time of an operation apart from copying: assumed, range 1-5 us. */
  readonly operationTime: Nanoseconds;
  /** Processor time to copy 4 KiB: 0.5-1 us for the copy alone; assumed with the page's handling, range 0.5-2 us. */
  readonly copyTime: Nanoseconds;
}

/** ext3 of Linux 2.6.32 with a gigabyte of memory for its pages. */
export const ext3Mount: MountSettings = {
  cacheBytes: GiB,
  backgroundRatio: 0.1,
  dirtyRatio: 0.2,
  flusherPeriod: 5 * second,
  expireAge: 30 * second,
  turnBytes: 4 * MiB,
  readAheadBytes: 128 * KiB,
  maxIoBytes: 512 * KiB,
  ioUnit: 'neighbours',
  requestLimit: 128,
  data: 'ordered',
  commitPeriod: 5 * second,
  readsAtMount: false,
  barrier: false,
  directIntoHoles: 'buffered',
  directWrites: 'one at a time',
  accessTimes: true,
  timeStampStep: second,
  operationTime: 2 * microsecond,
  copyTime: microsecond,
};

/** A tick of the kernel: 4 ms (CONFIG_HZ 250, the default; range 1 to 10 ms). */
export const kernelTick: Nanoseconds = 4 * millisecond;

/** A file system of the ext4 or XFS kind: barriers on, direct writes allocate, time stamps of a tick. */
export const extentsMount: MountSettings = {
  ...ext3Mount,
  barrier: true,
  directIntoHoles: 'allocate',
  directWrites: 'together',
  timeStampStep: kernelTick,
};

/** Follows what every block holds, to verify a file system: versions of data, counted up by each write. It is told of data, not of metadata. */
export interface ContentCheck {
  /** A program changed a block of a file; answers the version that it has from now on. */
  changed(file: FileNumber, index: number): number;
  /** A block of the device is being written with this version. */
  writes(block: Block, version: number): void;
  /** The version that a block of the device holds. */
  held(block: Block): number;
  /** A program read a block of a file; 0 is a hole. */
  seen(file: FileNumber, index: number, version: number): void;
}
