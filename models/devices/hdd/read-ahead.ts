/**
 * A drive that reads on after a read: which sector it has reached at a time, and when it will have reached one. It knows no request.
 *
 * Nothing is scheduled: the head's way is walked track by track, as far as a question needs it. Questions come in the order of time.
 */
import type { Nanoseconds, Sectors } from '../../../sim/units.js';
import type { Mechanics } from './mechanics.js';

export class ReadAhead {
  /** Whether the arm is where the read-ahead left it: reading on, or at its limit. */
  isActive = false;
  /** Where reading on ends. */
  limit: Sectors;
  /** The piece of a track that is under the head: its first sector, its length, when it begins to pass and has passed. */
  private block: Sectors;
  private sectors = 0;
  private began: Nanoseconds;
  private ended: Nanoseconds;

  constructor(private readonly mechanics: Mechanics) {
    this.limit = this.block = this.began = this.ended = 0.5;
    this.limit = this.block = this.began = this.ended = 0;
  }

  /** The head has passed the sector before `block` at `time` and reads on to `limit`. */
  begin(time: Nanoseconds, block: Sectors, limit: Sectors): void {
    this.isActive = true;
    this.block = block;
    this.sectors = 0;
    this.began = this.ended = time;
    this.limit = Math.min(limit, this.mechanics.geometry.capacity);
  }

  /** Moves the limit further; where the head already rests at the old one, it goes on at `time`. */
  extend(limit: Sectors, time: Nanoseconds): void {
    const isResting = this.reached(time) >= this.limit;
    this.limit = Math.max(this.limit, Math.min(limit, this.mechanics.geometry.capacity));
    if (isResting && this.ended < time) {
      this.block += this.sectors;
      this.sectors = 0;
      this.began = this.ended = time;
    }
  }

  /** The first sector that has not been read at `time`. */
  reached(time: Nanoseconds): Sectors {
    while (this.ended <= time && this.block + this.sectors < this.limit) this.nextPiece();
    if (this.ended <= time) return this.block + this.sectors;
    if (time <= this.began) return this.block;
    return this.block + Math.floor((this.sectors * (time - this.began)) / (this.ended - this.began));
  }

  /** When all sectors before `block` have been read; `block` is at most the limit. */
  timeOf(block: Sectors): Nanoseconds {
    while (this.block + this.sectors < block) this.nextPiece();
    return this.began + ((this.ended - this.began) * (block - this.block)) / this.sectors;
  }

  /** The arm goes elsewhere. */
  stop(): void {
    this.isActive = false;
  }

  private nextPiece(): void {
    const { mechanics } = this;
    this.block += this.sectors;
    this.sectors = Math.min(mechanics.runFrom(this.block), this.limit - this.block);
    this.ended = mechanics.access(this.ended, this.block, this.sectors, false);
    this.began = mechanics.pieceBegan[0]!;
  }
}
