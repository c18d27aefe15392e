/**
 * Where a file system keeps what it holds: which blocks an operation on files reads, changes and gives to data. It knows no time, no
 * cache and no journal's order; a mounted file system has these. One layout serves guests and hosts alike.
 */
import type { OptionSet, Values } from '../../sim/options.js';
import type { RandomStream } from '../../sim/random.js';
import type { Bytes } from '../../sim/units.js';

/** Blocks of the file system, counted from its start. */
export type Block = number;

/** A number of a file or directory, chosen by the caller; 0 is the root directory. */
export type FileNumber = number;

/** Told of each block of metadata that an operation uses, in the order of use; the same block may be named more than once. */
export interface MetadataUse {
  /** Must be in memory before the operation goes on. */
  read(block: Block): void;
  /** Is changed; a `read` went before unless the block is new, is changed as a whole, or was among what mounting read. */
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

/** Told of each write of a formatting tool, in order, and whether it writes zeros only (of a journal: but for its first block). */
export type FormatWrite = (first: Block, blocks: number, isZeros: boolean) => void;

/**
 * @throws InputError where the file system is full; an operation then leaves nothing behind. Block ranges are in blocks of the file.
 * Programs count as root's: blocks set aside for root may be used.
 */
export interface FileLayout {
  readonly blockBytes: Bytes;
  readonly blocks: number;
  /** Blocks of the journal; 0: none. */
  readonly journalBlocks: number;
  /** Whether data wait for their place until they are written back (delayed allocation); else a write finds the place at once. */
  readonly allocatesAtWriteBack: boolean;
  /** Whether `reserve` is at hand; else whoever reserves space writes zeros. */
  readonly reservesUnwritten: boolean;
  /** Where blocks of the journal lie: seldom in one piece. */
  mapJournal(firstBlock: number, blocks: number, out: Runs): void;
  /** What the formatting tool writes to make this file system, in its order. Holds for a layout that is as made. */
  format(write: FormatWrite): void;
  /** What mounting reads, and memory keeps: the superblock and the group descriptors are later changed without a read. */
  mount(use: MetadataUse): void;
  makeDirectory(file: FileNumber, directory: FileNumber, use: MetadataUse): void;
  create(file: FileNumber, directory: FileNumber, use: MetadataUse): void;
  /** What finding the file by its name and opening it reads. */
  lookUp(file: FileNumber, use: MetadataUse): void;
  /** Removes a file or an empty directory. */
  unlink(file: FileNumber, use: MetadataUse): void;
  /** Whether there is a file or directory of this number. */
  has(file: FileNumber): boolean;
  size(file: FileNumber): Bytes;
  /** A size that grew leaves a hole; one that shrank gives blocks back. Marks the inode as changed. */
  setSize(file: FileNumber, bytes: Bytes, use: MetadataUse): void;
  /** Where the blocks lie, holes included; space that was reserved and never written is a hole here. */
  map(file: FileNumber, firstBlock: number, blocks: number, out: Runs, use: MetadataUse): void;
  /** The same after blocks were found for all that had none. `isNew(run)` of the last call tells which runs held no data before. */
  allocate(file: FileNumber, firstBlock: number, blocks: number, out: Runs, use: MetadataUse): void;
  isNew(run: number): boolean;
  /** Finds blocks for a range without data in them (fallocate); only where `reservesUnwritten`. The size stays. */
  reserve(file: FileNumber, firstBlock: number, blocks: number, use: MetadataUse): void;
  /** The last writer closed the file: what was kept near it for its growth is given up. Optional to call. */
  close(file: FileNumber): void;
  /** The inode changed in time stamps only. */
  touch(file: FileNumber, use: MetadataUse): void;
  freeBlocks(): number;
}

/** A kind of file system by name: makes layouts from its options. */
export interface FileSystemModel<S extends OptionSet = OptionSet> {
  readonly about: string;
  /** Where its rules come from. */
  readonly source: string;
  readonly options: S;
  /**
   * An empty file system on a partition of `bytes`.
   * @param random draws the groups of top-level directories
   * @throws InputError where the partition is too small or too large
   */
  make(options: Values<S>, bytes: Bytes, random: RandomStream): FileLayout;
}

/** For whoever does not ask which metadata an operation uses. */
export const unusedMetadata: MetadataUse = { read: () => undefined, change: () => undefined, forget: () => undefined };
