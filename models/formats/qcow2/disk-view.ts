/** What the disk holds of cached pieces of tables that have changed since: for looking at an image that is open. It knows not what tables say. */
import type { Bytes } from '../../../sim/units.js';
import type { TableCache } from './table-cache.js';

type Piece = Uint16Array | Uint32Array;

export class DiskView {
  /** Nothing is kept until somebody will look. */
  isKept = false;
  private readonly pieces = new Map<Bytes, { readonly now: Piece; readonly onDisk: Piece }>();

  constructor(private readonly cache: TableCache) {}

  /** The piece at `place` is about to change. */
  keep(place: Bytes, now: Piece): void {
    if (this.isKept && !this.cache.isDirtyAt(place)) this.pieces.set(place, { now, onDisk: now.slice() });
  }

  /** Has pieces that are not written yet hold what the disk holds; called again, what they held before. */
  exchange(): void {
    for (const [place, { now, onDisk }] of this.pieces) {
      if (!this.cache.isDirtyAt(place)) continue;
      const held = now.slice();
      now.set(onDisk);
      onDisk.set(held);
    }
  }
}
