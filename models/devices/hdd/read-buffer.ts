/** The drive's segments: runs of sectors that can be sent without the media; the least recently used one is given up. It knows no time. */
import type { Sectors } from '../../../sim/units.js';

export const NO_SEGMENT = -1;

export class ReadBuffer {
  /** An empty segment starts beyond every block. */
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  /** The order of use as a ring through one more element, which stands between the oldest and the newest. */
  private readonly older: Int32Array;
  private readonly newer: Int32Array;

  /** @param segmentSectors a run that grows longer loses its start */
  constructor(
    readonly segments: number,
    readonly segmentSectors: Sectors,
  ) {
    this.starts = new Float64Array(segments).fill(Infinity);
    this.ends = new Float64Array(segments).fill(-1);
    this.older = Int32Array.from({ length: segments + 1 }, (_, s) => (s === 0 ? segments : s - 1));
    this.newer = Int32Array.from({ length: segments + 1 }, (_, s) => (s === segments ? 0 : s + 1));
  }

  /** The segment that holds `block`, or ends just before it; NO_SEGMENT where there is none. */
  find(block: Sectors): number {
    const { starts, ends } = this;
    for (let s = 0; s < starts.length; s++) if (starts[s]! <= block && block <= ends[s]!) return s;
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
    const { older, newer, segments } = this;
    newer[older[segment]!] = newer[segment]!;
    older[newer[segment]!] = older[segment]!;
    const newest = older[segments]!;
    newer[newest] = segment;
    older[segment] = newest;
    newer[segment] = segments;
    older[segments] = segment;
  }

  /** Gives the least recently used segment to a new run; answers which one. */
  replace(start: Sectors, end: Sectors): number {
    const oldest = this.newer[this.segments]!;
    this.starts[oldest] = start;
    this.grow(oldest, end);
    this.touch(oldest);
    return oldest;
  }

  /** Forgets runs that share a sector with [start, end): it is written. */
  invalidate(start: Sectors, end: Sectors): void {
    const { starts, ends } = this;
    for (let s = 0; s < starts.length; s++) {
      if (starts[s]! < end && start < ends[s]!) {
        starts[s] = Infinity;
        ends[s] = -1;
      }
    }
  }
}
