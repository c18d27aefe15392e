/** The drive's read segments: runs of sectors that can be sent without the media; the least recently used one is given up. It knows no time. */
import type { Sectors } from '../../../sim/units.js';

export const NO_SEGMENT = -1;

export class ReadBuffer {
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  private readonly used: Float64Array;
  private uses = 0;

  /** @param segmentSectors a run that grows longer loses its start */
  constructor(
    readonly segments: number,
    readonly segmentSectors: Sectors,
  ) {
    this.starts = new Float64Array(segments);
    this.ends = new Float64Array(segments);
    this.used = new Float64Array(segments);
  }

  /** The segment that holds `block`, or ends just before it; NO_SEGMENT where there is none. */
  find(block: Sectors): number {
    for (let s = 0; s < this.segments; s++) {
      if (this.starts[s]! <= block && block <= this.ends[s]! && this.starts[s]! < this.ends[s]!) return s;
    }
    return NO_SEGMENT;
  }

  endOf(segment: number): Sectors {
    return this.ends[segment]!;
  }

  /** The segment's run now reaches to `end`. */
  grow(segment: number, end: Sectors): void {
    this.ends[segment] = end;
    this.starts[segment] = Math.max(this.starts[segment]!, end - this.segmentSectors);
  }

  /** Marks a segment as the one used last. */
  touch(segment: number): void {
    this.used[segment] = ++this.uses;
  }

  /** Gives the least recently used segment to a new run; answers which one. */
  replace(start: Sectors, end: Sectors): number {
    let oldest = 0;
    for (let s = 1; s < this.segments; s++) if (this.used[s]! < this.used[oldest]!) oldest = s;
    this.starts[oldest] = start;
    this.grow(oldest, end);
    this.touch(oldest);
    return oldest;
  }

  /** Forgets runs that share a sector with [start, end): it is written. */
  invalidate(start: Sectors, end: Sectors): void {
    for (let s = 0; s < this.segments; s++) {
      if (this.starts[s]! < end && start < this.ends[s]!) this.ends[s] = this.starts[s]!;
    }
  }
}
