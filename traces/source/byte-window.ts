/** A movable window over a source: readers look at contiguous bytes and ask for more; what they are done with is dropped. */
import { BadRecord } from './bad-record.js';
import type { ByteSource } from './byte-source.js';

const windowBytes = 1 << 20;

export class ByteWindow {
  readonly bytes = new Uint8Array(windowBytes);
  readonly view = new DataView(this.bytes.buffer);
  /** The bytes not yet used are those from `start` to before `end`. */
  start = 0;
  end = 0;
  private droppedBytes = 0;
  private isOver = false;

  constructor(readonly source: ByteSource) {}

  /** Reads on, so that there are more bytes from `start`; false where the source has no more. A full window is the caller's defect. */
  more(): boolean {
    if (this.isOver) return false;
    if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.droppedBytes += this.start;
      this.end -= this.start;
      this.start = 0;
    }
    if (this.end === windowBytes) throw new Error('a window that is full');
    const count = this.source.read(this.bytes, this.end);
    this.isOver = count === 0;
    this.end += count;
    return count > 0;
  }

  /** True where at least `count` bytes lie from `start`. */
  has(count: number): boolean {
    while (this.end - this.start < count) if (!this.more()) return false;
    return true;
  }

  get isFull(): boolean {
    return this.start === 0 && this.end === windowBytes;
  }

  /** The first bytes, at most `count`, without using them. */
  head(count: number): Uint8Array {
    this.has(count);
    return this.bytes.subarray(this.start, Math.min(this.end, this.start + count));
  }

  /** How many bytes of the (decompressed) source come before `start`. */
  get position(): number {
    return this.droppedBytes + this.start;
  }

  /** An error at a byte of the source. */
  error(position: number, found: string, expected: string): BadRecord {
    return new BadRecord(`${this.source.path}:byte ${position}`, found, expected);
  }

  close(): void {
    this.source.close();
  }
}
