/** What a write to a copy-on-write image with a bitmap has to bring along: the rest of its first and last block. It knows no image. */
import type { Bytes } from '../../../sim/units.js';
import { Content, type Plan } from '../../io/plan.js';
import { holdsListed, type ExtentList } from '../backing.js';
import type { BlockBitmap } from '../block-bitmap.js';

export class WriteRange {
  /** What is written: the request, and the rest of its ends where those come from below. */
  start: Bytes = 0;
  end: Bytes = 0;
  needsHead = false;
  needsTail = false;
  /** Whether the write sets bits. */
  setsBits = false;

  /**
   * Works out the range of a write of `bytes` at `offset`, on a disk of `diskBytes`, over a backing image of `backingBytes`.
   * `durable` is the bitmap as it stands on disk, `present` says which blocks have their content in the image.
   */
  assign(durable: BlockBitmap, present: BlockBitmap, offset: Bytes, bytes: Bytes, diskBytes: Bytes, backingBytes: Bytes): void {
    const { blockBytes } = durable;
    const end = offset + bytes;
    const first = durable.blockAt(offset);
    const last = durable.blockAt(end - 1);
    const firstStart = first * blockBytes;
    const lastEnd = Math.min((last + 1) * blockBytes, diskBytes);
    this.setsBits = durable.firstClear(offset, bytes) !== -1;
    this.needsHead = firstStart < offset && firstStart < backingBytes && !present.has(first);
    this.needsTail = end < lastEnd && last * blockBytes < backingBytes && !present.has(last);
    this.start = this.needsHead ? firstStart : offset;
    this.end = this.needsTail ? lastEnd : end;
  }
}

/**
 * Says what a write of `bytes` from guest offset `at` on holds: a request's data from `guestStart` to `guestEnd`, before and behind it what
 * lies below, as `below` lists it.
 */
export function holdsMerged(
  plan: Plan,
  entry: number,
  at: Bytes,
  bytes: Bytes,
  guestStart: Bytes,
  guestEnd: Bytes,
  below: ExtentList,
): void {
  const low = Math.min(Math.max(at, guestStart), at + bytes);
  const high = Math.max(Math.min(at + bytes, guestEnd), low);
  holdsListed(plan, entry, 0, low - at, below, at);
  if (high > low) plan.holds(entry, low - at, high - low, Content.GUEST, low);
  holdsListed(plan, entry, high - at, at + bytes - high, below, high);
}
