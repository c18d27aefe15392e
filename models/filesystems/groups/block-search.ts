/**
 * Where ext3 finds free blocks: near a goal, inside a window that is kept for the file as it grows, else anywhere. It marks nothing as
 * used. Source: "Design and Implementation of ext3 reservation" as described in "Ext3/Ext4 block reservation" (M. Cao et al., "State of
 * the Art: Where we are with the Ext3 filesystem", Ottawa Linux Symposium 2005).
 */
import type { Block, FileNumber } from '../file-layout.js';
import { isSet, nextClear, nextClearByte } from '../state/bits.js';
import type { BlockGroups } from './block-groups.js';

/** How large windows are, in blocks. */
export interface WindowSizes {
  readonly first: number;
  /** The most that doubling makes of it: a window that is more than half used is followed by one twice as large. */
  readonly most: number;
  /** The most to which a single request widens a window. */
  readonly request: number;
}

/** How far behind a goal the next free block is taken whatever it is; farther on, a free byte of the bitmap is looked for first. */
const nearGoal = 64;
const stepsBack = 7;
const nobody = -1;

export class BlockSearch {
  /** What was found: so many free blocks from here on. */
  block: Block = 0;
  count = 0;
  /** Blocks at the start of a file that are found in a way of their own; 0: none. */
  readonly startBlocks: number = 0;

  /** Windows in columns; a free one belongs to nobody. */
  private readonly owner: Int32Array;
  private readonly start: Float64Array;
  private readonly end: Float64Array;
  private readonly size: Int32Array;
  private readonly hits: Int32Array;
  private readonly lastUse: Float64Array;
  private uses = 0;

  /** @param writers files that can have a window at the same time: of more, the one not written for longest loses its own */
  constructor(
    protected readonly groups: BlockGroups,
    private readonly writers: number,
    private readonly sizes: WindowSizes,
  ) {
    this.owner = new Int32Array(writers).fill(nobody);
    this.start = new Float64Array(writers);
    this.end = new Float64Array(writers).fill(-1);
    this.size = new Int32Array(writers);
    this.hits = new Int32Array(writers);
    this.lastUse = new Float64Array(writers);
  }

  /** Finds a block for a regular file's map. Some block is free. */
  findForMap(file: FileNumber, goal: Block): void {
    this.findForFile(file, goal, 1);
  }

  /** Finds at least one and at most `wanted` of a regular file's first `startBlocks` blocks. Some block is free. */
  findForStart(goal: Block, wanted: number): void {
    this.find(goal, wanted);
  }

  /** Finds at least one and at most `wanted` blocks for a regular file that grows. Some block is free. */
  findForFile(file: FileNumber, goal: Block, wanted: number): void {
    const w = this.windowOf(file);
    const { groups } = this;
    const { geometry } = groups;
    const home = geometry.groupOf(goal);
    if (groups.freeBlocksIn[home]! > 0 && this.findInWindow(w, home, goal, wanted)) return;
    for (let i = 1; i < geometry.groups; i++) {
      const group = (home + i) % geometry.groups;
      if (groups.freeBlocksIn[group]! <= this.size[w]! / 2) continue;
      if (this.findInWindow(w, group, geometry.groupFirst(group), wanted)) return;
    }
    this.end[w] = this.start[w]! - 1;
    this.find(goal, wanted);
  }

  /** Finds at least one and at most `wanted` blocks near a goal, without a window. Some block is free. */
  find(goal: Block, wanted: number): void {
    const { geometry, freeBlocksIn } = this.groups;
    const home = geometry.groupOf(goal);
    for (let i = 0; i <= geometry.groups; i++) {
      const group = (home + i) % geometry.groups;
      if (freeBlocksIn[group] === 0) continue;
      const first = geometry.groupFirst(group);
      const index = this.usable(group, i === 0 ? goal - first : 0);
      if (index === -1) continue;
      this.block = first + index;
      this.count = this.groups.freeRun(this.block, wanted);
      return;
    }
    throw new Error('no block is free');
  }

  /** Whether a block lies in the window of a file. */
  holds(file: FileNumber, block: Block): boolean {
    for (let w = 0; w < this.writers; w++) if (this.owner[w] === file) return block >= this.start[w]! && block <= this.end[w]!;
    return false;
  }

