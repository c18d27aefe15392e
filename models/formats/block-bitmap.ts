/**
 * One bit a block of a copy-on-write image: set where the block's content is in the image itself. Bits are only ever set, one by one or in
 * ranges, until all are cleared; stretches in which all are clear, or all are set, take no memory of their own. It knows no I/O.
 */
import type { Bytes } from '../../sim/units.js';

/** Blocks in a page: what is kept, or not, together. Small, as the pieces that a guest writes lie far apart. */
const pageBlocks = 512;
const pageWords = pageBlocks / 32;
/** Pages that are given memory at once. */
const slabPages = 4096;
const allSet = 0xffffffff;
/** In place of a page's number. */
const CLEAR = -1;
const FULL = -2;

export class BlockBitmap {
  /** How many blocks have bits. */
  readonly blocks: number;
  /** By page: where its bits are kept, or CLEAR or FULL. */
  private readonly pages: Int32Array;
  private slabs: Uint32Array[] = [];
  /** Bits that are set, by kept page. */
  private counts: Uint16Array[] = [];
  private kept = 0;
  private readonly free: number[] = [];

  /** @param trackedBytes how much of the disk has bits; what lies behind counts as set */
  constructor(
    readonly blockBytes: Bytes,
    readonly trackedBytes: Bytes,
  ) {
    this.blocks = Math.ceil(trackedBytes / blockBytes);
    this.pages = new Int32Array(Math.ceil(this.blocks / pageBlocks)).fill(CLEAR);
  }

  /** Size of the bits, in whole bytes. */
  get bytes(): Bytes {
    return Math.ceil(this.blocks / 8);
  }

  has(block: number): boolean {
    if (block >= this.blocks) return true;
    const page = this.pages[Math.floor(block / pageBlocks)]!;
    return page < 0 ? page === FULL : (this.wordsOf(page)[wordAt(page, block)]! & (1 << (block & 31))) !== 0;
  }

  set(block: number): void {
    if (block >= this.blocks) return;
    const at = Math.floor(block / pageBlocks);
    if (this.pages[at] === FULL) return;
    if (this.pages[at] === CLEAR) this.pages[at] = this.keep();
    const page = this.pages[at]!;
    const words = this.wordsOf(page);
    const word = wordAt(page, block);
    const bit = 1 << (block & 31);
    if ((words[word]! & bit) !== 0) return;
    words[word]! |= bit;
    const counts = this.counts[Math.floor(page / slabPages)]!;
    counts[page % slabPages]! += 1;
    if (counts[page % slabPages] === pageBlocks) this.setPage(at);
  }

  clear(): void {
    this.forget(CLEAR);
  }

  /** Sets every block. */
  fill(): void {
    this.forget(FULL);
  }

  /** Takes the bits of another bitmap of the same size over. */
  assign(other: BlockBitmap): void {
    this.pages.set(other.pages);
    this.slabs = other.slabs.map((slab) => slab.slice());
    this.counts = other.counts.map((counts) => counts.slice());
    this.kept = other.kept;
    this.free.length = 0;
    for (const page of other.free) this.free.push(page);
  }

  /** Sets the blocks that a range touches. */
  setRange(offset: Bytes, bytes: Bytes): void {
    const end = Math.min(this.blockAt(offset + bytes - 1) + 1, this.blocks);
    for (let block = this.blockAt(offset); block < end;) {
      if (block % pageBlocks === 0 && end - block >= pageBlocks) {
        this.setPage(block / pageBlocks);
        block += pageBlocks;
      } else this.set(block++);
    }
  }

  blockAt(offset: Bytes): number {
    return Math.floor(offset / this.blockBytes);
  }

  /** The first clear block that a range touches, or -1. */
  firstClear(offset: Bytes, bytes: Bytes): number {
    const end = Math.min(this.blockAt(offset + bytes - 1) + 1, this.blocks);
    const block = this.nextThatIs(false, this.blockAt(offset), end);
    return block < end ? block : -1;
  }

  /** The last clear block that a range touches, or -1. */
  lastClear(offset: Bytes, bytes: Bytes): number {
    const first = this.blockAt(offset);
    for (let block = Math.min(this.blockAt(offset + bytes - 1), this.blocks - 1); block >= first;) {
      if (!this.has(block)) return block;
      const page = Math.floor(block / pageBlocks);
      block = this.pages[page] === FULL ? page * pageBlocks - 1 : block - 1;
    }
    return -1;
  }

  /** How far from `offset` on, at most `bytes`, the blocks are as the first one. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    const first = this.blockAt(offset);
    const state = this.has(first);
    const end = this.blockAt(offset + bytes - 1) + 1;
    let block = this.nextThatIs(!state, first + 1, Math.min(end, this.blocks));
    if (block >= this.blocks && state) block = end;
    return Math.min(bytes, block * this.blockBytes - offset);
  }

  /** The first block from `from` on, before `end`, whose bit is `state`; `end` or more where there is none. */
  private nextThatIs(state: boolean, from: number, end: number): number {
    const unlike = state ? CLEAR : FULL;
    for (let block = from; block < end;) {
      const at = Math.floor(block / pageBlocks);
      const page = this.pages[at]!;
      if (page === unlike) {
        block = (at + 1) * pageBlocks;
        continue;
      }
      if (page < 0) return block;
      const word = this.wordsOf(page)[wordAt(page, block)]!;
      if ((block & 31) === 0 && word === (state ? 0 : allSet)) {
        block += 32;
        continue;
      }
      if (((word & (1 << (block & 31))) !== 0) === state) return block;
      block += 1;
    }
    return end;
  }

  private setPage(at: number): void {
    const page = this.pages[at]!;
    if (page >= 0) this.free.push(page);
    this.pages[at] = FULL;
  }

  private forget(state: typeof CLEAR | typeof FULL): void {
    this.pages.fill(state);
    this.slabs = [];
    this.counts = [];
    this.kept = 0;
    this.free.length = 0;
  }

  /** A page in memory, all clear. */
  private keep(): number {
    const page = this.free.pop() ?? this.kept++;
    const slab = Math.floor(page / slabPages);
    if (slab === this.slabs.length) {
      this.slabs.push(new Uint32Array(slabPages * pageWords));
      this.counts.push(new Uint16Array(slabPages));
    }
    const start = (page % slabPages) * pageWords;
    this.slabs[slab]!.fill(0, start, start + pageWords);
    this.counts[slab]![page % slabPages] = 0;
    return page;
  }

  private wordsOf(page: number): Uint32Array {
    return this.slabs[Math.floor(page / slabPages)]!;
  }
}

/** Place of a block's bit among the words of the slab that keeps its page. */
const wordAt = (page: number, block: number): number => (page % slabPages) * pageWords + (Math.floor(block / 32) % pageWords);
