/** The mean of a level over time (a queue's length, a device's state), and the area under it. */
import type { Nanoseconds } from '../units.js';

export class TimeWeightedMean {
  private level: number;
  private since: Nanoseconds;
  private integral: number;

  constructor(private readonly start: Nanoseconds = 0) {
    this.level = 0.5;
    this.level = 0;
    this.since = 0.5;
    this.since = start;
    this.integral = 0.5;
    this.integral = 0;
  }

  /** The level is `level` from `now` on. */
  set(level: number, now: Nanoseconds): void {
    this.integral += this.level * (now - this.since);
    this.since = now;
    this.level = level;
  }

  get current(): number {
    return this.level;
  }

  /** Level x nanoseconds from the start until `now`. */
  area(now: Nanoseconds): number {
    return this.integral + this.level * (now - this.since);
  }

  /** The mean level from the start until `now`; 0 for an empty span. */
  mean(now: Nanoseconds): number {
    return now > this.start ? this.area(now) / (now - this.start) : 0;
  }
}
