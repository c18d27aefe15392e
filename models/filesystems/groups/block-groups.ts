/**
 * Which blocks and inodes of each block group are in use. Bitmaps are made when a group is first changed, so that an unused
 * group costs a few words. It chooses nothing: it knows what is free.
 */
import type { Block, MetadataUse } from '../file-layout.js';
import { clearRange, countSet, isSet, nextClear, nextSet, setRange } from '../state/bits.js';
import type { GroupGeometry } from './geometry.js';

export class BlockGroups {
  freeBlocks = 0;
  freeInodes = 0;
  directories = 0;
  freeBlocksIn: Int32Array;
  freeInodesIn: Int32Array;
  directoriesIn: Int32Array;
  private readonly blockBits: (Uint32Array | undefined)[];
  private readonly inodeBits: (Uint32Array | undefined)[];
  /** No inode of a group below this index is free. */
  private inodeHint: Int32Array;

  constructor(readonly geometry: GroupGeometry) {
    const { groups, inodesPerGroup } = geometry;
    this.freeBlocksIn = Int32Array.from({ length: groups }, (_, group) => geometry.freeAtFirst(group));
    this.freeInodesIn = new Int32Array(groups).fill(inodesPerGroup);
    this.directoriesIn = new Int32Array(groups);
    this.inodeHint = new Int32Array(groups);
    this.blockBits = Array.from({ length: groups }, () => undefined);
    this.inodeBits = Array.from({ length: groups }, () => undefined);
    for (const free of this.freeBlocksIn) this.freeBlocks += free;
    this.freeInodes = groups * inodesPerGroup;
  }

  /** The bitmap of a group's blocks, for searches; only `take` and `give` change it. */
  bits(group: number): Uint32Array {
    return (this.blockBits[group] ??= this.bitsAtFirst(group));
  }

  isFree(block: Block): boolean {
    const group = this.geometry.groupOf(block);
    return !isSet(this.bits(group), block - this.geometry.groupFirst(group));
  }

  /** How many blocks from `block` on are free, at most `most`, inside its group. */
  freeRun(block: Block, most: number): number {
    const { geometry } = this;
    const group = geometry.groupOf(block);
    const from = block - geometry.groupFirst(group);
    const to = Math.min(from + most, geometry.groupBlocks(group));
    const end = nextSet(this.bits(group), from, to);
    return (end === -1 ? to : end) - from;
  }

  /** Marks free blocks of one group as used. */
  take(block: Block, blocks: number, use: MetadataUse): void {
    const group = this.geometry.groupOf(block);
    setRange(this.bits(group), block - this.geometry.groupFirst(group), blocks);
    this.freeBlocksIn[group]! -= blocks;
    this.freeBlocks -= blocks;
    this.changeBlockBitmap(group, use);
  }

  /** Marks used blocks, of one group or several, as free. */
  give(block: Block, blocks: number, use: MetadataUse): void {
    const { geometry } = this;
    for (let at = block; at < block + blocks;) {
      const group = geometry.groupOf(at);
      const end = Math.min(block + blocks, geometry.groupFirst(group) + geometry.blocksPerGroup);
      clearRange(this.bits(group), at - geometry.groupFirst(group), end - at);
      this.freeBlocksIn[group]! += end - at;
      this.freeBlocks += end - at;
      this.changeBlockBitmap(group, use);
      at = end;
    }
  }

  /** Takes the first free inode of a group that has one. */
  takeInode(group: number, isDirectory: boolean, use: MetadataUse): number {
    const { geometry } = this;
    const bits = this.inodeBitsOf(group);
    const index = nextClear(bits, this.inodeHint[group]!, geometry.inodesPerGroup);
    const inode = group * geometry.inodesPerGroup + index + 1;
    use.read(geometry.inodeBitmap(group));
    use.change(geometry.inodeBitmap(group));
    use.change(geometry.descriptor(group));
    // A block of the table without another inode in use is made anew instead of read.
    if (this.hasNeighbour(bits, index)) use.read(geometry.inodeBlock(inode));
    setRange(bits, index, 1);
    this.inodeHint[group] = index + 1;
    this.countInode(group, isDirectory, -1);
    return inode;
  }

