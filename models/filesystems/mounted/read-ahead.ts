/**
 * How far a file is read ahead: the window of Linux's on-demand read-ahead (W. Fengguang et al., Linux Symposium 2007). A sequential reader begins with a few times what it asks for and doubles
 * up to the limit; the next window is read when the reader comes to a mark in the last one. A random reader gets what it asks for. It knows no page and no I/O.
 */
import { Inode, type InodeColumns } from './inode-columns.js';

export class ReadAhead {
  /** The window that the last call decided on, in pages, and the page in it whose reading starts the next; -1: none. */
  first = 0;
  count = 0;
  mark = -1;

  constructor(
    private readonly inodes: InodeColumns,
    private readonly limit: number,
  ) {}

  /** Page `index` is not in memory, and `asked` pages from it on are wanted. */
  miss(inode: number, index: number, asked: number): void {
    const { inodes } = this;
    const start = inodes.get(inode, Inode.AHEAD_START);
    const size = inodes.get(inode, Inode.AHEAD_SIZE);
    const last = inodes.get(inode, Inode.LAST_READ);
    if (size > 0 && index === start + size) this.next(inode, index, size);
    else if (index === 0 || index === last + 1) {
      const count = this.initial(asked);
      this.remember(inode, index, count);
      this.mark = count > asked ? index + asked : index;
    } else {
      this.first = index;
      this.count = Math.min(asked, this.limit);
      this.mark = -1;
    }
  }

  /** Page `index` left memory before it was read: it comes by itself, lest windows larger than memory push each other out for ever. */
  again(index: number): void {
    this.first = index;
    this.count = 1;
    this.mark = -1;
  }

  /** The reader came to the mark: the window after the last one. */
  ahead(inode: number): void {
    const size = this.inodes.get(inode, Inode.AHEAD_SIZE);
    this.next(inode, this.inodes.get(inode, Inode.AHEAD_START) + size, size);
  }

  private next(inode: number, index: number, size: number): void {
    const grown = size < this.limit / 16 ? size * 4 : size * 2;
    this.remember(inode, index, Math.min(grown, this.limit));
    this.mark = index;
  }

  private remember(inode: number, index: number, count: number): void {
    this.inodes.set(inode, Inode.AHEAD_START, index);
    this.inodes.set(inode, Inode.AHEAD_SIZE, count);
    this.first = index;
    this.count = count;
  }

  private initial(asked: number): number {
    const rounded = 2 ** Math.ceil(Math.log2(asked));
    if (rounded <= this.limit / 32) return rounded * 4;
    return rounded <= this.limit / 4 ? rounded * 2 : this.limit;
  }
}
