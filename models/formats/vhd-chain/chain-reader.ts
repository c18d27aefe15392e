/**
 * Reads down a chain of VHD files: level by level from the leaf, what a file holds comes from it and the rest from its parent. A bitmap that
 * is not in memory is read first, together with the data of the level above. It knows no snapshots.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { RequestId } from '../../io/image-format.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { RangeList } from './range-list.js';
import type { Vhd } from './vhd.js';

export class ChainReader {
  /** Tables asked for a range of a request: one a level and range. */
  lookups = 0;
  bitmapReads = 0;
  private readonly level: (Vhd | null)[];
  /** What of each request is still to be found, and what its current level does not hold. */
  private readonly ranges: RangeList[];
  private readonly below: RangeList[];

  constructor(slots: number) {
    this.level = new Array<Vhd | null>(slots).fill(null);
    this.ranges = Array.from({ length: slots }, () => new RangeList());
    this.below = Array.from({ length: slots }, () => new RangeList());
  }

  begin(r: RequestId, leaf: Vhd, offset: Bytes, bytes: Bytes): void {
    this.level[r] = leaf;
    this.ranges[r]!.clear();
    this.ranges[r]!.add(offset, bytes);
  }

  /** Adds I/O up to the next bitmap that must be waited for. Answers whether all is planned. */
  step(r: RequestId, plan: Plan, isFirst: boolean): boolean {
    let isLoaded = !isFirst;
    for (;;) {
      const vhd = this.level[r]!;
      const ranges = this.ranges[r]!;
      if (!isLoaded && this.loadBitmaps(vhd, ranges, plan)) return false;
      isLoaded = false;
      const below = this.below[r]!;
      below.clear();
      for (let i = 0; i < ranges.size; i++) this.readRange(vhd, ranges.offset[i]!, ranges.bytes[i]!, plan, below);
      this.below[r] = ranges;
      this.ranges[r] = below;
      this.level[r] = vhd.parent;
      if (below.size === 0 || vhd.parent === null) return true;
    }
  }

  /** Reads the bitmaps of a range of one file that are needed and not in memory. Answers whether there are any. */
  load(vhd: Vhd, offset: Bytes, bytes: Bytes, plan: Plan): boolean {
    const last = vhd.blockAt(offset + bytes - 1);
    let isAny = false;
    for (let block = vhd.blockAt(offset); block <= last; block++) {
      if (!vhd.isAllocated(block) || vhd.isFull(block) || vhd.cache.touch(block)) continue;
      plan.add(Kind.READ, Mode.ASYNC, Purpose.METADATA, vhd.id, vhd.bitmapPlaceOf(block), sectorBytes);
      vhd.cache.insert(block);
      this.bitmapReads += 1;
      isAny = true;
    }
    return isAny;
  }

  private loadBitmaps(vhd: Vhd, ranges: RangeList, plan: Plan): boolean {
    let isAny = false;
    for (let i = 0; i < ranges.size; i++) isAny = this.load(vhd, ranges.offset[i]!, ranges.bytes[i]!, plan) || isAny;
    return isAny;
  }

  private readRange(vhd: Vhd, offset: Bytes, bytes: Bytes, plan: Plan, below: RangeList): void {
    this.lookups += 1;
    for (let at = offset; at < offset + bytes;) {
      const run = vhd.run(at, offset + bytes - at);
      if (!vhd.has(at)) below.add(at, run);
      else {
        const entry = plan.add(Kind.READ, Mode.ASYNC, Purpose.DATA, vhd.id, vhd.placeOf(at), run);
        plan.holds(entry, 0, run, Content.GUEST, at);
      }
      at += run;
    }
  }
}
