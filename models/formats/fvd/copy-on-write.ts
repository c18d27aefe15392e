/** What a write to a copy-on-write image with a bitmap has to bring along: the rest of its first and last block. Pure arithmetic. */
import type { Bytes } from '../../../sim/units.js';
import type { BlockBitmap } from './block-bitmap.js';

export class WriteRange {
  /** What is written: the request, and the rest of its ends where those come from below. */
  start: Bytes = 0;
  end: Bytes = 0;
  needsHead = false;
  needsTail = false;
  /** Whether the write sets bits. */
  setsBits = false;

  /** Works out the range of a write of `bytes` at `offset`, on a disk of `diskBytes`, over a backing image of `backingBytes`. */
  assign(bitmap: BlockBitmap, offset: Bytes, bytes: Bytes, diskBytes: Bytes, backingBytes: Bytes): void {
    const { blockBytes } = bitmap;
    const end = offset + bytes;
    const first = bitmap.blockAt(offset);
    const last = bitmap.blockAt(end - 1);
    const firstStart = first * blockBytes;
    const lastEnd = Math.min((last + 1) * blockBytes, diskBytes);
    this.setsBits = bitmap.firstClear(offset, bytes) !== -1;
    this.needsHead = firstStart < offset && firstStart < backingBytes && !bitmap.has(first);
    this.needsTail = end < lastEnd && last * blockBytes < backingBytes && !bitmap.has(last);
    this.start = this.needsHead ? firstStart : offset;
    this.end = this.needsTail ? lastEnd : end;
  }
}
