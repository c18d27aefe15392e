/**
 * The unit in which the block layer of QEMU 7.2 moves bytes to and from a file: sectors where the host's cache is passed by, else bytes.
 * It knows what an unaligned write must read first, and neither files nor who waits for whom.
 */
import { sectorBytes, type Bytes } from '../../sim/units.js';
import type { CacheMode } from '../io/image-format.js';
import type { Plan } from '../io/plan.js';

/** Read on opening a file past the host's cache, to find out which alignment it wants. */
export const alignmentProbes: readonly Bytes[] = [512, 4096];

export class TransferUnit {
  private unit: Bytes = 1;

  open(cache: CacheMode): void {
    this.unit = cache === 'none' ? sectorBytes : 1;
  }

  /** Whether the host's cache is passed by. */
  get isDirect(): boolean {
    return this.unit > 1;
  }

  /** Least bytes that one transfer can change. */
  atLeast(bytes: Bytes): Bytes {
    return Math.max(bytes, this.unit);
  }

  down(offset: Bytes): Bytes {
    return offset - (offset % this.unit);
  }

  up(offset: Bytes): Bytes {
    return Math.ceil(offset / this.unit) * this.unit;
  }

  /** Calls `read` for the units at the ends that a write of this range does not cover: both at once where nothing lies between. */
  readEnds(plan: Plan, offset: Bytes, bytes: Bytes, read: (plan: Plan, offset: Bytes, bytes: Bytes) => void): void {
    const start = this.down(offset);
    const end = this.up(offset + bytes);
    const hasHead = start < offset;
    const hasTail = offset + bytes < end;
    if (hasHead && hasTail && end - start <= 2 * this.unit) {
      read(plan, start, end - start);
      return;
    }
    if (hasHead) read(plan, start, this.unit);
    if (hasTail) read(plan, end - this.unit, this.unit);
  }
}
