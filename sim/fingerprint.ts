/**
 * 32 bits that tell whether two runs were the same run. One number per ingredient, so that where two runs differ
 * one sees what moved: the times, the kinds of events, or the random draws.
 */
import { mix32 } from './random.js';

export class Fingerprint {
  private times = 0;
  private kinds = 0;
  private draws = 0;

  /** An event of this kind happened at this time. */
  event(kind: number, time: number): void {
    this.times = mix32(this.times ^ ((time % 4294967296) | 0) ^ Math.floor(time / 4294967296));
    this.kinds = mix32(this.kinds ^ kind);
  }

  draw(value: number): void {
    this.draws = mix32(this.draws ^ ((value * 4294967296) | 0));
  }

  /** Eight hex digits each of times, kinds and draws. */
  toString(): string {
    return [this.times, this.kinds, this.draws].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('-');
  }
}