  giveInode(inode: number, isDirectory: boolean, use: MetadataUse): void {
    const { geometry } = this;
    const group = geometry.groupOfInode(inode);
    const index = inode - 1 - group * geometry.inodesPerGroup;
    clearRange(this.inodeBitsOf(group), index, 1);
    if (index < this.inodeHint[group]!) this.inodeHint[group] = index;
    this.countInode(group, isDirectory, 1);
    use.read(geometry.inodeBitmap(group));
    use.change(geometry.inodeBitmap(group));
    use.change(geometry.descriptor(group));
  }

  /** Changes the number of blocks. Nothing but a group's own metadata stands behind the new end. */
  resize(blocks: number): void {
    const { geometry } = this;
    const before = geometry.groups;
    const lastBefore = geometry.groupBlocks(before - 1);
    geometry.resize(blocks);
    const { groups } = geometry;
    const last = Math.min(groups, before) - 1;
    const change = geometry.groupBlocks(last) - (last === before - 1 ? lastBefore : geometry.blocksPerGroup);
    const resized = (column: Int32Array, fresh: (group: number) => number): Int32Array =>
      Int32Array.from({ length: groups }, (_, group) => (group < before ? column[group]! : fresh(group)));
    this.freeBlocksIn = resized(this.freeBlocksIn, (group) => geometry.freeAtFirst(group));
    this.freeBlocksIn[last]! += change;
    this.freeInodesIn = resized(this.freeInodesIn, () => geometry.inodesPerGroup);
    this.directoriesIn = resized(this.directoriesIn, () => 0);
    this.inodeHint = resized(this.inodeHint, () => 0);
    for (const bits of [this.blockBits, this.inodeBits]) {
      bits.length = Math.min(bits.length, groups);
      while (bits.length < groups) bits.push(undefined);
    }
    this.freeBlocks = this.freeBlocksIn.reduce((sum, free) => sum + free, 0);
    this.freeInodes = this.freeInodesIn.reduce((sum, free) => sum + free, 0);
  }

  /** Whether the counts are what the bitmaps say: for checks. */
  isConsistent(): boolean {
    const { geometry } = this;
    let [blocks, inodes] = [0, 0];
    for (let group = 0; group < geometry.groups; group++) {
      const free = geometry.groupBlocks(group) - countSet(this.bits(group), geometry.groupBlocks(group));
      const freeInodes = geometry.inodesPerGroup - countSet(this.inodeBitsOf(group), geometry.inodesPerGroup);
      if (free !== this.freeBlocksIn[group] || freeInodes !== this.freeInodesIn[group]) return false;
      blocks += free;
      inodes += freeInodes;
    }
    return blocks === this.freeBlocks && inodes === this.freeInodes;
  }

  private countInode(group: number, isDirectory: boolean, by: 1 | -1): void {
    this.freeInodesIn[group]! += by;
    this.freeInodes += by;
    if (!isDirectory) return;
    this.directoriesIn[group]! -= by;
    this.directories -= by;
  }

  private changeBlockBitmap(group: number, use: MetadataUse): void {
    use.read(this.geometry.blockBitmap(group));
    use.change(this.geometry.blockBitmap(group));
    use.change(this.geometry.descriptor(group));
  }

  private inodeBitsOf(group: number): Uint32Array {
    return (this.inodeBits[group] ??= new Uint32Array(Math.ceil(this.geometry.inodesPerGroup / 32)));
  }

  private hasNeighbour(bits: Uint32Array, index: number): boolean {
    const perBlock = this.geometry.inodesPerBlock();
    const first = index - (index % perBlock);
    return nextSet(bits, first, Math.min(first + perBlock, this.geometry.inodesPerGroup)) !== -1;
  }

  private bitsAtFirst(group: number): Uint32Array {
    const { geometry } = this;
    const bits = new Uint32Array(geometry.blocksPerGroup / 32);
    setRange(bits, 0, geometry.tableEnd(group) - geometry.groupFirst(group));
    return bits;
  }
}
