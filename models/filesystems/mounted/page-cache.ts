/**
 * The page cache: pages of files and of metadata within a given memory, the clock that finds room, and what is dirty. It knows no I/O and no time but what it is told.
 *
 * It keeps account of every byte that was changed: written back, changed again before that, forgotten with its file, or still dirty.
 */
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import { DirtyInodes } from './dirty-inodes.js';
import { DirtyPages } from './dirty-pages.js';
import { Inode, InodeColumns } from './inode-columns.js';
import { NO_PAGE, PageColumns, PageFlag } from './page-columns.js';

const IN_USE = PageFlag.DIRTY | PageFlag.WRITING | PageFlag.READING | PageFlag.PINNED;

export class PageCache {
  readonly pages = new PageColumns();
  readonly inodes = new InodeColumns();
  readonly dirtyInodes = new DirtyInodes(this.inodes);
  readonly dirtyPages = new DirtyPages(this.pages, this.inodes);
  /** Pages that are dirty, and pages on their way to the device. */
  dirty = 0;
  writing = 0;
  /** The last transaction that is durable: what is kept of inodes until then may be dropped. */
  committed = 0;
  /** In pages, since the mount: changes of pages, those of pages that were dirty already or whose change a transaction took over, pages written, dirty ones thrown away. */
  dirtied = 0;
  overwritten = 0;
  written = 0;
  forgotten = 0;
  /** Lookups of programs' pages that were there, and that were not. */
  hits = 0;
  misses = 0;
  private hand = 0;

  /** @param capacity in pages; exceeded where all pages are in use */
  constructor(
    readonly capacity: number,
    private readonly pageBytes: Bytes,
  ) {}

  /** A new page of an inode, without flags. Makes room first. */
  insert(inode: number, index: number, block: number): number {
    const { pages, inodes } = this;
    for (let excess = pages.count - this.capacity; excess >= 0 && this.evict(); excess--);
    const page = pages.add(inode, index);
    const first = inodes.get(inode, Inode.FIRST_PAGE);
    pages.block[page] = block;
    pages.ownerPrevious[page] = NO_PAGE;
    pages.ownerNext[page] = first;
    if (first !== NO_PAGE) pages.ownerPrevious[first] = page;
    inodes.set(inode, Inode.FIRST_PAGE, page);
    inodes.add(inode, Inode.PAGES, 1);
    return page;
  }

  /** Takes a page out of memory; what it held and the device does not is lost. It is not on its way anywhere. */
  remove(page: number): void {
    const { pages, inodes } = this;
    const inode = pages.owner[page]!;
    if ((pages.flags[page]! & PageFlag.DIRTY) !== 0) {
      this.clean(page);
      this.forgotten += 1;
    }
    const next = pages.ownerNext[page]!;
    const previous = pages.ownerPrevious[page]!;
    if (previous === NO_PAGE) inodes.set(inode, Inode.FIRST_PAGE, next);
    else pages.ownerNext[previous] = next;
    if (next !== NO_PAGE) pages.ownerPrevious[next] = previous;
    inodes.add(inode, Inode.PAGES, -1);
    pages.free(page);
  }

  /** A page was changed. */
  soil(page: number, now: Nanoseconds): void {
    const { pages } = this;
    this.dirtied += 1;
    if ((pages.flags[page]! & PageFlag.DIRTY) !== 0) {
      this.overwritten += 1;
      return;
    }
    const inode = pages.owner[page]!;
    pages.flags[page]! |= PageFlag.DIRTY;
    this.dirty += 1;
    this.dirtyPages.add(inode, page);
    this.dirtyInodes.dirtied(inode, now);
  }

  /** The change of a dirty page is taken up by a transaction, which will bring the page anew. */
  supersede(page: number): void {
    if ((this.pages.flags[page]! & PageFlag.DIRTY) === 0) return;
    this.clean(page);
    this.overwritten += 1;
  }

  /** A dirty page goes to the device. */
  beginWrite(page: number): void {
    this.clean(page);
    this.pages.flags[page]! |= PageFlag.WRITING;
    this.writing += 1;
    this.inodes.add(this.pages.owner[page]!, Inode.IN_FLIGHT, 1);
  }

  /** The page is on the device; answers whether it was the last of its inode on the way. */
  endWrite(page: number): boolean {
    this.pages.flags[page]! &= ~PageFlag.WRITING;
    this.writing -= 1;
    this.written += 1;
    return this.inodes.add(this.pages.owner[page]!, Inode.IN_FLIGHT, -1) === 0;
  }

  /** Takes the pages of a file from `index` up to before `end` out of memory, up to one that is on its way, which it answers; else NO_PAGE. */
  removeRange(inode: number, index: number, end: number): number {
    const { pages, inodes } = this;
    if (end - index < inodes.get(inode, Inode.PAGES)) {
      for (let i = index; i < end; i++) {
        const page = pages.find(inode, i);
        if (page !== NO_PAGE && !this.isTaken(page)) return page;
      }
      return NO_PAGE;
    }
    for (let page = inodes.get(inode, Inode.FIRST_PAGE); page !== NO_PAGE;) {
      const next = pages.ownerNext[page]!;
      if (pages.index[page]! >= index && pages.index[page]! < end && !this.isTaken(page)) return page;
      page = next;
    }
    return NO_PAGE;
  }

  private isTaken(page: number): boolean {
    if ((this.pages.flags[page]! & (PageFlag.WRITING | PageFlag.READING)) !== 0) return false;
    this.remove(page);
    return true;
  }

  /** Whether as much is dirty or on its way as counted, page by page, and every changed byte is accounted for. @throws Error if not */
  checkConservation(): void {
    const { pages } = this;
    let dirty = 0;
    let writing = 0;
    for (let page = 0; page < pages.top; page++) {
      if (pages.owner[page] === -1) continue;
      if ((pages.flags[page]! & PageFlag.DIRTY) !== 0) dirty += 1;
      if ((pages.flags[page]! & PageFlag.WRITING) !== 0) writing += 1;
    }
    const accounted = this.written + this.overwritten + this.forgotten + dirty + writing;
    if (dirty === this.dirty && writing === this.writing && accounted === this.dirtied) return;
    throw new Error(
      `${this.dirtied * this.pageBytes} bytes were dirtied, but ${this.written} pages written, ${this.overwritten} overwritten, ` +
        `${this.forgotten} forgotten, ${dirty} dirty (counted ${this.dirty}), ${writing} on their way (counted ${this.writing})`,
    );
  }

  private clean(page: number): void {
    const { pages } = this;
    const inode = pages.owner[page]!;
    pages.flags[page]! &= ~PageFlag.DIRTY;
    this.dirty -= 1;
    this.dirtyPages.remove(inode, page);
    if (this.inodes.get(inode, Inode.DIRTY) === 0) this.dirtyInodes.remove(inode);
  }

  /** Frees the next page that was not used since the hand came by; false where none can be freed. */
  private evict(): boolean {
    const { pages } = this;
    for (let left = 2 * pages.top; left > 0; left--) {
      const page = this.hand;
      this.hand = page + 1 < pages.top ? page + 1 : 0;
      const flags = pages.flags[page]!;
      if (pages.owner[page] === -1 || (flags & IN_USE) !== 0) continue;
      if ((flags & PageFlag.REFERENCED) !== 0) {
        pages.flags[page] = flags & ~PageFlag.REFERENCED;
        continue;
      }
      const inode = pages.owner[page]!;
      this.remove(page);
      this.inodes.drop(inode, this.committed);
      return true;
    }
    return false;
  }
}
