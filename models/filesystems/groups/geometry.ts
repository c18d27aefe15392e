/**
 * Where mke2fs puts what every ext2-like file system has: block groups with copies of the superblock and the descriptors, bitmaps and
 * inode tables. It knows no state. Sources: "The Second Extended File System: Internal Layout" (D. Poirier), man pages mke2fs(8) and ext4(5);
 * held against dumpe2fs in the tests.
 */
import { InputError } from '../../../sim/errors.js';
import type { Bytes } from '../../../sim/units.js';
import type { Block } from '../file-layout.js';

export interface GeometryOptions {
  readonly blockBytes: Bytes;
  readonly inodeBytes: Bytes;
  /** One inode for so many bytes of the partition. */
  readonly bytesPerInode: Bytes;
  /** Whether descriptor blocks are set aside to grow by (resize_inode). */
  readonly growable: boolean;
  /** Groups whose bitmaps and inode tables stand together (flex_bg); 1: each group keeps its own. */
  readonly groupsTogether: number;
}

const descriptorBytes = 32;
/** A last group with less room than this behind its own metadata is left away. */
const leastOfLastGroup = 50;
const growthLimit = 1024;
const mostBlocks = 2 ** 31 - 1;

/** `resize` alone changes it. */
export class GroupGeometry {
  readonly blockBytes: Bytes;
  readonly inodeBytes: Bytes;
  readonly firstDataBlock: Block;
  readonly blocksPerGroup: number;
  blocks: number;
  groups: number;
  readonly inodesPerGroup: number;
  readonly inodeTableBlocks: number;
  descriptorBlocks: number;
  reservedDescriptorBlocks: number;
  readonly groupsTogether: number;
  private tables: Int32Array;

  /** @throws InputError where the partition has no room for one group, or more than 2^31 - 1 blocks */
  constructor(bytes: Bytes, options: GeometryOptions) {
    const { blockBytes, inodeBytes } = options;
    this.blockBytes = blockBytes;
    this.inodeBytes = inodeBytes;
    this.firstDataBlock = blockBytes === 1024 ? 1 : 0;
    this.blocksPerGroup = blockBytes * 8;
    this.groupsTogether = options.groupsTogether;
    let blocks = Math.floor(bytes / blockBytes);
    if (blocks > mostBlocks)
      throw new InputError('the file system', `${bytes} bytes`, `at most ${mostBlocks} blocks of ${blockBytes} bytes`);
    for (;;) {
      const counted = this.count(blocks, Math.floor((Math.floor(bytes / blockBytes) * blockBytes) / options.bytesPerInode), options);
      const last = blocks - this.firstDataBlock - (counted.groups - 1) * this.blocksPerGroup;
      const copies = this.hasSuperblock(counted.groups - 1) ? 1 + counted.descriptorBlocks + counted.reservedDescriptorBlocks : 0;
      const overhead = 2 + counted.inodeTableBlocks + copies;
      if (counted.groups <= 1 && last < overhead + leastOfLastGroup)
        throw new InputError(
          'the file system',
          `${bytes} bytes`,
          `room for one block group (${(overhead + leastOfLastGroup) * blockBytes} bytes)`,
        );
      if (last < this.blocksPerGroup && last < overhead + leastOfLastGroup) {
        blocks -= last;
        continue;
      }
      this.blocks = blocks;
      this.groups = counted.groups;
      this.inodesPerGroup = counted.inodesPerGroup;
      this.inodeTableBlocks = counted.inodeTableBlocks;
      this.descriptorBlocks = counted.descriptorBlocks;
      this.reservedDescriptorBlocks = counted.reservedDescriptorBlocks;
      break;
    }
    this.tables = this.placeTables();
    this.checkRoom();
  }

  /**
   * Changes the number of blocks; inodes come and go with their groups. A last group without room for data is left away.
   * @throws InputError where more descriptor blocks are needed than were set aside, or groups share their tables
   */
  resize(blocks: number): void {
    if (this.groupsTogether > 1) throw new InputError('resize', 'groups that keep their tables together', 'each group by itself');
    const copies = this.descriptorBlocks + this.reservedDescriptorBlocks;
    let groups = Math.ceil((blocks - this.firstDataBlock) / this.blocksPerGroup);
    const last = blocks - this.groupFirst(groups - 1);
    const least = this.leastBlocks(groups - 1);
    const isCut = last < least && groups > 1;
    if (isCut) groups -= 1;
    const descriptorBlocks = Math.ceil(groups / (this.blockBytes / descriptorBytes));
    if (descriptorBlocks > copies)
      throw new InputError('resize', `${descriptorBlocks} blocks of descriptors`, `at most ${copies}, as were set aside`);
    this.blocks = isCut ? blocks - last : blocks;
    this.groups = groups;
    this.descriptorBlocks = descriptorBlocks;
    this.reservedDescriptorBlocks = copies - descriptorBlocks;
    this.tables = this.placeTables();
  }

  /** The least blocks of a last group: its own metadata and some room. */
  leastBlocks(group: number): number {
    return this.copyBlocks(group) + 2 + this.inodeTableBlocks + leastOfLastGroup;
  }

  private placeTables(): Int32Array {
    return Int32Array.from(
      { length: this.groups },
      (_, group) => this.together(group) + 2 * this.sharers(group) + this.tablesBefore(group),
    );
  }

