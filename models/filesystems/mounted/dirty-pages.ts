/**
 * The dirty pages of each inode as a list. New ones are put at its end; before a turn of writing the list is brought into the order
 * of the file: what came since is sorted and merged into what was in order.
 */
import { Inode, type InodeColumns } from './inode-columns.js';
import { NO_PAGE, type PageColumns } from './page-columns.js';

export class DirtyPages {
  private keys = new Float64Array(256);
  private came = new Int32Array(256);

  constructor(
    private readonly pages: PageColumns,
    private readonly inodes: InodeColumns,
  ) {}

  add(inode: number, page: number): void {
    const { pages, inodes } = this;
    const last = inodes.get(inode, Inode.LAST_DIRTY);
    const isInOrder = inodes.get(inode, Inode.SORTED_END) === last && (last === NO_PAGE || pages.index[last]! < pages.index[page]!);
    pages.dirtyPrevious[page] = last;
    pages.dirtyNext[page] = NO_PAGE;
    if (last === NO_PAGE) inodes.set(inode, Inode.FIRST_DIRTY, page);
    else pages.dirtyNext[last] = page;
    inodes.set(inode, Inode.LAST_DIRTY, page);
    if (isInOrder) inodes.set(inode, Inode.SORTED_END, page);
    inodes.add(inode, Inode.DIRTY, 1);
  }

  remove(inode: number, page: number): void {
    const { pages, inodes } = this;
    const next = pages.dirtyNext[page]!;
    const previous = pages.dirtyPrevious[page]!;
    if (previous === NO_PAGE) inodes.set(inode, Inode.FIRST_DIRTY, next);
    else pages.dirtyNext[previous] = next;
    if (next === NO_PAGE) inodes.set(inode, Inode.LAST_DIRTY, previous);
    else pages.dirtyPrevious[next] = previous;
    if (inodes.get(inode, Inode.SORTED_END) === page) inodes.set(inode, Inode.SORTED_END, previous);
    inodes.add(inode, Inode.DIRTY, -1);
  }

  /** Brings the list into the order of the file. */
  sort(inode: number): void {
    const { pages, inodes } = this;
    const sortedEnd = inodes.get(inode, Inode.SORTED_END);
    if (sortedEnd === inodes.get(inode, Inode.LAST_DIRTY)) return;
    const firstNew = sortedEnd === NO_PAGE ? inodes.get(inode, Inode.FIRST_DIRTY) : pages.dirtyNext[sortedEnd]!;
    const count = this.sortFrom(firstNew);
    if (sortedEnd !== NO_PAGE) pages.dirtyNext[sortedEnd] = NO_PAGE;
    this.merge(inode, sortedEnd === NO_PAGE ? NO_PAGE : inodes.get(inode, Inode.FIRST_DIRTY), count);
  }

  /** Fills the keys: index, then place among those that came, in one number each. @throws Error where more came since the last turn than a key has room for */
  private sortFrom(first: number): number {
    const { pages } = this;
    let count = 0;
    for (let page = first; page !== NO_PAGE; page = pages.dirtyNext[page]!) {
      if (count === this.keys.length) this.grow();
      this.came[count] = page;
      this.keys[count] = pages.index[page]! * span + count;
      count += 1;
    }
    if (count > span)
      throw new Error(`${count} pages of one file were changed since it was written back last, at most ${span} can be sorted`);
    if (count > 1) this.keys.subarray(0, count).sort();
    return count;
  }

  private grow(): void {
    const keys = new Float64Array(this.keys.length * 2);
    const came = new Int32Array(this.keys.length * 2);
    keys.set(this.keys);
    came.set(this.came);
    this.keys = keys;
    this.came = came;
  }

  private merge(inode: number, oldFirst: number, count: number): void {
    const { pages, inodes } = this;
    let last = NO_PAGE;
    let old = oldFirst;
    let k = 0;
    while (old !== NO_PAGE || k < count) {
      const fresh = k < count ? this.came[this.keys[k]! % span]! : NO_PAGE;
      const takesOld = old !== NO_PAGE && (fresh === NO_PAGE || pages.index[old]! < pages.index[fresh]!);
      const page = takesOld ? old : fresh;
      if (takesOld) old = pages.dirtyNext[old]!;
      else k += 1;
      if (last === NO_PAGE) inodes.set(inode, Inode.FIRST_DIRTY, page);
      else pages.dirtyNext[last] = page;
      pages.dirtyPrevious[page] = last;
      last = page;
    }
    pages.dirtyNext[last] = NO_PAGE;
    inodes.set(inode, Inode.LAST_DIRTY, last);
    inodes.set(inode, Inode.SORTED_END, last);
  }
}

/** Changed pages of one file: 2^22 of 4 KiB are 16 GiB; an index of 2^31 leaves no more bits. */
const span = 2 ** 22;
