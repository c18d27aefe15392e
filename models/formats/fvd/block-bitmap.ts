/** One bit a block of a copy-on-write image: set where the block's content is in the image itself. It knows no I/O. */
import type { Bytes } from '../../../sim/units.js';

export class BlockBitmap {
  private readonly words: Uint32Array;

  /** @param trackedBytes how much of the disk has bits; what lies behind counts as set */
  constructor(
    readonly blockBytes: Bytes,
    readonly trackedBytes: Bytes,
  ) {
    this.words = new Uint32Array(Math.ceil(this.blocks / 32));
  }

  get blocks(): number {
    return Math.ceil(this.trackedBytes / this.blockBytes);
  }

  /** Size of the bits, in whole bytes. */
  get bytes(): Bytes {
    return Math.ceil(this.blocks / 8);
  }

  has(block: number): boolean {
    return block >= this.blocks || (this.words[block >>> 5]! & (1 << (block & 31))) !== 0;
  }

  set(block: number): void {
    if (block < this.blocks) this.words[block >>> 5]! |= 1 << (block & 31);
  }

  clear(): void {
    this.words.fill(0);
  }

  /** Sets every block. */
  fill(): void {
    this.words.fill(0xffffffff);
  }

  /** Takes the bits of another bitmap of the same size over. */
  assign(other: BlockBitmap): void {
    this.words.set(other.words);
  }

  /** Sets the blocks that a range touches. */
  setRange(offset: Bytes, bytes: Bytes): void {
    const last = this.blockAt(offset + bytes - 1);
    for (let block = this.blockAt(offset); block <= last; block++) this.set(block);
  }

  blockAt(offset: Bytes): number {
    return Math.floor(offset / this.blockBytes);
  }

  /** The first clear block that a range touches, or -1. */
  firstClear(offset: Bytes, bytes: Bytes): number {
    const last = Math.min(this.blockAt(offset + bytes - 1), this.blocks - 1);
    for (let block = this.blockAt(offset); block <= last; block++) if (!this.has(block)) return block;
    return -1;
  }

  /** The last clear block that a range touches, or -1. */
  lastClear(offset: Bytes, bytes: Bytes): number {
    const first = this.blockAt(offset);
    for (let block = Math.min(this.blockAt(offset + bytes - 1), this.blocks - 1); block >= first; block--) {
      if (!this.has(block)) return block;
    }
    return -1;
  }

  /** How far from `offset` on, at most `bytes`, the blocks are as the first one. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    const first = this.blockAt(offset);
    const state = this.has(first);
    let block = first + 1;
    const end = offset + bytes;
    while (block * this.blockBytes < end && this.has(block) === state) {
      if (block >= this.blocks) return bytes;
      block += 1;
    }
    return Math.min(bytes, block * this.blockBytes - offset);
  }
}
