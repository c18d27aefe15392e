/** How ext4 maps a file: extents in a tree, found for a whole request at once, with room kept behind files that grow. It knows no names and no sizes. */
import type { Bytes } from '../../../sim/units.js';
import type { Block, FileNumber, MetadataUse } from '../file-layout.js';
import type { BlockGroups } from '../groups/block-groups.js';
import type { BlockSearch } from '../groups/block-search.js';
import type { FileBlocks, FilePlace } from '../groups/file-blocks.js';
import { RunMap } from '../state/run-map.js';
import { BestFit } from './best-fit.js';
import { ExtentTree } from './extent-tree.js';

/** With so many groups together, the first is left to directories. */
const leastToSetApart = 4;

export class ExtentBlocks implements FileBlocks {
  readonly data = new RunMap();
  readonly owned: readonly RunMap[];
  /** ext4 has twice as many: blocks are counted in 31 bits here. */
  readonly mostBlocks = 2 ** 31 - 1;
  private readonly tree: ExtentTree;
  private readonly bestFit: BestFit;
  private use!: MetadataUse;
  private nodeGoal: Block = 0;

  constructor(
    private readonly groups: BlockGroups,
    private readonly search: BlockSearch,
    blockBytes: Bytes,
  ) {
    this.tree = new ExtentTree(this.data, blockBytes, () => this.findNode());
    this.bestFit = new BestFit(groups);
    this.owned = [this.data, ...this.tree.nodes];
  }

  mostOverhead(_file: FileNumber, _first: number, blocks: number): number {
    return this.tree.mostOverhead(blocks);
  }

  allocate(file: FileNumber, place: FilePlace, first: number, blocks: number, use: MetadataUse): void {
    for (let at = first; at < first + blocks;) {
      const wanted = first + blocks - at;
      this.find(file, place, at, wanted);
      const { block, count } = this.search;
      this.groups.take(block, count, use);
      this.data.put(file, at, block, count, place.mark);
      this.changeTree(file, place, at, block + count, use);
      at += count;
    }
  }

  setWritten(file: FileNumber, place: FilePlace, first: number, blocks: number, use: MetadataUse): void {
    const { data } = this;
    data.seek(file, first);
    const block = data.block + first - data.begin;
    data.remove(file, first, blocks);
    data.put(file, first, block, blocks);
    this.changeTree(file, place, first, block, use);
    // The rest behind is an extent of its own.
    if (data.seek(file, first + blocks) && data.begin === first + blocks) this.changeTree(file, place, first + blocks, block, use);
  }

  readMap(file: FileNumber, first: number, blocks: number, use: MetadataUse): void {
    this.tree.readPath(file, first, use);
    if (blocks > 1) this.tree.readPath(file, first + blocks - 1, use);
  }

  free(file: FileNumber, place: FilePlace, first: number, use: MetadataUse): void {
    const { data } = this;
    this.search.close(file);
    this.use = use;
    if (first > 0) this.tree.readPath(file, first, use);
    for (let found = data.seek(file, first); found; found = data.next()) {
      const skip = Math.max(0, first - data.begin);
      this.give(data.block + skip, data.blocks - skip);
      if (place.isDirectory) for (let b = skip; b < data.blocks; b++) use.forget(data.block + b);
    }
    data.cut(file, first);
    this.tree.cut(file, first, use, this.giveNode);
  }

  close(file: FileNumber): void {
    this.search.close(file);
  }

  private readonly giveNode = (block: Block): void => {
    this.give(block, 1);
  };

  private give(block: Block, blocks: number): void {
    this.groups.give(block, blocks, this.use);
    this.bestFit.gave(block, blocks);
  }

  private find(file: FileNumber, place: FilePlace, at: number, wanted: number): void {
    const goal = this.goal(file, place, at);
    if (place.isDirectory) this.search.find(goal, wanted);
    else if (this.search.holds(file, goal)) this.search.findForFile(file, goal, wanted);
    else this.search.findForFile(file, this.bestFit.place(goal, wanted), wanted);
  }

  /** Behind what comes before in the file; else where the inode's group, or those that share their tables with it, begin. */
  private goal(file: FileNumber, place: FilePlace, at: number): Block {
    const { data } = this;
    const { geometry } = this.groups;
    if (data.seekBefore(file, at)) {
      const goal = data.block + at - data.begin;
      if (goal < geometry.blocks) return goal;
    }
    const together = geometry.groupsTogether;
    const first = place.group - (place.group % together);
    const isApart = together >= leastToSetApart && !place.isDirectory && first + 1 < geometry.groups;
    return geometry.groupFirst(isApart ? first + 1 : first);
  }

  private changeTree(file: FileNumber, place: FilePlace, at: number, nodeGoal: Block, use: MetadataUse): void {
    this.use = use;
    this.nodeGoal = Math.min(nodeGoal, this.groups.geometry.blocks - 1);
    this.tree.change(file, at, place.inodeBlock, use);
  }

  private findNode(): Block {
    this.search.find(this.nodeGoal, 1);
    this.groups.take(this.search.block, 1, this.use);
    return this.search.block;
  }
}
