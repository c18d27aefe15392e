/** What tells ext3 from file systems of extents: how blocks are found for a file, and which metadata say where they are. It knows no names and no sizes. */
import type { Block, FileNumber, MetadataUse } from '../file-layout.js';
import type { RunMap } from '../state/run-map.js';

/** The mark of runs that are reserved and hold no data. */
export const unwritten = 1;

export interface FileBlocks {
  /** Where the data of each file and directory lie. */
  readonly data: RunMap;
  /** Where all lies that belongs to files: their data first, then the blocks of their maps. */
  readonly owned: readonly RunMap[];
  /** The most blocks that a file can have. */
  readonly mostBlocks: number;
  /** The most blocks of metadata that come to a file with `blocks` blocks of data from `first` on. */
  mostOverhead(file: FileNumber, first: number, blocks: number): number;
  /** Finds blocks for a range that has none. There is room for it and `mostOverhead`. */
  allocate(file: FileNumber, place: FilePlace, first: number, blocks: number, use: MetadataUse): void;
  /** Says of a range that is reserved that it holds data now. */
  setWritten(file: FileNumber, place: FilePlace, first: number, blocks: number, use: MetadataUse): void;
  /** Reads what says where a range lies. */
  readMap(file: FileNumber, first: number, blocks: number, use: MetadataUse): void;
  /** Takes out all from block `first` of the file on. */
  free(file: FileNumber, place: FilePlace, first: number, use: MetadataUse): void;
  close(file: FileNumber): void;
}

/** What an allocator knows of a file. The layout owns and reuses it. */
export interface FilePlace {
  /** The block of its inode. */
  inodeBlock: Block;
  /** The block group of its inode. */
  group: number;
  isDirectory: boolean;
  /** Whether the blocks are to be reserved only. */
  mark: number;
}