  private checkRoom(): void {
    for (let group = 0; group < this.groups; group++)
      if (this.tableEnd(group) > this.groupFirst(group) + this.groupBlocks(group))
        throw new InputError(
          'the file system',
          `bitmaps and inode tables that overflow group ${group}`,
          'room for them: fewer inodes, or fewer groups together',
        );
  }

  private count(blocks: number, wantedInodes: number, options: GeometryOptions): Counted {
    const { blockBytes, inodeBytes } = options;
    const groups = Math.ceil((blocks - this.firstDataBlock) / this.blocksPerGroup);
    const descriptorsPerBlock = blockBytes / descriptorBytes;
    const descriptorBlocks = Math.ceil(groups / descriptorsPerBlock);
    // As many inodes a group as fill whole blocks of the table and whole bytes of the bitmap.
    const wanted = Math.ceil(wantedInodes / groups);
    const filled = Math.ceil((wanted * inodeBytes) / blockBytes) * (blockBytes / inodeBytes);
    const inodesPerGroup = Math.min(Math.max(filled & ~7, 16), blockBytes * 8);
    const grown = Math.min(blocks * growthLimit, 2 ** 32 - 1);
    const grownGroups = Math.ceil((grown - this.firstDataBlock) / this.blocksPerGroup);
    const reserved = Math.min(Math.ceil(grownGroups / descriptorsPerBlock) - descriptorBlocks, blockBytes / 4);
    return {
      groups,
      inodesPerGroup,
      inodeTableBlocks: Math.ceil((inodesPerGroup * inodeBytes) / blockBytes),
      descriptorBlocks,
      reservedDescriptorBlocks: options.growable ? reserved : 0,
    };
  }

  get inodes(): number {
    return this.groups * this.inodesPerGroup;
  }

  groupOf(block: Block): number {
    return Math.floor((block - this.firstDataBlock) / this.blocksPerGroup);
  }

  groupFirst(group: number): Block {
    return this.firstDataBlock + group * this.blocksPerGroup;
  }

  groupBlocks(group: number): number {
    return Math.min(this.blocksPerGroup, this.blocks - this.groupFirst(group));
  }

  /** Groups 0, 1 and the powers of 3, 5 and 7 hold copies of the superblock and the descriptors (sparse_super). */
  hasSuperblock(group: number): boolean {
    return group <= 1 || isPowerOf(3, group) || isPowerOf(5, group) || isPowerOf(7, group);
  }

  /** Blocks at the start of a group for superblock, descriptors and descriptors to grow by. */
  copyBlocks(group: number): number {
    return this.hasSuperblock(group) ? 1 + this.descriptorBlocks + this.reservedDescriptorBlocks : 0;
  }

  /** The primary superblock's block. */
  get superblock(): Block {
    return this.firstDataBlock;
  }

  /** The primary block that holds a group's descriptor. */
  descriptor(group: number): Block {
    return this.firstDataBlock + 1 + Math.floor((group * descriptorBytes) / this.blockBytes);
  }

  blockBitmap(group: number): Block {
    return this.together(group) + (group % this.groupsTogether);
  }

  inodeBitmap(group: number): Block {
    return this.together(group) + this.sharers(group) + (group % this.groupsTogether);
  }

  inodeTable(group: number): Block {
    return this.tables[group]!;
  }

  /** Bitmaps and inode tables in this group, of this and other groups: where they begin and how many blocks they are. */
  tableBegin(group: number): Block {
    return this.groupFirst(group) + this.copyBlocks(group);
  }

  tableEnd(group: number): Block {
    return this.tableBegin(group) + (group % this.groupsTogether === 0 ? this.sharers(group) * (2 + this.inodeTableBlocks) : 0);
  }

  /** Blocks of a group that a new file system leaves free. */
  freeAtFirst(group: number): number {
    return this.groupBlocks(group) - (this.tableEnd(group) - this.groupFirst(group));
  }

  /** Inodes are counted from 1. */
  groupOfInode(inode: number): number {
    return Math.floor((inode - 1) / this.inodesPerGroup);
  }

  inodesPerBlock(): number {
    return this.blockBytes / this.inodeBytes;
  }

  /** The block of the inode table that holds an inode. */
  inodeBlock(inode: number): Block {
    const group = this.groupOfInode(inode);
    return this.inodeTable(group) + Math.floor(((inode - 1 - group * this.inodesPerGroup) * this.inodeBytes) / this.blockBytes);
  }

  private together(group: number): Block {
    return this.tableBegin(group - (group % this.groupsTogether));
  }

  private tablesBefore(group: number): number {
    return (group % this.groupsTogether) * this.inodeTableBlocks;
  }

  private sharers(group: number): number {
    return Math.min(this.groupsTogether, this.groups - (group - (group % this.groupsTogether)));
  }
}

interface Counted {
  readonly groups: number;
  readonly inodesPerGroup: number;
  readonly inodeTableBlocks: number;
  readonly descriptorBlocks: number;
  readonly reservedDescriptorBlocks: number;
}

function isPowerOf(base: number, group: number): boolean {
  let power = base;
  while (power < group) power *= base;
  return power === group;
}
