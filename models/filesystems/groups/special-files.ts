/**
 * What mke2fs puts into a new file system before anybody uses it: the root, lost+found, the map of the descriptors to grow by, the
 * journal. Sources: man pages mke2fs(8) and ext4(5); places held against dumpe2fs and debugfs in the tests.
 */
import { InputError } from '../../../sim/errors.js';
import { KiB, type Bytes } from '../../../sim/units.js';
import { unusedMetadata, type Block } from '../file-layout.js';
import { nextClear } from '../state/bits.js';
import { RunMap } from '../state/run-map.js';
import type { BlockGroups } from './block-groups.js';

export const rootInode = 2;
const lostAndFoundInode = 11;
/** Files that lost+found can name without growing: so many bytes of its blocks, and at most the direct ones. */
const lostAndFoundBytes = 16 * KiB;
const mostLostAndFoundBlocks = 12;
/** mke2fs(8), option -J size. */
const leastJournalBlocks = 1024;

export interface JournalOptions {
  /** 0: by the rule of `journalBlocksFor`. */
  readonly bytes: Bytes;
  /** In the middle of the disk, or in the first blocks that are free. */
  readonly place: 'middle' | 'first';
  /** Blocks of pointers or extents among those of the journal, as (block of the journal before which they come, how many). */
  readonly maps: (blocks: number) => readonly (readonly [before: number, blocks: number])[];
}

export class SpecialFiles {
  readonly rootBlock: Block;
  readonly lostAndFound: Block;
  readonly lostAndFoundBlocks: number;
  /** Leads to the descriptor blocks that are set aside; -1 where there are none. */
  readonly growthMap: Block = -1;
  readonly journalBlocks: number;
  /** Where the journal lies, as file `journalFile`; the blocks of its own map as file `journalMap`. */
  readonly journal = new RunMap();
  readonly journalFile = 1;
  readonly journalMap = 2;

  /** @throws InputError where the journal has no room */
  constructor(
    private readonly groups: BlockGroups,
    journal: JournalOptions,
  ) {
    const { geometry } = groups;
    for (let inode = 1; inode <= lostAndFoundInode; inode++)
      groups.takeInode(0, inode === rootInode || inode === lostAndFoundInode, unusedMetadata);
    this.rootBlock = this.take(geometry.groupFirst(0), 1);
    this.lostAndFoundBlocks = Math.min(lostAndFoundBytes / geometry.blockBytes, mostLostAndFoundBlocks);
    this.lostAndFound = this.take(this.rootBlock, this.lostAndFoundBlocks);
    if (geometry.reservedDescriptorBlocks > 0) this.growthMap = this.take(this.lostAndFound, 1);
    this.journalBlocks = journal.bytes === 0 ? journalBlocksFor(geometry.blocks) : Math.floor(journal.bytes / geometry.blockBytes);
    if (journal.bytes > 0 && this.journalBlocks < leastJournalBlocks)
      throw new InputError('the journal', `${this.journalBlocks} blocks`, `at least ${leastJournalBlocks}`);
    if (this.journalBlocks * 2 > groups.freeBlocks)
      throw new InputError('the journal', `${this.journalBlocks} blocks`, `at most half of the ${groups.freeBlocks} free blocks`);
    this.placeJournal(journal);
  }

  private placeJournal({ place, maps }: JournalOptions): void {
    let goal = place === 'first' ? this.groups.geometry.groupFirst(0) : this.middle();
    let done = 0;
    let mapped = 0;
    const pieces = [...maps(this.journalBlocks), [this.journalBlocks, 0] as const];
    for (const [before, mapBlocks] of pieces) {
      for (; done < before; done = this.end(this.journalFile)) goal = this.put(this.journalFile, done, goal, before - done);
      for (const all = mapped + mapBlocks; mapped < all; mapped = this.end(this.journalMap))
        goal = this.put(this.journalMap, mapped, goal, all - mapped);
    }
  }

  private end(file: number): number {
    const { journal } = this;
    return journal.seekBefore(file, 2 ** 31 - 1) ? journal.begin + journal.blocks : 0;
  }

  private put(file: number, begin: number, goal: Block, most: number): Block {
    const block = this.nextFree(goal);
    const blocks = this.groups.freeRun(block, most);
    this.groups.take(block, blocks, unusedMetadata);
    this.journal.put(file, begin, block, blocks);
    return block + blocks;
  }

  /** Of the groups around the middle, the first with the most free blocks; past the first groups that stand together, of the first two of the middle ones. */
  private middle(): Block {
    const { geometry, freeBlocksIn } = this.groups;
    const half = geometry.groupOf(geometry.firstDataBlock + Math.floor((geometry.blocks - geometry.firstDataBlock) / 2));
    const together = geometry.groupsTogether;
    const isPast = together > 1 && half > together;
    const middle = isPast ? half - (half % together) : half;
    const first = isPast ? middle : Math.max(0, middle - 1);
    let best = first;
    for (let group = first + 1; group <= Math.min(middle + 1, geometry.groups - 1); group++)
      if (freeBlocksIn[group]! > freeBlocksIn[best]!) best = group;
    return geometry.groupFirst(best);
  }

  /** Takes the first free blocks from a goal on; they are one piece on a disk that is this new. */
  private take(goal: Block, blocks: number): Block {
    const block = this.nextFree(goal);
    if (this.groups.freeRun(block, blocks) < blocks)
      throw new InputError('the file system', 'too few free blocks', 'room for its own files');
    this.groups.take(block, blocks, unusedMetadata);
    return block;
  }

  private nextFree(goal: Block): Block {
    const { groups } = this;
    const { geometry } = groups;
    let block = goal >= geometry.blocks ? geometry.firstDataBlock : goal;
    for (let i = 0; i <= geometry.groups; i++) {
      const group = geometry.groupOf(block);
      const first = geometry.groupFirst(group);
      const index = groups.freeBlocksIn[group] === 0 ? -1 : nextClear(groups.bits(group), block - first, geometry.groupBlocks(group));
      if (index !== -1) return first + index;
      block = geometry.groupFirst((group + 1) % geometry.groups);
    }
    throw new InputError('the file system', 'no free block', 'room for its own files');
  }
}

/** The journal's size in blocks where none is given, by that of the file system: the rule of e2fsprogs 1.41. */
function journalBlocksFor(blocks: number): number {
  const steps = [
    [2048, 0],
    [32_768, 1024],
    [256 * 1024, 4096],
    [512 * 1024, 8192],
    [1024 * 1024, 16_384],
  ] as const;
  return steps.find(([limit]) => blocks < limit)?.[1] ?? 32_768;
}
