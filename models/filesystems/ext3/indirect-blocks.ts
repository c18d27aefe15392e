/** How ext3 maps a file: blocks of pointers, found in line with the data that they point to. It knows no names and no sizes. */
import type { Bytes } from '../../../sim/units.js';
import type { Block, FileNumber, MetadataUse } from '../file-layout.js';
import type { BlockGroups } from '../groups/block-groups.js';
import type { BlockSearch } from '../groups/block-search.js';
import type { FileBlocks, FilePlace } from '../groups/file-blocks.js';
import { RunMap } from '../state/run-map.js';
import { IndirectTree } from './indirect-tree.js';

const pointerBytes = 4;
/** A group has so many starting points for files that find no neighbour; a process uses one of them. */
export const colours = 16;

export class IndirectBlocks implements FileBlocks {
  readonly data = new RunMap();
  /** Where the blocks of pointers lie, by their number in the file. */
  private readonly pointers = new RunMap();
  readonly owned = [this.data, this.pointers] as const;
  readonly tree: IndirectTree;
  readonly mostBlocks: number;

  /** @param colour of the process that writes, below `colours` */
  constructor(
    private readonly groups: BlockGroups,
    private readonly search: BlockSearch,
    blockBytes: Bytes,
    private readonly colour: number,
  ) {
    this.tree = new IndirectTree(blockBytes / pointerBytes);
    this.mostBlocks = this.tree.end;
  }

  mostOverhead(_file: FileNumber, first: number, blocks: number): number {
    return this.tree.depth(first + blocks - 1) === 0
      ? 0
      : Math.ceil(blocks / this.tree.pointers) + Math.ceil(blocks / this.tree.pointers ** 2) + 5;
  }

  allocate(file: FileNumber, place: FilePlace, first: number, blocks: number, use: MetadataUse): void {
    for (let at = first; at < first + blocks;) {
      const end = Math.min(first + blocks, this.tree.siblingsEnd(at));
      const pointer = this.makePath(file, place, at, use);
      this.find(file, place, at, end);
      const { block, count } = this.search;
      this.groups.take(block, count, use);
      this.data.put(file, at, block, count);
      use.change(pointer);
      at += count;
    }
  }

  setWritten(): void {
    throw new Error('ext3 reserves no space');
  }

  readMap(file: FileNumber, first: number, blocks: number, use: MetadataUse): void {
    const { tree } = this;
    for (let at = first; at < first + blocks; at = tree.siblingsEnd(at)) {
      const depth = tree.depth(at);
      for (let level = 0; level < depth; level++) {
        const number = tree.number(at, level);
        if (!this.pointers.seek(file, number) || this.pointers.begin > number) break;
        use.read(this.pointers.block + number - this.pointers.begin);
      }
    }
  }

  free(file: FileNumber, place: FilePlace, first: number, use: MetadataUse): void {
    const { data, groups } = this;
    this.search.close(file);
    if (first > 0) this.changeBoundary(file, first, use);
    for (let found = data.seek(file, first); found; found = data.next()) {
      const skip = Math.max(0, first - data.begin);
      groups.give(data.block + skip, data.blocks - skip, use);
      if (place.isDirectory) for (let b = skip; b < data.blocks; b++) use.forget(data.block + b);
    }
    data.cut(file, first);
    if (this.pointers.count(file) > 0) this.freePointers(file, first, use);
  }

  close(file: FileNumber): void {
    this.search.close(file);
  }

  private find(file: FileNumber, place: FilePlace, at: number, end: number): void {
    const { search } = this;
    const goal = this.goal(file, place, at);
    if (place.isDirectory) search.find(goal, end - at);
    else if (at < search.startBlocks) search.findForStart(goal, Math.min(end, search.startBlocks) - at);
    else search.findForFile(file, goal, end - at);
  }

  /** Behind the block before; near the last one whose pointer stands beside; near the block of pointers; in the inode's group. */
  private goal(file: FileNumber, place: FilePlace, at: number): Block {
    const { data, tree, pointers, groups } = this;
    let goal = -1;
    if (data.seekBefore(file, at) && (data.begin + data.blocks === at || data.begin + data.blocks > tree.siblingsFirst(at))) {
      goal = data.block + data.blocks;
    } else if (tree.depth(at) > 0 && pointers.seek(file, tree.number(at, tree.depth(at) - 1))) {
      if (pointers.begin <= tree.number(at, tree.depth(at) - 1)) goal = pointers.block + 1;
    }
    const { geometry } = groups;
    if (goal >= 0 && goal < geometry.blocks) return goal;
    const first = geometry.groupFirst(place.group);
    return first + Math.floor((this.colour * geometry.groupBlocks(place.group)) / colours);
  }

  /** Makes the blocks of pointers that lead to a block of the file, where they are missing; answers the block that holds its pointer. */
  private makePath(file: FileNumber, place: FilePlace, at: number, use: MetadataUse): Block {
    const { tree, pointers } = this;
    const depth = tree.depth(at);
    let parent = place.inodeBlock;
    let goal = -1;
    for (let level = 0; level < depth; level++) {
      const number = tree.number(at, level);
      if (pointers.seek(file, number) && pointers.begin <= number) {
        parent = pointers.block + number - pointers.begin;
        continue;
      }
      if (goal === -1) goal = this.goal(file, place, at);
      if (place.isDirectory) this.search.find(goal, 1);
      else this.search.findForMap(file, goal);
      const { block } = this.search;
      this.groups.take(block, 1, use);
      pointers.put(file, number, block, 1);
      use.change(parent);
      use.change(block);
      parent = block;
      goal = block + 1;
    }
    return parent;
  }

  private changeBoundary(file: FileNumber, first: number, use: MetadataUse): void {
    this.readMap(file, first, 1, use);
    const { tree, pointers } = this;
    const depth = tree.depth(first);
    if (depth === 0) return;
    const number = tree.number(first, depth - 1);
    if (tree.firstUnder(number) < first && pointers.seek(file, number) && pointers.begin <= number)
      use.change(pointers.block + number - pointers.begin);
  }

  private freePointers(file: FileNumber, first: number, use: MetadataUse): void {
    const { tree, pointers } = this;
    let number = 0;
    while (pointers.seek(file, number)) {
      number = Math.max(number, pointers.begin);
      const block = pointers.block + number - pointers.begin;
      if (tree.firstUnder(number) >= first) {
        use.read(block);
        this.groups.give(block, 1, use);
        use.forget(block);
        if (first > 0) pointers.remove(file, number, 1);
      }
      number += 1;
    }
    if (first === 0) pointers.cut(file, 0);
  }
}
