/** The page cache of a file server: which pages of its files are in memory, and in what state; a clock finds room. It knows neither time nor I/O. */
import type { Bytes } from '../../sim/units.js';

export const pageBytes: Bytes = 4096;

/** No page in memory. */
export const ABSENT = 0;

export const enum PageState {
  READING = 1,
  DIRTY = 2,
  WRITING = 4,
  /** Used since the clock's hand passed. */
  USED = 8,
  /** The first page that was read ahead: whoever comes to it has the next pages read. */
  MARKER = 16,
}

export class NfsPageCache {
  /** By file, then page: the slot, or ABSENT. Slots count from 1. */
  private readonly slotOf: Int32Array[] = [];
  /** By file: a bit a page. */
  private readonly dirtyBits: Uint32Array[] = [];
  private readonly state: Uint8Array;
  private readonly fileOf: Int32Array;
  private readonly pageOf: Int32Array;
  private filled = 0;
  private hand = 1;
  dirtyPages = 0;

  /** @param capacity in pages; the cache is never larger, so as many pages must not be under I/O or dirty at once */
  constructor(private readonly capacity: number) {
    this.state = new Uint8Array(capacity + 1);
    this.fileOf = new Int32Array(capacity + 1);
    this.pageOf = new Int32Array(capacity + 1);
  }

  /** A file of as many pages; files are numbered from 0. */
  addFile(pages: number): void {
    this.slotOf.push(new Int32Array(pages));
    this.dirtyBits.push(new Uint32Array(Math.ceil(pages / 32)));
  }

  pagesOf(file: number): number {
    return this.slotOf[file]!.length;
  }

  /** The slot of a page, or ABSENT. */
  find(file: number, page: number): number {
    return this.slotOf[file]![page]!;
  }

  has(slot: number, state: PageState): boolean {
    return (this.state[slot]! & state) !== 0;
  }

  set(slot: number, state: PageState): void {
    this.state[slot]! |= state;
  }

  clear(slot: number, state: PageState): void {
    this.state[slot]! &= ~state;
  }

  /** Brings a page in, in the given state; another one goes where there is no room. */
  insert(file: number, page: number, state: PageState): number {
    const slot = this.filled < this.capacity ? ++this.filled : this.evict();
    this.slotOf[file]![page] = slot;
    this.fileOf[slot] = file;
    this.pageOf[slot] = page;
    this.state[slot] = state;
    return slot;
  }

  soil(slot: number): void {
    if (this.has(slot, PageState.DIRTY)) return;
    this.set(slot, PageState.DIRTY);
    this.dirtyPages += 1;
    const page = this.pageOf[slot]!;
    this.dirtyBits[this.fileOf[slot]!]![page >> 5]! |= 1 << (page & 31);
  }

  clean(slot: number): void {
    if (!this.has(slot, PageState.DIRTY)) return;
    this.clear(slot, PageState.DIRTY);
    this.dirtyPages -= 1;
    const page = this.pageOf[slot]!;
    this.dirtyBits[this.fileOf[slot]!]![page >> 5]! &= ~(1 << (page & 31));
  }

  /** The first dirty page of a file from `page` on, or `end` where there is none before it. */
  nextDirty(file: number, page: number, end: number): number {
    const bits = this.dirtyBits[file]!;
    for (let at = page; at < end;) {
      const word = bits[at >> 5]! >>> (at & 31);
      if (word !== 0) return Math.min(end, at + 31 - Math.clz32(word & -word));
      at = (at | 31) + 1;
    }
    return end;
  }

  /** Takes a page out that is neither dirty nor under I/O and was not used since the hand passed last. */
  private evict(): number {
    const busy = PageState.READING | PageState.DIRTY | PageState.WRITING;
    for (let looked = 0; looked <= 2 * this.capacity; looked++) {
      const slot = this.hand;
      this.hand = slot === this.capacity ? 1 : slot + 1;
      if ((this.state[slot]! & busy) !== 0) continue;
      if (this.has(slot, PageState.USED)) {
        this.clear(slot, PageState.USED);
        continue;
      }
      this.slotOf[this.fileOf[slot]!]![this.pageOf[slot]!] = ABSENT;
      return slot;
    }
    throw new RangeError(`all ${this.capacity} pages of a server's cache are dirty or under I/O`);
  }
}
