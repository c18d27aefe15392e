/**
 * A few bits that tell whether two runs were the same run. One number for each ingredient, so that where two runs differ one sees
 * what moved: when things happened, what they were, or where (which is what random draws decide).
 */
import { mix32 } from './random.js';

const TWO_32 = 4294967296;

export class Fingerprint {
  private times = 0;
  private kinds = 0;
  private places = 0;

  /** Something of this kind happened at this place and time. */
  event(kind: number, place: number, time: number): void {
    this.times = mix32(this.times ^ time ^ (time / TWO_32));
    this.kinds = mix32(this.kinds ^ kind);
    this.places = mix32(this.places ^ place ^ (place / TWO_32));
  }

  /** Eight hex digits each of times, kinds and places. */
  toString(): string {
    return [this.times, this.kinds, this.places].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('-');
  }
}
