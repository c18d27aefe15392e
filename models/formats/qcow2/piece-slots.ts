/**
 * Slots of a cache: which of them holds the piece at a place of the file, and which was used least recently. A hash table and a list in
 * columns; no step is longer for a larger cache. It knows nothing of what pieces hold.
 */
import type { Bytes } from '../../../sim/units.js';

const none = -1;

export class PieceSlots {
  private readonly places: Float64Array;
  /** The list from the least to the most recently used slot, in a ring through the entry behind the last slot. */
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  /** Hash chains: the first slot of each, and the one after a slot. */
  private readonly first: Int32Array;
  private readonly following: Int32Array;
  private readonly mask: number;

  constructor(
    private readonly capacity: number,
    private readonly pieceBytes: Bytes,
  ) {
    const chains = 2 ** Math.ceil(Math.log2(capacity + 1));
    this.mask = chains - 1;
    this.places = new Float64Array(capacity);
    this.next = new Int32Array(capacity + 1);
    this.previous = new Int32Array(capacity + 1);
    this.first = new Int32Array(chains);
    this.following = new Int32Array(capacity);
    this.empty();
  }

  get oldest(): number {
    return this.next[this.capacity]!;
  }

  /** The slot that holds the piece at `place`, or -1. */
  find(place: Bytes): number {
    let slot = this.first[this.chainOf(place)]!;
    while (slot !== none && this.places[slot] !== place) slot = this.following[slot]!;
    return slot;
  }

  placeOf(slot: number): Bytes {
    return this.places[slot]!;
  }

  /** Has a slot hold the piece at `place`, in place of what it held. */
  put(slot: number, place: Bytes): void {
    this.unhash(slot);
    const chain = this.chainOf(place);
    this.places[slot] = place;
    this.following[slot] = this.first[chain]!;
    this.first[chain] = slot;
  }

  touch(slot: number): void {
    this.unlink(slot);
    this.linkBefore(slot, this.capacity);
  }

  /** Has a slot hold nothing; it is the first to be taken again. */
  clear(slot: number): void {
    this.unhash(slot);
    this.unlink(slot);
    this.linkBefore(slot, this.oldest);
  }

  empty(): void {
    const { capacity } = this;
    this.places.fill(0);
    this.first.fill(none);
    for (let slot = 0; slot <= capacity; slot++) {
      this.next[slot] = slot === capacity ? 0 : slot + 1;
      this.previous[slot] = slot === 0 ? capacity : slot - 1;
    }
  }

  private chainOf(place: Bytes): number {
    return Math.floor(place / this.pieceBytes) & this.mask;
  }

  private unhash(slot: number): void {
    if (this.places[slot] === 0) return;
    const chain = this.chainOf(this.places[slot]!);
    let at = this.first[chain]!;
    if (at === slot) {
      this.first[chain] = this.following[slot]!;
    } else {
      while (this.following[at] !== slot) at = this.following[at]!;
      this.following[at] = this.following[slot]!;
    }
    this.places[slot] = 0;
  }

  private unlink(slot: number): void {
    this.next[this.previous[slot]!] = this.next[slot]!;
    this.previous[this.next[slot]!] = this.previous[slot]!;
  }

  private linkBefore(slot: number, other: number): void {
    const before = this.previous[other]!;
    this.next[before] = slot;
    this.previous[slot] = before;
    this.next[slot] = other;
    this.previous[other] = slot;
  }
}
