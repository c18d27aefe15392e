/**
 * Sectors that stand in the drive's buffer and not yet on the media: disjoint runs in ascending order. It knows no time.
 *
 * Writes that overlap or touch join into one run, so that a sector which is written twice goes to the media once.
 */
import type { Sectors } from '../../../sim/units.js';

export class WriteCache {
  /** Sectors in all runs. */
  sectors: Sectors;
  /** The run that `take` took out last. */
  takenStart: Sectors;
  takenEnd: Sectors;
  private runs = 0;
  private starts = new Float64Array(64);
  private ends = new Float64Array(64);

  constructor() {
    this.sectors = this.takenStart = this.takenEnd = 0.5;
    this.sectors = this.takenStart = this.takenEnd = 0;
  }

  /** Takes in [start, end). */
  add(start: Sectors, end: Sectors): void {
    const from = this.firstEndingFrom(start);
    let to = from;
    let low = start;
    let high = end;
    while (to < this.runs && this.starts[to]! <= end) {
      low = Math.min(low, this.starts[to]!);
      high = Math.max(high, this.ends[to]!);
      this.sectors -= this.ends[to]! - this.starts[to]!;
      to += 1;
    }
    this.makeRoom(from, to);
    this.starts[from] = low;
    this.ends[from] = high;
    this.sectors += high - low;
  }

  /** Whether every sector of [start, end) stands here. */
  covers(start: Sectors, end: Sectors): boolean {
    const run = this.firstEndingFrom(start + 1);
    return run < this.runs && this.starts[run]! <= start && end <= this.ends[run]!;
  }

  /** Sectors of [start, end) that stand here. */
  overlap(start: Sectors, end: Sectors): Sectors {
    let shared = 0;
    for (let run = this.firstEndingFrom(start + 1); run < this.runs && this.starts[run]! < end; run++) {
      shared += Math.min(end, this.ends[run]!) - Math.max(start, this.starts[run]!);
    }
    return shared;
  }

  /** Takes out the next run at or behind `position`, or else the first one, at most `most` sectors of it. There is one: `sectors` is not 0. */
  take(position: Sectors, most: Sectors): void {
    let run = this.firstEndingFrom(position + 1);
    if (run === this.runs) run = 0;
    const start = this.starts[run]!;
    const end = Math.min(this.ends[run]!, start + most);
    this.takenStart = start;
    this.takenEnd = end;
    this.sectors -= end - start;
    if (end < this.ends[run]!) this.starts[run] = end;
    else this.makeRoom(run, run + 1, 0);
  }

  /** The first run that ends at `sector` or behind it; the number of runs where there is none. */
  private firstEndingFrom(sector: Sectors): number {
    let low = 0;
    let high = this.runs;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle]! < sector) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts `rooms` open places where the runs `from` .. `to` - 1 were. */
  private makeRoom(from: number, to: number, rooms = 1): void {
    if (this.runs === this.starts.length) this.grow();
    this.starts.copyWithin(from + rooms, to, this.runs);
    this.ends.copyWithin(from + rooms, to, this.runs);
    this.runs += rooms - (to - from);
  }

  private grow(): void {
    const starts = new Float64Array(this.starts.length * 2);
    const ends = new Float64Array(this.ends.length * 2);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }
}
