/**
 * Pages of memory in columns, found by owner and index through a hash table. A page is a block of the file system. It knows no file and no time.
 * Columns grow with the pages in use, and then never again.
 */
export const NO_PAGE = -1;

export const enum PageFlag {
  /** Holds what the block should hold. */
  VALID = 1,
  /** Newer than the device. */
  DIRTY = 2,
  /** On its way to the device. */
  WRITING = 4,
  /** On its way from the device. */
  READING = 8,
  /** Used since the clock's hand passed. */
  REFERENCED = 16,
  /** Reading it starts the next read-ahead. */
  AHEAD = 32,
  /** Its commit is to come: the journal needs it in memory. */
  PINNED = 64,
}

/** Where a page lies that has no place on the device yet. */
export const UNPLACED = -1;

const spread = (owner: number, index: number): number => {
  const h = Math.imul(owner, 0x9e3779b1) ^ Math.imul(index, 0x85ebca6b);
  return h ^ (h >>> 15);
};

const wider = (from: Int32Array, length: number): Int32Array<ArrayBuffer> => {
  const to = new Int32Array(length);
  to.set(from);
  return to;
};

export class PageColumns {
  /** Pages in use. */
  count = 0;
  /** All pages are below this. */
  top = 0;
  flags = new Uint8Array(1024);
  /** Slot of the inode; -1 where the page is free. */
  owner = new Int32Array(1024).fill(-1);
  index = new Int32Array(1024);
  /** On the device, or UNPLACED. */
  block = new Int32Array(1024);
  /** Pages of the same owner. */
  ownerNext = new Int32Array(1024);
  ownerPrevious = new Int32Array(1024);
  /** Dirty pages of the same owner. */
  dirtyNext = new Int32Array(1024);
  dirtyPrevious = new Int32Array(1024);
  /** The next page of the same I/O. */
  ioNext = new Int32Array(1024);
  /** What the page holds, where contents are verified. */
  version = new Int32Array(1024);

  private hashNext = new Int32Array(1024);
  private buckets = new Int32Array(1024).fill(NO_PAGE);
  private firstFree = NO_PAGE;

  find(owner: number, index: number): number {
    let page = this.buckets[spread(owner, index) & (this.buckets.length - 1)]!;
    while (page !== NO_PAGE && (this.index[page] !== index || this.owner[page] !== owner)) page = this.hashNext[page]!;
    return page;
  }

  /** A new page without flags; there is none of this owner and index. */
  add(owner: number, index: number): number {
    let page = this.firstFree;
    if (page !== NO_PAGE) this.firstFree = this.hashNext[page]!;
    else {
      if (this.top === this.flags.length) this.grow();
      page = this.top++;
    }
    const bucket = spread(owner, index) & (this.buckets.length - 1);
    this.hashNext[page] = this.buckets[bucket]!;
    this.buckets[bucket] = page;
    this.owner[page] = owner;
    this.index[page] = index;
    this.flags[page] = 0;
    this.version[page] = 0;
    this.count += 1;
    return page;
  }

  free(page: number): void {
    const bucket = spread(this.owner[page]!, this.index[page]!) & (this.buckets.length - 1);
    let at = this.buckets[bucket]!;
    if (at === page) this.buckets[bucket] = this.hashNext[page]!;
    else {
      while (this.hashNext[at] !== page) at = this.hashNext[at]!;
      this.hashNext[at] = this.hashNext[page]!;
    }
    this.owner[page] = -1;
    this.flags[page] = 0;
    this.hashNext[page] = this.firstFree;
    this.firstFree = page;
    this.count -= 1;
  }

  private grow(): void {
    const length = this.flags.length * 2;
    const flags = new Uint8Array(length);
    flags.set(this.flags);
    this.flags = flags;
    this.owner = wider(this.owner, length);
    this.index = wider(this.index, length);
    this.block = wider(this.block, length);
    this.ownerNext = wider(this.ownerNext, length);
    this.ownerPrevious = wider(this.ownerPrevious, length);
    this.dirtyNext = wider(this.dirtyNext, length);
    this.dirtyPrevious = wider(this.dirtyPrevious, length);
    this.ioNext = wider(this.ioNext, length);
    this.version = wider(this.version, length);
    this.hashNext = wider(this.hashNext, length);
    this.buckets = new Int32Array(length).fill(NO_PAGE);
    for (let page = 0; page < this.top; page++) {
      if (this.owner[page] === -1) continue;
      const bucket = spread(this.owner[page]!, this.index[page]!) & (length - 1);
      this.hashNext[page] = this.buckets[bucket]!;
      this.buckets[bucket] = page;
    }
  }
}
