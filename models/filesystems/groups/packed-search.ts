/**
 * Where ext4's driver finds free blocks: small files stand packed in chunks that are kept for them, one behind the other, and what is freed between them is not taken up again while chunks are free;
 * directories and maps of files take the first free block of their goal's group; larger files have windows. It marks nothing as used.
 * Sources: A. Mathur et al., Ottawa Linux Symposium 2007 (multi-block allocator, locality groups); Linux Documentation/admin-guide/ext4.rst (mb_group_prealloc, mb_stream_req).
 * Assumed: one processor, and so one chunk at a time.
 */
import type { Block, FileNumber } from '../file-layout.js';
import { nextClear } from '../state/bits.js';
import { BlockSearch } from './block-search.js';

/** Blocks of a chunk: mb_group_prealloc. */
const chunkBlocks = 512;
export class PackedSearch extends BlockSearch {
  /** A file that is no larger is small: mb_stream_req. */
  override readonly startBlocks = 16;
  /** What is left of the chunk in use. */
  private chunkAt: Block = 0;
  private chunkEnd: Block = 0;

  override findForMap(_file: FileNumber, goal: Block): void {
    this.find(goal, 1);
  }

  override findForStart(goal: Block, wanted: number): void {
    if (this.chunkAt === this.chunkEnd || !this.isFree(wanted)) this.takeChunk(goal);
    this.block = this.chunkAt;
    this.count = Math.min(wanted, this.chunkEnd - this.chunkAt);
    this.chunkAt += this.count;
  }

  override findForFile(file: FileNumber, goal: Block, wanted: number): void {
    super.findForFile(file, goal, wanted);
    if (this.block + this.count > this.chunkAt && this.block < this.chunkEnd) this.chunkEnd = this.chunkAt;
  }

  override find(goal: Block, wanted: number): void {
    const { groups, chunkAt, chunkEnd } = this;
    const { geometry, freeBlocksIn } = groups;
    const home = geometry.groupOf(goal);
    for (let i = 0; i < geometry.groups; i++) {
      const group = (home + i) % geometry.groups;
      if (freeBlocksIn[group] === 0) continue;
      const first = geometry.groupFirst(group);
      const blocks = geometry.groupBlocks(group);
      let index = nextClear(groups.bits(group), 0, blocks);
      if (first + index >= chunkAt && first + index < chunkEnd) index = nextClear(groups.bits(group), chunkEnd - first, blocks);
      if (index === -1) continue;
      this.block = first + index;
      const most = this.block < chunkAt ? Math.min(wanted, chunkAt - this.block) : wanted;
      this.count = groups.freeRun(this.block, most);
      return;
    }
    // Nothing but the chunk is free: it is given up.
    this.chunkEnd = chunkAt;
    super.find(goal, wanted);
  }

  /** Whether the next blocks of the chunk are as free as they were: resizing takes blocks and ends of disks past any search. */
  private isFree(wanted: number): boolean {
    const blocks = Math.min(wanted, this.chunkEnd - this.chunkAt);
    return this.chunkAt + blocks <= this.groups.geometry.blocks && this.groups.freeRun(this.chunkAt, blocks) === blocks;
  }

  /** The first whole chunk that is free, from the goal's group on; where there is none, the first free blocks. Chunks are aligned, as buddies are. */
  private takeChunk(goal: Block): void {
    const { groups } = this;
    const { geometry } = groups;
    const home = geometry.groupOf(goal);
    for (let i = 0; i < geometry.groups; i++) {
      const group = (home + i) % geometry.groups;
      if (groups.freeBlocksIn[group]! < chunkBlocks) continue;
      const first = geometry.groupFirst(group);
      const last = first + geometry.groupBlocks(group) - chunkBlocks;
      for (let block = first; block <= last; block += chunkBlocks) {
        if (groups.freeRun(block, chunkBlocks) < chunkBlocks) continue;
        this.chunkAt = block;
        this.chunkEnd = block + chunkBlocks;
        return;
      }
    }
    this.find(goal, chunkBlocks);
    this.chunkAt = this.block;
    this.chunkEnd = this.block + this.count;
  }
}
