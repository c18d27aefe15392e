/**
 * A page-mapped flash translation layer: where each unit of the drive lies, what of it is garbage, and what collecting that costs in reads, programs and erases. It knows no time.
 *
 * Writes fill a stripe of one die, then of the next. Where a die runs short of free blocks, the block with the fewest valid units is collected (greedy), as much of it with
 * each stripe written as lets it be done when its space is needed. What is moved goes to a block of its own, apart from what the host writes.
 */
import { diesOf, stripeBytesOf, type SsdParameters } from './parameters.js';
import { sectorBytes } from '../../../sim/units.js';
import { UnitMap } from './unit-map.js';

const NONE = -1;

/** A victim is done with a little before its space is needed: free blocks stay about as many as they should be. */
const haste = 1.05;

export class FlashMap {
  readonly dies: number;
  readonly units: number;
  readonly stripeUnits: number;
  readonly blockUnits: number;
  readonly blocksPerDie: number;
  /** Units written for the host, moved, and left empty because a stripe had to be programmed before it was full. */
  hostUnits = 0;
  movedUnits = 0;
  paddedUnits = 0;
  erases = 0;
  /** What the collection that went with the last stripe cost its die. */
  stripesRead = 0;
  stripesMoved = 0;
  blocksErased = 0;

  /** By unit: its place + 1. */
  private readonly places: UnitMap;
  /** By block: the unit + 1 at each place; null while the block was never used. */
  private readonly holders: (Int32Array | null)[];
  private readonly valid: Int32Array;
  private readonly isClosed: Uint8Array;
  /** By die: free blocks, the one that is free for longest first, in a ring; what the host writes, what is moved, what is collected. */
  private readonly free: Int32Array[] = [];
  private readonly freeFirst: Int32Array;
  private readonly freeCount: Int32Array;
  private readonly hostBlock: Int32Array;
  private readonly hostUsed: Int32Array;
  private readonly movedBlock: Int32Array;
  private readonly movedUsed: Int32Array;
  private readonly victim: Int32Array;
  private readonly cursor: Int32Array;
  private readonly credit: Float64Array;
  private readonly creditPerStripe: Float64Array;
  private die = 0;

  /** @throws RangeError where stripes and units do not fit, the spare flash is too little to work with, or the drive has more than 2^31 units */
  constructor(private readonly parameters: SsdParameters) {
    this.dies = diesOf(parameters);
    this.stripeUnits = stripeBytesOf(parameters) / parameters.unitBytes;
    this.blockUnits = this.stripeUnits * parameters.pagesPerBlock;
    this.units = Math.ceil((parameters.capacity * sectorBytes) / parameters.unitBytes);
    this.blocksPerDie = Math.ceil((this.units * (1 + parameters.spare)) / (this.dies * this.blockUnits));
    this.check();
    const blocks = this.dies * this.blocksPerDie;
    this.places = new UnitMap(this.units);
    this.holders = new Array<Int32Array | null>(blocks).fill(null);
    this.valid = new Int32Array(blocks);
    this.isClosed = new Uint8Array(blocks);
    this.freeFirst = new Int32Array(this.dies);
    this.freeCount = new Int32Array(this.dies).fill(this.blocksPerDie);
    const perDie = (): Int32Array => new Int32Array(this.dies).fill(NONE);
    [this.hostBlock, this.movedBlock, this.victim] = [perDie(), perDie(), perDie()];
    [this.hostUsed, this.movedUsed, this.cursor] = [perDie(), perDie(), perDie()];
    this.credit = new Float64Array(this.dies);
    this.creditPerStripe = new Float64Array(this.dies);
    for (let d = 0; d < this.dies; d++) {
      const first = d * this.blocksPerDie;
      this.free.push(Int32Array.from({ length: this.blocksPerDie }, (_, i) => first + i));
    }
  }

  /** The place of a unit, or -1 where nothing was written or it was trimmed. */
  placeOf(unit: number): number {
    return this.places.get(unit) - 1;
  }

  stripeOf(place: number): number {
    return Math.floor(place / this.stripeUnits);
  }

  dieOf(stripe: number): number {
    return Math.floor(stripe / (this.parameters.pagesPerBlock * this.blocksPerDie));
  }

  /** Stripes of the whole drive. */
  get stripes(): number {
    return this.dies * this.blocksPerDie * this.parameters.pagesPerBlock;
  }

  /** Units of the stripe being filled. */
  get openUnits(): number {
    const used = this.hostUsed[this.die]!;
    return this.hostBlock[this.die] === NONE ? 0 : used % this.stripeUnits;
  }

  /** Puts a unit at the next place; answers the stripe that is full with it, or -1. The caller then has its die collect. */
  write(unit: number): number {
    const d = this.die;
    if (this.hostBlock[d] === NONE) {
      this.hostBlock[d] = this.takeFree(d);
      this.hostUsed[d] = 0;
    }
    this.hostUnits += 1;
    this.put(unit, this.hostBlock[d]!, this.hostUsed[d]!++);
    return this.hostUsed[d]! % this.stripeUnits === 0 ? this.closeStripe(d) : NONE;
  }

  /** Ends the stripe being filled, empty places and all; answers it, or -1 where nothing was in it. */
  pad(): number {
    const filled = this.openUnits;
    if (filled === 0) return NONE;
    this.paddedUnits += this.stripeUnits - filled;
    this.hostUsed[this.die]! += this.stripeUnits - filled;
    return this.closeStripe(this.die);
  }

