/**
 * When what was freed may be taken again: after the transaction group that freed it is on disk, and after all requests that were in flight
 * then have ended, as they may still read it. Requests are counted by generation; two generations are enough. It knows no I/O.
 */
import type { RequestId } from '../../io/image-format.js';
import type { SharedPlaces } from '../shared-places.js';

export class Grace {
  private open: number[] = [];
  private committing: number[] = [];
  private committed: number[] = [];
  private aged: number[] = [];

  constructor(private readonly places: SharedPlaces) {}

  /** Takes a reference away in the open group. */
  unrefer(place: number): void {
    if (this.places.unrefer(place)) this.open.push(place);
  }

  beginCommit(): void {
    this.committing = this.open;
    this.open = [];
  }

  /** The group is on disk; `isNewGeneration` says whether requests of the last generation but one have ended. */
  endCommit(isNewGeneration: boolean): void {
    for (const place of this.committing) this.committed.push(place);
    this.committing = [];
    if (!isNewGeneration) return;
    for (const place of this.aged) this.places.recycle(place);
    this.aged = this.committed;
    this.committed = [];
  }
}

/** Counts requests in flight by the generation in which they began. */
export class Generations {
  private current = 0;
  private readonly inFlight = [0, 0];
  private readonly of: Uint8Array;

  constructor(slots: number) {
    this.of = new Uint8Array(slots);
  }

  enter(r: RequestId): void {
    this.of[r] = this.current;
    this.inFlight[this.current]! += 1;
  }

  leave(r: RequestId): void {
    this.inFlight[this.of[r]!]! -= 1;
  }

  /** Begins a new generation if no request of the one before is in flight. Answers whether it did. */
  next(): boolean {
    if (this.inFlight[1 - this.current]! > 0) return false;
    this.current = 1 - this.current;
    return true;
  }
}
