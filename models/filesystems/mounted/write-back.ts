/**
 * Dirty pages of an inode go to the device in the order of the file. Pages whose place is still open get one first (delayed allocation). It decides neither which inode nor when.
 */
import type { Mode } from '../../io/plan.js';
import { Kind } from '../../io/plan.js';
import type { Activity } from './activity.js';
import { Inode } from './inode-columns.js';
import { applyChanges, isInMemory } from './metadata-access.js';
import type { Mount } from './mount.js';
import { NO_PAGE, PageFlag, UNPLACED } from './page-columns.js';

/** What happens to pages that have no place yet. */
export const enum Unplaced {
  PLACE = 0,
  LEAVE = 1,
}

/** Pages that are placed at once: ext4 asks its allocator for 2048 blocks at most (MAX_WRITEPAGES_EXTENT_LEN). */
const mostPlaced = 2048;

export class WriteBack {
  constructor(private readonly mount: Mount) {}

  /**
   * Writes the dirty pages of an inode from index `activity.cursor` on, at most `activity.budget`. Pages that are on their way already stay dirty.
   * False: the activity waits, and calls again when it goes on.
   */
  write(activity: Activity, inode: number, mode: Mode, unplaced: Unplaced): boolean {
    const { cache, io, waits } = this.mount;
    const { pages } = cache;
    if (activity.isPlacing && !this.isPlaced(activity, inode)) return false;
    let page = this.firstFrom(inode, activity.cursor);
    while (page !== NO_PAGE && activity.budget > 0) {
      const next = pages.dirtyNext[page]!;
      const isLeft = (pages.flags[page]! & PageFlag.WRITING) !== 0;
      if (!isLeft && pages.block[page] === UNPLACED && unplaced === Unplaced.PLACE) {
        if (!this.place(activity, inode, page)) return false;
        page = this.firstFrom(inode, activity.cursor);
        continue;
      }
      if (!isLeft && pages.block[page] !== UNPLACED) {
        if (io.isCongested && !io.joins(Kind.WRITE, page)) {
          waits.device.add(activity);
          return false;
        }
        activity.cursor = pages.index[page]! + 1;
        activity.budget -= 1;
        cache.beginWrite(page);
        io.addPage(Kind.WRITE, page, mode);
      }
      page = next;
    }
    return true;
  }

  private firstFrom(inode: number, index: number): number {
    const { cache } = this.mount;
    cache.dirtyPages.sort(inode);
    if (cache.inodes.get(inode, Inode.DIRTY) === 0) return NO_PAGE;
    if (cache.pages.index[cache.inodes.get(inode, Inode.LAST_DIRTY)]! < index) return NO_PAGE;
    let page = cache.inodes.get(inode, Inode.FIRST_DIRTY);
    while (page !== NO_PAGE && cache.pages.index[page]! < index) page = cache.pages.dirtyNext[page]!;
    return page;
  }

  /** Finds blocks for the run of unplaced dirty pages that begins with `page`. While it does, the inode counts as having pages on their way. */
  private place(activity: Activity, inode: number, page: number): boolean {
    const { journal, layout, cache, settings } = this.mount;
    if (!journal.enter(activity)) return false;
    activity.isPlacing = true;
    activity.cursor = cache.pages.index[page]!;
    activity.runs.clear();
    const file = cache.inodes.get(inode, Inode.FILE);
    layout.allocate(file, activity.cursor, this.unplacedRun(page), activity.runs, activity.metadata.clear());
    cache.inodes.add(inode, Inode.IN_FLIGHT, 1);
    journal.changed(inode, true);
    if (settings.data === 'ordered' && journal.isPresent) journal.transactions.order(inode);
    return this.isPlaced(activity, inode);
  }

  private isPlaced(activity: Activity, inode: number): boolean {
    const { journal, cache, waits } = this.mount;
    const { runs } = activity;
    if (!isInMemory(this.mount, activity)) return false;
    for (let run = 0; run < runs.size; run++) {
      if (this.mount.isOvertaking(activity, runs.block[run]!, runs.blocks[run]!)) return false;
    }
    applyChanges(this.mount, activity);
    this.assign(activity, inode);
    activity.isPlacing = false;
    if (cache.inodes.add(inode, Inode.IN_FLIGHT, -1) === 0) waits.inode.wake(null);
    journal.leave(activity);
    return true;
  }

  private unplacedRun(page: number): number {
    const { pages } = this.mount.cache;
    let count = 1;
    for (let last = page; count < mostPlaced; count++) {
      const next = pages.dirtyNext[last]!;
      if (next === NO_PAGE || pages.index[next] !== pages.index[last]! + 1 || pages.block[next] !== UNPLACED) return count;
      last = next;
    }
    return count;
  }

  private assign(activity: Activity, inode: number): void {
    const { runs } = activity;
    const { pages } = this.mount.cache;
    let index = activity.cursor;
    for (let run = 0; run < runs.size; run++) {
      for (let i = 0; i < runs.blocks[run]!; i++, index++) {
        const page = pages.find(inode, index);
        if (page !== NO_PAGE && pages.block[page] === UNPLACED) pages.block[page] = runs.block[run]! + i;
      }
    }
  }
}
