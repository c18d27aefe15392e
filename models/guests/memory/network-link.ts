/** A guest's way to its clients: bytes in line at a fixed rate, and what has arrived by the second. It knows neither packets nor loss. */
import type { Timeline } from '../../../sim/timeline.js';
import { second, type Bytes, type Nanoseconds } from '../../../sim/units.js';

export class NetworkLink {
  /** By whole second of the run: bytes that have arrived. */
  private arrivals = new Float64Array(256);
  private busyUntil: Nanoseconds;
  private timeline: Timeline | null = null;
  private lane = 0;
  private sends = 0;
  delivered: Bytes;

  /**
   * @param rate bytes a second
   * @param window bytes that are on their way before a sender has to wait
   */
  constructor(
    private readonly rate: number,
    readonly window: Bytes,
  ) {
    this.busyUntil = this.delivered = 0.5;
    this.busyUntil = this.delivered = 0;
  }

  /** Records from now on when the link is busy. */
  record(timeline: Timeline): void {
    this.timeline = timeline;
    this.lane = timeline.addLane('network');
    this.sends = timeline.addName('sends');
  }

  /** Takes bytes in at `now`; answers how long the sender has to wait until the rest fits in the window. */
  send(now: Nanoseconds, bytes: Bytes): Nanoseconds {
    const start = Math.max(now, this.busyUntil);
    this.busyUntil = start + (bytes / this.rate) * second;
    this.delivered += bytes;
    this.timeline?.slice(this.lane, this.sends, Math.round(start), Math.round(this.busyUntil));
    this.note(start, bytes);
    return Math.max(0, this.busyUntil - now - (this.window / this.rate) * second);
  }

  /** Bytes that it took in and that are not through. */
  backlog(now: Nanoseconds): Bytes {
    return (Math.max(0, this.busyUntil - now) / second) * this.rate;
  }

  /** Bytes that arrived in each second, from 0. */
  bySecond(seconds: number): number[] {
    return Array.from({ length: seconds }, (_, i) => this.arrivals[i] ?? 0);
  }

  /** What is sent at once arrives over the seconds that it takes. */
  private note(start: Nanoseconds, bytes: Bytes): void {
    let from = start;
    let rest = bytes;
    while (rest > 0) {
      const index = Math.floor(from / second);
      const fits = Math.min(rest, (((index + 1) * second - from) / second) * this.rate);
      while (index >= this.arrivals.length) this.grow();
      this.arrivals[index]! += fits;
      rest = fits < rest ? rest - fits : 0;
      from = (index + 1) * second;
    }
  }

  private grow(): void {
    const grown = new Float64Array(this.arrivals.length * 2);
    grown.set(this.arrivals);
    this.arrivals = grown;
  }
}
