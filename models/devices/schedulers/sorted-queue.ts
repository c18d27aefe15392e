/**
 * Requests in the order of their first sector, those of one sector in the order of arrival. It knows no policy.
 *
 * The keys lie side by side in a typed array: found by bisection, moved by one block copy at each end. A queue of thousands costs
 * a microsecond; it grows when it must, and then never again.
 */
import type { HostIo } from '../../io/host-io.js';
import type { Sectors } from '../../../sim/units.js';

export class SortedQueue {
  size = 0;
  private keys = new Float64Array(64);
  /** Which slot holds the request of each key. */
  private slots = new Int32Array(64);
  private readonly requests: (HostIo | null)[] = new Array<HostIo | null>(64).fill(null);
  private readonly free: number[] = Array.from({ length: 64 }, (_, i) => i);

  add(io: HostIo): void {
    if (this.size === this.keys.length) this.grow();
    const at = this.firstAbove(io.sector);
    this.keys.copyWithin(at + 1, at, this.size);
    this.slots.copyWithin(at + 1, at, this.size);
    const slot = this.free.pop()!;
    this.keys[at] = io.sector;
    this.slots[at] = slot;
    this.requests[slot] = io;
    this.size += 1;
  }

  /** Takes out the request at a rank below `size`. */
  takeAt(rank: number): HostIo {
    const slot = this.slots[rank]!;
    const io = this.requests[slot]!;
    this.requests[slot] = null;
    this.free.push(slot);
    this.keys.copyWithin(rank, rank + 1, this.size);
    this.slots.copyWithin(rank, rank + 1, this.size);
    this.size -= 1;
    return io;
  }

  sectorAt(rank: number): Sectors {
    return this.keys[rank]!;
  }

  /** The rank of the request at the same sector as the one at `rank` that came first. */
  firstOfEquals(rank: number): number {
    return this.firstFrom(this.keys[rank]!);
  }

  /** The rank of the first request at or behind a sector; `size` where there is none. */
  firstFrom(sector: Sectors): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle]! < sector) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The rank of the first request behind a sector; `size` where there is none. */
  firstAbove(sector: Sectors): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle]! <= sector) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const length = this.keys.length * 2;
    const keys = new Float64Array(length);
    const slots = new Int32Array(length);
    keys.set(this.keys);
    slots.set(this.slots);
    this.keys = keys;
    this.slots = slots;
    for (let slot = length / 2; slot < length; slot++) {
      this.requests.push(null);
      this.free.push(slot);
    }
  }
}
