/** What is prefetched, and in which order: the ranges of an offline profile, then, where asked for, the whole image in ascending order. It knows no I/O. */
import type { Bytes } from '../../../sim/units.js';
import type { BlockBitmap } from '../block-bitmap.js';

/** Part of a disk that a typical use of an image reads. */
export interface ProfileRange {
  readonly offset: Bytes;
  readonly bytes: Bytes;
}

export class PrefetchOrder {
  /** The range found last. */
  start: Bytes = 0;
  bytes: Bytes = 0;
  private readonly most: Bytes;
  private entry = 0;
  private at: Bytes = 0;

  /**
   * @param present blocks that are in the image
   * @param limit end of what lies below
   * @param chunkBytes the most that a range takes, or a block if that is more
   */
  constructor(
    private readonly present: BlockBitmap,
    private readonly limit: Bytes,
    chunkBytes: Bytes,
    private readonly profile: readonly ProfileRange[],
    readonly takesWholeImage: boolean,
  ) {
    this.most = Math.max(chunkBytes, present.blockBytes);
    this.rewind();
  }

  rewind(): void {
    this.entry = 0;
    this.at = this.profile[0]?.offset ?? 0;
  }

  /** Finds the next range that is not in the image; false where the order has come to its end. */
  find(): boolean {
    while (this.entry < this.profile.length) {
      const { offset, bytes } = this.profile[this.entry]!;
      if (this.findBefore(Math.min(offset + bytes, this.limit))) return true;
      this.nextEntry();
    }
    return this.takesWholeImage && this.findBefore(this.limit);
  }

  /** Goes on behind the range found last. */
  advance(): void {
    this.at = this.start + this.bytes;
  }

  private nextEntry(): void {
    this.at = this.profile[this.entry + 1]?.offset ?? 0;
    this.entry += 1;
  }

  private findBefore(end: Bytes): boolean {
    if (this.at >= end) return false;
    const block = this.present.firstClear(this.at, end - this.at);
    this.start = block === -1 ? end : block * this.present.blockBytes;
    this.at = Math.max(this.at, this.start);
    if (block === -1) return false;
    const { blockBytes } = this.present;
    const wholeEnd = Math.min(Math.ceil(end / blockBytes) * blockBytes, this.limit);
    this.bytes = this.present.run(this.start, Math.min(this.most, wholeEnd - this.start));
    return true;
  }
}