  /** Gives a file's window up: it was closed, cut or removed. */
  close(file: FileNumber): void {
    for (let w = 0; w < this.writers; w++) if (this.owner[w] === file) this.free(w);
  }

  private free(w: number): void {
    this.owner[w] = nobody;
    this.start[w] = 0;
    this.end[w] = -1;
  }

  private windowOf(file: FileNumber): number {
    let oldest = 0;
    this.uses += 1;
    for (let w = 0; w < this.writers; w++) {
      if (this.owner[w] === file) {
        this.lastUse[w] = this.uses;
        return w;
      }
      if (this.lastUse[w]! < this.lastUse[oldest]!) oldest = w;
    }
    this.free(oldest);
    this.owner[oldest] = file;
    this.size[oldest] = this.sizes.first;
    this.hits[oldest] = 0;
    this.lastUse[oldest] = this.uses;
    return oldest;
  }

  private findInWindow(w: number, group: number, goal: Block, wanted: number): boolean {
    const { geometry } = this.groups;
    const first = geometry.groupFirst(group);
    const groupEnd = first + geometry.groupBlocks(group);
    let from = goal;
    for (;;) {
      const isInside = from >= this.start[w]! && from <= this.end[w]!;
      if (!isInside) {
        if (!this.moveWindow(w, group, from, wanted)) return false;
        from = Math.max(this.start[w]!, first);
      } else {
        this.extend(w, from, wanted);
      }
      const index = nextClear(this.groups.bits(group), from - first, Math.min(this.end[w]! + 1, groupEnd) - first);
      if (index !== -1) {
        this.block = first + index;
        this.count = this.groups.freeRun(this.block, Math.min(wanted, this.end[w]! + 1 - this.block));
        this.hits[w]! += this.count;
        return true;
      }
      from = this.end[w]! + 1;
      if (from >= groupEnd) return false;
    }
  }

  /** Puts the window where a free block stands and no other file's window is; false if the group has no such place from here on. */
  private moveWindow(w: number, group: number, from: Block, wanted: number): boolean {
    const { geometry } = this.groups;
    const first = geometry.groupFirst(group);
    const groupEnd = first + geometry.groupBlocks(group);
    const length = this.end[w]! - this.start[w]! + 1;
    if (length > 0 && this.hits[w]! > length / 2) this.size[w] = Math.min(this.size[w]! * 2, this.sizes.most);
    const size = Math.max(this.size[w]!, Math.min(wanted, this.sizes.request));
    for (let start = from; ;) {
      start = this.behindOthers(w, start, size);
      if (start >= groupEnd) return false;
      const free = nextClear(this.groups.bits(group), start - first, groupEnd - first);
      if (free === -1) return false;
      if (first + free < start + size) {
        this.start[w] = start;
        this.end[w] = start + size - 1;
        this.hits[w] = 0;
        return true;
      }
      start = first + free;
    }
  }

  /** The first place from `start` on where a window of this size overlaps no other. */
  private behindOthers(w: number, start: Block, size: number): Block {
    let at = start;
    for (let other = 0; other < this.writers; other++) {
      if (other === w || this.end[other]! < at || this.start[other]! >= at + size) continue;
      at = this.end[other]! + 1;
      other = -1;
    }
    return at;
  }

  /** Lets the window reach as far as is wanted, up to the next one. */
  private extend(w: number, from: Block, wanted: number): void {
    let end = Math.max(this.end[w]!, from + Math.min(wanted, this.sizes.request) - 1);
    for (let other = 0; other < this.writers; other++)
      if (other !== w && this.start[other]! > this.end[w]! && this.start[other]! <= end) end = this.start[other]! - 1;
    this.end[w] = end;
  }

  /** The block of a group to take for a goal: the goal, the next one near it, a free byte behind it, any one behind it. */
  private usable(group: number, goal: number): number {
    const bits = this.groups.bits(group);
    const blocks = this.groups.geometry.groupBlocks(group);
    if (!isSet(bits, goal)) return goal;
    const near = nextClear(bits, goal, Math.min((goal + nearGoal - 1) & ~(nearGoal - 1), blocks));
    if (near !== -1) return near;
    let found = nextClearByte(bits, goal, blocks);
    if (found === -1) return nextClear(bits, goal, blocks);
    for (let i = 0; i < stepsBack && found > goal && !isSet(bits, found - 1); i++) found -= 1;
    return found;
  }
}
