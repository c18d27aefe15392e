/**
 * Where a file system keeps what it holds: which blocks an operation on files reads, changes and gives to data. It knows no time, no
 * cache and no journal's order; a mounted file system has these. One layout serves guests and hosts alike.
 */
import type { Bytes } from '../../sim/units.js';

/** Blocks of the file system, counted from its start. */
export type Block = number;

/** A number of a file or directory, chosen by the caller; 0 is the root directory. */
export type FileNumber = number;

/** Told of each block of metadata that an operation uses, in the order of use; the same block may be named more than once. */
export interface MetadataUse {
  /** Must be in memory before the operation goes on. */
  read(block: Block): void;
  /** Is changed; a `read` went before unless the block is new. */
  change(block: Block): void;
  /** Is free from now on: what is cached or journalled of it is of no more use (jbd's revoke). */
  forget(block: Block): void;
}

/** Pieces of a file's data in the order of the file. The caller owns and reuses it. */
export interface Runs {
  size: number;
  /** Block of the file system, or -1 for a hole. */
  readonly block: Float64Array | Int32Array;
  readonly blocks: Int32Array;
  add(block: Block, blocks: number): void;
  clear(): void;
}

/** @throws InputError where the file system is full; an operation then leaves nothing behind. Block ranges are in blocks of the file. */
export interface FileLayout {
  readonly blockBytes: Bytes;
  readonly blocks: number;
  /** Where the journal lies; 0 blocks: none. */
  readonly journalFirst: Block;
  readonly journalBlocks: number;
  makeDirectory(file: FileNumber, directory: FileNumber, use: MetadataUse): void;
  create(file: FileNumber, directory: FileNumber, use: MetadataUse): void;
  /** What finding the file by its name and opening it reads. */
  lookUp(file: FileNumber, use: MetadataUse): void;
  unlink(file: FileNumber, use: MetadataUse): void;
  size(file: FileNumber): Bytes;
  /** A size that grew leaves a hole; one that shrank gives blocks back. Marks the inode as changed. */
  setSize(file: FileNumber, bytes: Bytes, use: MetadataUse): void;
  /** Where the blocks lie, holes included. */
  map(file: FileNumber, firstBlock: number, blocks: number, out: Runs, use: MetadataUse): void;
  /** The same after blocks were found for all that had none. `isNew(run)` of the last call tells which runs had none before. */
  allocate(file: FileNumber, firstBlock: number, blocks: number, out: Runs, use: MetadataUse): void;
  isNew(run: number): boolean;
  /** The inode changed in time stamps only. */
  touch(file: FileNumber, use: MetadataUse): void;
  freeBlocks(): number;
}