  trim(unit: number): void {
    this.forget(unit);
    this.places.set(unit, 0);
  }

  /** Collects what is due on a die after one of its stripes was filled; the cost is in stripesRead, stripesMoved and blocksErased. */
  collect(d: number): void {
    this.stripesRead = this.stripesMoved = this.blocksErased = 0;
    let isCredited = false;
    while (this.victim[d] !== NONE || (this.freeCount[d]! < this.parameters.freeBlocks && this.chooseVictim(d))) {
      if (!isCredited) this.credit[d]! += this.creditPerStripe[d]!;
      isCredited = true;
      // The last free block is for what is moved: before the host could come to it, the victim is done with at once.
      if (this.freeCount[d]! <= 1) this.credit[d] = this.blockUnits;
      if (!this.moveOn(d)) return;
    }
  }

  /** Programmed units over those that the host wrote; 1 where it wrote nothing. */
  get writeAmplification(): number {
    return this.hostUnits === 0 ? 1 : (this.hostUnits + this.movedUnits + this.paddedUnits) / this.hostUnits;
  }

  resetCounters(): void {
    this.hostUnits = this.movedUnits = this.paddedUnits = this.erases = 0;
  }

  private check(): void {
    const { parameters: p } = this;
    if (!Number.isInteger(this.stripeUnits)) throw new RangeError(`${p.name}: units of ${p.unitBytes} bytes do not divide a stripe`);
    const spareBlocks = this.blocksPerDie - this.units / (this.dies * this.blockUnits);
    if (spareBlocks < p.freeBlocks + 3) {
      throw new RangeError(`${p.name}: ${spareBlocks.toFixed(1)} spare blocks a die; it takes ${p.freeBlocks + 3} to collect garbage`);
    }
    if (this.dies * this.blocksPerDie * this.blockUnits >= 2 ** 31) throw new RangeError(`${p.name}: more than 2^31 units`);
  }

  private closeStripe(d: number): number {
    const block = this.hostBlock[d]!;
    const stripe = block * this.parameters.pagesPerBlock + this.hostUsed[d]! / this.stripeUnits - 1;
    if (this.hostUsed[d] === this.blockUnits) {
      this.isClosed[block] = 1;
      this.hostBlock[d] = NONE;
    }
    this.die = d + 1 === this.dies ? 0 : d + 1;
    return stripe;
  }

  private put(unit: number, block: number, index: number): void {
    this.forget(unit);
    const holders = (this.holders[block] ??= new Int32Array(this.blockUnits));
    holders[index] = unit + 1;
    this.valid[block]! += 1;
    this.places.set(unit, block * this.blockUnits + index + 1);
  }

  private forget(unit: number): void {
    const place = this.places.get(unit) - 1;
    if (place < 0) return;
    const block = Math.floor(place / this.blockUnits);
    this.holders[block]![place - block * this.blockUnits] = 0;
    this.valid[block]! -= 1;
  }

  private takeFree(d: number): number {
    if (this.freeCount[d] === 0) throw new Error(`${this.parameters.name}: no free block on die ${d}`);
    const first = this.freeFirst[d]!;
    this.freeFirst[d] = (first + 1) % this.blocksPerDie;
    this.freeCount[d]! -= 1;
    return this.free[d]![first]!;
  }

  private chooseVictim(d: number): boolean {
    let best = NONE;
    for (let block = d * this.blocksPerDie; block < (d + 1) * this.blocksPerDie; block++) {
      if (this.isClosed[block] === 1 && (best === NONE || this.valid[block]! < this.valid[best]!)) best = block;
    }
    if (best === NONE || this.valid[best]! === this.blockUnits) return false;
    const valid = this.valid[best]!;
    this.isClosed[best] = 0;
    this.victim[d] = best;
    this.cursor[d] = 0;
    this.credit[d] = 0;
    this.creditPerStripe[d] = ((valid * this.stripeUnits) / (this.blockUnits - valid)) * haste;
    return true;
  }

  /** Moves units of the victim for as long as there is credit; erases it after the last. Answers whether it did. */
  private moveOn(d: number): boolean {
    const victim = this.victim[d]!;
    const holders = this.holders[victim]!;
    let stripeSeen = NONE;
    for (let i = this.cursor[d]!; i < this.blockUnits && this.valid[victim]! > 0; i++) {
      this.cursor[d] = i;
      if (holders[i] === 0) continue;
      if (this.credit[d]! < 1) return false;
      this.credit[d]! -= 1;
      const stripe = Math.floor(i / this.stripeUnits);
      if (stripe !== stripeSeen) this.stripesRead += 1;
      stripeSeen = stripe;
      this.move(d, holders[i]! - 1);
    }
    this.victim[d] = NONE;
    this.erases += 1;
    this.blocksErased += 1;
    holders.fill(0);
    this.free[d]![(this.freeFirst[d]! + this.freeCount[d]!) % this.blocksPerDie] = victim;
    this.freeCount[d]! += 1;
    return true;
  }

  private move(d: number, unit: number): void {
    if (this.movedBlock[d] === NONE) {
      this.movedBlock[d] = this.takeFree(d);
      this.movedUsed[d] = 0;
    }
    const block = this.movedBlock[d]!;
    this.put(unit, block, this.movedUsed[d]!++);
    this.movedUnits += 1;
    if (this.movedUsed[d]! % this.stripeUnits === 0) this.stripesMoved += 1;
    if (this.movedUsed[d] === this.blockUnits) {
      this.isClosed[block] = 1;
      this.movedBlock[d] = NONE;
    }
  }
}
