/** Which pieces of a disk are still to be copied: all at first, those that were written since, or those that nobody has brought yet. It copies nothing. */
import type { Bytes } from '../../sim/units.js';

export class ChunkSet {
  readonly chunks: number;
  count = 0;
  private readonly isIn: Uint8Array;

  constructor(
    readonly diskBytes: Bytes,
    readonly chunkBytes: Bytes,
  ) {
    this.chunks = Math.ceil(diskBytes / chunkBytes);
    this.isIn = new Uint8Array(this.chunks);
  }

  addAll(): this {
    this.isIn.fill(1);
    this.count = this.chunks;
    return this;
  }

  /** The pieces that a write of this range touches. */
  add(offset: Bytes, bytes: Bytes): void {
    for (let chunk = Math.floor(offset / this.chunkBytes); chunk * this.chunkBytes < offset + bytes; chunk++) {
      this.count += 1 - this.isIn[chunk]!;
      this.isIn[chunk] = 1;
    }
  }

  /** Answers whether the piece was in. */
  remove(chunk: number): boolean {
    const was = this.isIn[chunk] === 1;
    if (was) this.count -= 1;
    this.isIn[chunk] = 0;
    return was;
  }

  /** The first piece from `chunk` on, or -1. */
  next(chunk: number): number {
    return this.isIn.indexOf(1, chunk);
  }

  bytesOf(chunk: number): Bytes {
    return Math.min(this.chunkBytes, this.diskBytes - chunk * this.chunkBytes);
  }
}
