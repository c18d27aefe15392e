/** Finds the request that waits and ends, or begins, at a sector: by two hash tables over small numbers that stand for requests. It knows no time and no order. */
import type { Sectors } from '../../sim/units.js';
import type { Kind } from '../io/plan.js';

const NONE = -1;
const buckets = 1024;

const bucketOf = (sector: Sectors, kind: Kind): number => (Math.imul(sector % 0x7fffffff, 0x9e3779b1) >>> 22) ^ kind;

/** One of the two tables: slots by a sector and a kind. */
class SectorTable {
  private readonly heads = new Int32Array(buckets).fill(NONE);
  private next = new Int32Array(64);
  private sectors = new Float64Array(64);
  private kinds = new Uint8Array(64);

  add(slot: number, sector: Sectors, kind: Kind): void {
    if (slot >= this.next.length) this.grow(slot);
    const bucket = bucketOf(sector, kind);
    this.sectors[slot] = sector;
    this.kinds[slot] = kind;
    this.next[slot] = this.heads[bucket]!;
    this.heads[bucket] = slot;
  }

  remove(slot: number): void {
    const bucket = bucketOf(this.sectors[slot]!, this.kinds[slot]!);
    let at = this.heads[bucket]!;
    if (at === slot) this.heads[bucket] = this.next[slot]!;
    else {
      while (this.next[at] !== slot) at = this.next[at]!;
      this.next[at] = this.next[slot]!;
    }
  }

  find(sector: Sectors, kind: Kind): number {
    let slot = this.heads[bucketOf(sector, kind)]!;
    while (slot !== NONE && (this.sectors[slot] !== sector || this.kinds[slot] !== kind)) slot = this.next[slot]!;
    return slot;
  }

  private grow(slot: number): void {
    const length = Math.max(slot + 1, this.next.length * 2);
    const next = new Int32Array(length);
    const sectors = new Float64Array(length);
    const kinds = new Uint8Array(length);
    next.set(this.next);
    sectors.set(this.sectors);
    kinds.set(this.kinds);
    this.next = next;
    this.sectors = sectors;
    this.kinds = kinds;
  }
}

export class MergeIndex {
  private readonly starts = new SectorTable();
  private readonly ends = new SectorTable();

  add(slot: number, start: Sectors, end: Sectors, kind: Kind): void {
    this.starts.add(slot, start, kind);
    this.ends.add(slot, end, kind);
  }

  remove(slot: number): void {
    this.starts.remove(slot);
    this.ends.remove(slot);
  }

  /** The slot of the request that ends there; -1 if there is none. */
  endingAt(sector: Sectors, kind: Kind): number {
    return this.ends.find(sector, kind);
  }

  startingAt(sector: Sectors, kind: Kind): number {
    return this.starts.find(sector, kind);
  }
}
