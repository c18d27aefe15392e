/**
 * What happened when, for a person to look at: slices on lanes, in columns, bounded in number.
 * Models write to it where it is switched on; `results/` turns it into Chrome trace-event JSON.
 */
import type { Nanoseconds } from './units.js';

/** What of a run is kept. */
export interface TimelineBounds {
  /** The most slices that are kept. */
  readonly limit?: number;
  /** Only slices that are within this time at least in part, if only for an instant. */
  readonly from?: Nanoseconds;
  readonly to?: Nanoseconds;
}

/** A bound on what a person can look at, and a viewer can load. */
export const usualLimit = 1_000_000;

export class Timeline {
  readonly lanes: string[] = [];
  readonly names: string[] = [];
  size = 0;
  /** Slices that came after the limit was reached. */
  dropped = 0;
  /** Slices before and after the window. */
  before = 0;
  after = 0;
  readonly limit: number;
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  readonly lane: Int32Array;
  readonly name: Int32Array;
  readonly start: Float64Array;
  readonly duration: Float64Array;

  constructor({ limit = usualLimit, from = 0, to = Infinity }: TimelineBounds = {}) {
    this.limit = limit;
    this.from = from;
    this.to = to;
    this.lane = new Int32Array(limit);
    this.name = new Int32Array(limit);
    this.start = new Float64Array(limit);
    this.duration = new Float64Array(limit);
  }

  /** Declares a lane (vCPU, lock, disk, ...); answers its number. Slices of one lane may overlap: they are drawn as asynchronous. */
  addLane(name: string): number {
    return this.lanes.push(name) - 1;
  }

  /** Declares a kind of slice; answers its number. */
  addName(name: string): number {
    return this.names.push(name) - 1;
  }

  slice(lane: number, name: number, start: Nanoseconds, end: Nanoseconds): void {
    if (end < this.from) {
      this.before += 1;
      return;
    }
    if (start > this.to) {
      this.after += 1;
      return;
    }
    if (this.size >= this.limit) {
      this.dropped += 1;
      return;
    }
    const i = this.size++;
    this.lane[i] = lane;
    this.name[i] = name;
    this.start[i] = start;
    this.duration[i] = end - start;
  }
}
