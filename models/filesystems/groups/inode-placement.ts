/**
 * In which block group a new inode goes: directories of the root spread over the disk, other directories stay near their parent unless
 * its group carries too many, files go to their directory's group. It takes nothing. Sources: G. Orlov's allocator as described in
 * "The Orlov block allocator" (LWN, November 2002), and the documentation of ext3's mount options (orlov).
 */
import type { RandomStream } from '../../../sim/random.js';
import type { BlockGroups } from './block-groups.js';

/** What a directory and an inode weigh in blocks and inodes when a group's load of directories is limited. */
const inodeCost = 64;
const blockCost = 256;
const mostDebt = 255;

export class InodePlacement {
  /** Directories beyond files that a group took in of late. */
  private debt: Uint8Array;

  constructor(
    private readonly groups: BlockGroups,
    private readonly random: RandomStream,
  ) {
    this.debt = new Uint8Array(groups.geometry.groups);
  }

  /** The group of a new file whose directory has inode `parent`. There is a free inode. */
  forFile(parent: number): number {
    this.fitDebt();
    const { groups } = this;
    const count = groups.geometry.groups;
    const home = groups.geometry.groupOfInode(parent);
    let group = home;
    // The home group, then groups at distances that double from a place that depends on the directory, then any.
    if (!this.hasRoom(group)) {
      group = (home + parent) % count;
      let step = 1;
      for (; step < count; step *= 2) {
        group = (group + step) % count;
        if (this.hasRoom(group)) break;
      }
      if (step >= count) group = this.nextWithInodes(home, 1);
    }
    if (this.debt[group]! > 0) this.debt[group]! -= 1;
    return group;
  }

  /** The group of a new directory in the directory of inode `parent`. There is a free inode. */
  forDirectory(parent: number, parentIsRoot: boolean): number {
    const home = this.groups.geometry.groupOfInode(parent);
    const averageInodes = Math.floor(this.groups.freeInodes / this.groups.geometry.groups);
    this.fitDebt();
    const chosen = parentIsRoot ? this.spread(averageInodes) : this.nearParent(home, averageInodes);
    const group = chosen !== -1 ? chosen : this.nextWithInodes(home, averageInodes);
    if (this.debt[group]! < mostDebt) this.debt[group]! += 1;
    return group;
  }

  /** Among the groups with at least the average of free blocks and inodes, from a random one on, the first with the fewest directories. */
  private spread(averageInodes: number): number {
    const { groups } = this;
    const count = groups.geometry.groups;
    const averageBlocks = Math.floor(groups.freeBlocks / count);
    const start = this.random.below(count);
    let best = -1;
    let fewest = groups.geometry.inodesPerGroup;
    for (let i = 0; i < count; i++) {
      const group = (start + i) % count;
      if (groups.directoriesIn[group]! >= fewest) continue;
      if (groups.freeInodesIn[group]! < Math.max(averageInodes, 1)) continue;
      if (groups.freeBlocksIn[group]! < averageBlocks) continue;
      best = group;
      fewest = groups.directoriesIn[group]!;
    }
    return best;
  }

  /** From the parent's group on, the first that is neither short of inodes or blocks nor has too many directories. */
  private nearParent(home: number, averageInodes: number): number {
    const { groups } = this;
    const { geometry } = groups;
    const count = geometry.groups;
    const mostDirectories = groups.directories / count + geometry.inodesPerGroup / 16;
    const leastInodes = Math.max(1, averageInodes - geometry.inodesPerGroup / 4);
    const leastBlocks = Math.floor(groups.freeBlocks / count) - geometry.blocksPerGroup / 4;
    const limit = this.debtLimit();
    for (let i = 0; i < count; i++) {
      const group = (home + i) % count;
      if (this.debt[group]! >= limit) continue;
      if (groups.directoriesIn[group]! >= mostDirectories) continue;
      if (groups.freeInodesIn[group]! < leastInodes) continue;
      if (groups.freeBlocksIn[group]! < leastBlocks) continue;
      return group;
    }
    return -1;
  }

  private debtLimit(): number {
    const { groups } = this;
    const { geometry } = groups;
    const blocksPerDirectory = (geometry.blocks - groups.freeBlocks) / Math.max(1, groups.directories);
    const byBlocks = geometry.blocksPerGroup / Math.max(blocksPerDirectory, blockCost);
    return Math.max(1, Math.min(mostDebt, Math.floor(Math.min(byBlocks, geometry.inodesPerGroup / inodeCost))));
  }

  /** From the home group on, the first with so many free inodes, else with any. */
  private nextWithInodes(home: number, least: number): number {
    const { groups } = this;
    const count = groups.geometry.groups;
    for (let i = 0; i < count; i++) {
      const group = (home + i) % count;
      if (groups.freeInodesIn[group]! >= Math.max(1, least)) return group;
    }
    return this.nextWithInodes(home, 1);
  }

  /** A file system that grew has more groups. */
  private fitDebt(): void {
    const count = this.groups.geometry.groups;
    if (this.debt.length >= count) return;
    const larger = new Uint8Array(count);
    larger.set(this.debt);
    this.debt = larger;
  }

  private hasRoom(group: number): boolean {
    return this.groups.freeInodesIn[group]! > 0 && this.groups.freeBlocksIn[group]! > 0;
  }
}
