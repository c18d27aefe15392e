/**
 * Where a request for many blocks goes: to its goal, else to the smallest free extent that holds it in the first group that has one, from
 * the goal's group on, else to the longest free extent there is. It marks nothing. A stand-in for ext4's buddy allocator, whose aims
 * (contiguity first, then nearness, then no waste) it shares. Source: Mathur et al., Ottawa Linux Symposium 2007, section 3.
 */
import type { Block } from '../file-layout.js';
import type { BlockGroups } from '../groups/block-groups.js';
import { nextClear, nextSet } from '../state/bits.js';

export class BestFit {
  /** Of each group, at least the length of its longest free extent: as last looked at, until blocks are given back. */
  private readonly longest: Int32Array;
  private found = 0;
  private foundLength = 0;

  constructor(private readonly groups: BlockGroups) {
    this.longest = groups.freeBlocksIn.slice();
  }

  /** Blocks of a group were given back. */
  gave(block: Block, blocks: number): void {
    const { geometry } = this.groups;
    for (let group = geometry.groupOf(block); group <= geometry.groupOf(block + blocks - 1); group++)
      this.longest[group] = geometry.blocksPerGroup;
  }

  /** Where the best extent for `wanted` blocks begins. Some block is free. */
  place(goal: Block, wanted: number): Block {
    const { groups } = this;
    const { geometry, freeBlocksIn } = groups;
    const most = Math.min(wanted, geometry.blocksPerGroup);
    if (groups.isFree(goal) && groups.freeRun(goal, most) === most) return goal;
    const home = geometry.groupOf(goal);
    let best = -1;
    let bestLength = 0;
    for (let i = 0; i < geometry.groups; i++) {
      const group = (home + i) % geometry.groups;
      if (freeBlocksIn[group] === 0 || Math.min(this.longest[group]!, freeBlocksIn[group]!) <= Math.min(bestLength, most - 1)) continue;
      this.lookAt(group, most);
      if (this.foundLength >= most) return this.found;
      if (this.foundLength > bestLength) {
        best = this.found;
        bestLength = this.foundLength;
      }
    }
    return best;
  }

  /** Finds the smallest extent of a group that holds `wanted`, else its longest. */
  private lookAt(group: number, wanted: number): void {
    const { geometry } = this.groups;
    const bits = this.groups.bits(group);
    const blocks = geometry.groupBlocks(group);
    let longest = 0;
    let found = -1;
    let length = 0;
    for (let at = nextClear(bits, 0, blocks); at !== -1;) {
      const end = nextSet(bits, at, blocks);
      const run = (end === -1 ? blocks : end) - at;
      if (run > longest) longest = run;
      const isBetter = run >= wanted ? length < wanted || run < length : run > length;
      if (isBetter) {
        found = at;
        length = run;
      }
      at = end === -1 ? -1 : nextClear(bits, end, blocks);
    }
    this.longest[group] = longest;
    this.found = geometry.groupFirst(group) + found;
    this.foundLength = length;
  }
}
