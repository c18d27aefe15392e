/**
 * Allocations whose L2 entries are not written yet, and the requests that wait for them. A new allocation that meets one of them
 * stops before it, or waits. It knows neither tables nor I/O.
 * Source: QEMU 0.12.5; recorded orders of concurrent allocating writes.
 */
import type { Bytes } from '../../../sim/units.js';
import type { RequestId } from '../../io/image-format.js';
import type { RequestQueue } from '../../io/request-queue.js';

const none = -1;

export class InFlight {
  /** Request to wait for after `clustersFree` has answered 0. */
  obstacle: RequestId = none;
  /** The newest allocation, and by request the next older one. */
  private newest = none;
  private readonly older: Int32Array;
  private readonly start: Float64Array;
  private readonly end: Float64Array;
  /** By request: the last one that began to wait for it; by waiting request: the one before. */
  private readonly lastWaiter: Int32Array;
  private readonly earlierWaiter: Int32Array;
  private readonly isParked: Uint8Array;

  constructor(
    slots: number,
    private readonly clusterBytes: Bytes,
  ) {
    this.older = new Int32Array(slots).fill(none);
    this.start = new Float64Array(slots);
    this.end = new Float64Array(slots);
    this.lastWaiter = new Int32Array(slots).fill(none);
    this.earlierWaiter = new Int32Array(slots).fill(none);
    this.isParked = new Uint8Array(slots);
  }

  get isEmpty(): boolean {
    return this.newest === none;
  }

  /**
   * How many of `clusters` clusters an allocation that begins at guest offset `start` (anywhere in its first cluster) may take:
   * one that touches an allocation in flight from before stops where that begins; one that begins in it, or right at its end, waits.
   */
  clustersFree(start: Bytes, clusters: number): number {
    let free = clusters;
    for (let r = this.newest; r !== none; r = this.older[r]!) {
      const isApart = start + free * this.clusterBytes < this.start[r]! || start > this.end[r]!;
      if (isApart) continue;
      free = start < this.start[r]! ? Math.floor((this.start[r]! - start) / this.clusterBytes) : 0;
      if (free === 0) {
        this.obstacle = r;
        return 0;
      }
    }
    return free;
  }

  /**
   * How many of `bytes` bytes from `start` on a later release may take: requests side by side do not hinder one another. One that
   * meets a cluster in flight stops before it, or waits.
   */
  bytesFree(start: Bytes, bytes: Bytes): Bytes {
    const first = start - (start % this.clusterBytes);
    let end = start + bytes;
    for (let r = this.newest; r !== none; r = this.older[r]!) {
      if (end <= this.start[r]! || first >= this.end[r]!) continue;
      if (first >= this.start[r]!) {
        this.obstacle = r;
        return 0;
      }
      end = this.start[r]!;
    }
    return end - start;
  }

  add(r: RequestId, start: Bytes, clusters: number): void {
    this.start[r] = start;
    this.end[r] = start + clusters * this.clusterBytes;
    this.older[r] = this.newest;
    this.newest = r;
  }

  /** An allocation in flight reaches up to `end` now. */
  extend(r: RequestId, end: Bytes): void {
    this.end[r] = end;
  }

  remove(r: RequestId): void {
    if (this.newest === r) {
      this.newest = this.older[r]!;
      return;
    }
    let at = this.newest;
    while (this.older[at] !== r) at = this.older[at]!;
    this.older[at] = this.older[r]!;
  }

  /** Has `r` wait for `obstacle`; it is parked once it has no I/O of its own left. */
  wait(r: RequestId, obstacle: RequestId): void {
    this.earlierWaiter[r] = this.lastWaiter[obstacle]!;
    this.lastWaiter[obstacle] = r;
    this.isParked[r] = 0;
  }

  park(r: RequestId): void {
    this.isParked[r] = 1;
  }

  hasWaiters(r: RequestId): boolean {
    return this.lastWaiter[r] !== none;
  }

  /** Sets those free that waited for `r`, the last one first; `isFree` is marked for each, `released` takes those that are parked. */
  release(r: RequestId, released: RequestQueue, isFree: Uint8Array): void {
    for (let q = this.lastWaiter[r]!; q !== none; q = this.earlierWaiter[q]!) {
      isFree[q] = 1;
      if (this.isParked[q] === 1) released.push(q);
    }
    this.lastWaiter[r] = none;
  }
}
