/** Whether a place on the disk is in a published FVD image or below, and how far that goes on. Asks bitmap and table; knows no I/O. */
import type { Bytes } from '../../../sim/units.js';
import type { BlockBitmap } from '../block-bitmap.js';
import type { ChunkTable } from './chunk-table.js';

export interface Part {
  readonly bytes: Bytes;
  readonly isTaken: boolean;
}

export class Placement {
  constructor(
    private readonly bitmap: BlockBitmap,
    private readonly chunks: ChunkTable,
    private readonly backingBytes: Bytes,
  ) {}

  /** Whether the content at `offset` is the backing image's. */
  isBelow(offset: Bytes): boolean {
    return offset < this.backingBytes && !this.bitmap.has(this.bitmap.blockAt(offset));
  }

  /** How far from `offset` on, at most `bytes`, all is here or all is below. */
  sideRun(offset: Bytes, bytes: Bytes): Bytes {
    return offset >= this.backingBytes ? bytes : this.bitmap.run(offset, Math.min(bytes, this.backingBytes - offset));
  }

  /** How far from `offset` on, at most `bytes`, content lies in one piece. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    const side = this.sideRun(offset, bytes);
    return this.isBelow(offset) ? side : this.chunks.run(offset, side);
  }

  /** The next part of a range, and whether a read of what is below takes it. */
  readonly partBelow = (offset: Bytes, bytes: Bytes): Part => ({ bytes: this.run(offset, bytes), isTaken: this.isBelow(offset) });

  /** The next part of a range, and whether a read of what is here takes it. */
  readonly partHere = (offset: Bytes, bytes: Bytes): Part => ({ bytes: this.run(offset, bytes), isTaken: !this.isBelow(offset) });
}
