/**
 * What a program does to files, as a stream of operations. It knows no file system: a file is a number that the program chose,
 * a directory likewise (0 is the root of the mounted file system).
 */
import type { Bytes, Nanoseconds } from '../../sim/units.js';

export const enum FileOp {
  /** A new directory `file` in directory `directory`. */
  MKDIR = 0,
  /** A new empty file `file` in `directory`. */
  CREATE = 1,
  /** Looks the file up and opens it: its directory and inode are read. */
  OPEN = 2,
  READ = 3,
  WRITE = 4,
  /** Removes the file, or the empty directory. Its number may be used again. */
  UNLINK = 5,
  /** Sets the file's size to `offset`. */
  TRUNCATE = 6,
  /** Waits until the file's data and metadata are durable. */
  FSYNC = 7,
  /** The same of the whole file system. */
  SYNC = 8,
  /** Reserves space of the file for `bytes` from `offset`. */
  ALLOCATE = 9,
  /** The program computes for `compute` and touches no file. */
  COMPUTE = 10,
  /** A new phase of the program begins: number `file` in its list of phases. */
  PHASE = 11,
  /** As FSYNC, but what is not needed to read the data back (time stamps) may stay behind. */
  FDATASYNC = 12,
  /** Gives the blocks of `bytes` from `offset` back; the file keeps its size. */
  PUNCH = 13,
  /** The last writer closes the file: what the file system kept near it for its growth is given up. */
  CLOSE = 14,
}

/** One operation; its program fills it anew for each. */
export class FileOperation {
  op: FileOp = FileOp.COMPUTE;
  /** Chosen by the program: small numbers, from 1 on. */
  file = 0;
  directory = 0;
  offset: Bytes;
  bytes: Bytes;
  /** Whether the page cache is passed by (O_DIRECT). */
  direct = false;
  /** Processor time of the program before the operation begins. */
  compute: Nanoseconds;

  constructor() {
    // First a fraction, then the value: these fields then hold doubles for good and are never boxed anew.
    this.offset = this.bytes = this.compute = 0.5;
    this.offset = this.bytes = this.compute = 0;
  }
}

/** A program that works on files, from start to end. */
export interface FileProgram {
  /** Fills the next operation; false at the end. Every field that the operation has a use for is set, `compute` and `direct` always. */
  next(into: FileOperation): boolean;
}
