/**
 * Places of one size in a file, each with a count of who refers to it: what snapshots without chains share. A place that nobody refers to
 * may be taken again, when its owner says so. It knows neither the disk nor requests.
 */
import type { Bytes } from '../../sim/units.js';
import { Content, type Plan } from '../io/plan.js';

/** Of a hole. */
const noPlace = -1;

export class SharedPlaces {
  /** Places that somebody refers to. */
  inUse = 0;
  private offsets = new Float64Array(64);
  private references = new Int32Array(64);
  private made = 0;
  private readonly free: number[] = [];

  /** @param extend makes the file longer by a place and answers where it begins */
  constructor(private readonly extend: () => Bytes) {}

  /** Takes a place, with one reference. Answers its number. */
  take(): number {
    const place = this.free.pop() ?? this.make();
    this.references[place] = 1;
    this.inUse += 1;
    return place;
  }

  offsetOf(place: number): Bytes {
    return this.offsets[place]!;
  }

  isShared(place: number): boolean {
    return this.references[place]! > 1;
  }

  refer(place: number): void {
    this.references[place]! += 1;
  }

  /** Takes a reference away. Answers whether it was the last. */
  unrefer(place: number): boolean {
    this.references[place]! -= 1;
    if (this.references[place] !== 0) return false;
    this.inUse -= 1;
    return true;
  }

  /** A place that nobody refers to can be taken again. */
  recycle(place: number): void {
    this.free.push(place);
  }

  /** Says that a write of a whole new place holds, around `bytes` bytes from its byte `head` on, what stands at the old place; zeros of a hole. */
  holdsRest(plan: Plan, entry: number, old: number, head: Bytes, bytes: Bytes, placeBytes: Bytes): void {
    this.holdsOld(plan, entry, old, 0, head);
    this.holdsOld(plan, entry, old, head + bytes, placeBytes - head - bytes);
  }

  private holdsOld(plan: Plan, entry: number, old: number, from: Bytes, bytes: Bytes): void {
    if (bytes === 0) return;
    if (old === noPlace) plan.holds(entry, from, bytes, Content.ZEROS, 0);
    else plan.holds(entry, from, bytes, Content.COPY, this.offsetOf(old) + from);
  }

  private make(): number {
    if (this.made === this.offsets.length) this.grow();
    this.offsets[this.made] = this.extend();
    return this.made++;
  }

  private grow(): void {
    const offsets = new Float64Array(this.made * 2);
    const references = new Int32Array(this.made * 2);
    offsets.set(this.offsets);
    references.set(this.references);
    this.offsets = offsets;
    this.references = references;
  }
}
