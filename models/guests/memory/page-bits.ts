/** A bit a page, with the number of bits set: dirty bitmaps, save bitmaps, write protection. It does not know what a bit means. */
export class PageBits {
  private readonly words: Uint32Array;
  private set = 0;

  constructor(readonly pages: number) {
    this.words = new Uint32Array(Math.ceil(pages / 32));
  }

  /** Bits that are set. */
  get count(): number {
    return this.set;
  }

  has(page: number): boolean {
    return (this.words[page >> 5]! & (1 << (page & 31))) !== 0;
  }

  /** Sets a bit; answers whether it was clear before. */
  add(page: number): boolean {
    const word = this.words[page >> 5]!;
    const bit = 1 << (page & 31);
    if ((word & bit) !== 0) return false;
    this.words[page >> 5] = word | bit;
    this.set += 1;
    return true;
  }

  /** Clears a bit; answers whether it was set before. */
  delete(page: number): boolean {
    const word = this.words[page >> 5]!;
    const bit = 1 << (page & 31);
    if ((word & bit) === 0) return false;
    this.words[page >> 5] = word & ~bit;
    this.set -= 1;
    return true;
  }

  /** The first set bit from `page` on; `pages` where there is none. */
  next(page: number): number {
    const { words } = this;
    if (page >= this.pages) return this.pages;
    let i = page >> 5;
    let word = words[i]! & (-1 << (page & 31));
    while (word === 0) {
      i += 1;
      if (i === words.length) return this.pages;
      word = words[i]!;
    }
    return (i << 5) + 31 - Math.clz32(word & -word);
  }

  clear(): void {
    this.words.fill(0);
    this.set = 0;
  }

  fill(): void {
    this.words.fill(0xffffffff);
    const last = this.pages & 31;
    if (last !== 0) this.words[this.words.length - 1] = (1 << last) - 1;
    this.set = this.pages;
  }

  /** Takes over all bits of another one of the same size. */
  copyFrom(other: PageBits): void {
    this.words.set(other.words);
    this.set = other.set;
  }

  /** Sets every bit that is set in another one of the same size; answers how many were clear before. */
  addAll(other: PageBits): number {
    const before = this.set;
    for (let i = 0; i < this.words.length; i++) {
      const added = other.words[i]! & ~this.words[i]!;
      if (added === 0) continue;
      this.words[i]! |= added;
      this.set += ones(added);
    }
    return this.set - before;
  }
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
