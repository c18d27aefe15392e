/**
 * A page-mapped flash translation layer: where each unit of the drive lies, what of it is garbage, and what collecting that costs in reads, programs and erases. It knows no time.
 *
 * Writes fill a stripe of one die, then of the next that has garbage or room enough to go on. Where a die runs short of free blocks, the block with the fewest valid units is collected (greedy), as much of it with
 * each stripe written as lets it be done when its space is needed. What is moved goes to a block of its own, apart from what the host writes.
 *
 * A drive that was filled is one whose units were all written once, in order. Where they lie follows from that, so it takes memory only where something was written since.
 */
import { blocksPerDieOf, checkFlash, diesOf, stripeBytesOf, unitsOf, type SsdParameters } from './parameters.js';
import { expectConserved } from '../../io/conservation.js';
import { UnitMap } from './unit-map.js';

/** The state in which the flash begins: as it came, or all of it written once in order. */
export type Fill = 'fresh' | 'filled';

const NONE = -1;
/** In the map, besides places: nothing was written since the beginning, or it was trimmed. */
const AS_FILLED = 0;
const TRIMMED = -1;

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

  /** Units that lie somewhere. */
  private mapped = 0;
  private closedStripes = 0;
  private openAtStart = 0;
  /** By unit: its place + 1, or what else is known of it. */
  private readonly places: UnitMap;
  /** By block: the unit + 1 at each place; null while nothing has changed in the block since the beginning. */
  private readonly holders: (Int32Array | null)[];
  private readonly valid: Int32Array;
  /** By die; and the most of them with which collection still finds garbage. */
  private readonly validOfDie: Int32Array;
  private readonly mostValid: number;
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

  /** @throws RangeError where `checkFlash` does */
  constructor(
    private readonly parameters: SsdParameters,
    private readonly fill: Fill = 'fresh',
  ) {
    checkFlash(parameters);
    this.dies = diesOf(parameters);
    this.stripeUnits = stripeBytesOf(parameters) / parameters.unitBytes;
    this.blockUnits = this.stripeUnits * parameters.pagesPerBlock;
    this.units = unitsOf(parameters);
    this.blocksPerDie = blocksPerDieOf(parameters);
    const blocks = this.dies * this.blocksPerDie;
    this.places = new UnitMap(this.units);
    this.holders = new Array<Int32Array | null>(blocks).fill(null);
    this.valid = new Int32Array(blocks);
    this.validOfDie = new Int32Array(this.dies);
    this.mostValid = (this.blocksPerDie - parameters.freeBlocks - 2) * this.blockUnits - this.stripeUnits;
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
    if (fill === 'filled') this.fillAll();
  }

  /** The place of a unit, or -1 where nothing was written or it was trimmed. */
  placeOf(unit: number): number {
    const entry = this.places.get(unit);
    if (entry === AS_FILLED) return this.fill === 'filled' ? this.filledPlace(unit) : NONE;
    return entry === TRIMMED ? NONE : entry - 1;
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
    this.places.set(unit, TRIMMED);
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
    this.hostUnits = this.movedUnits = this.paddedUnits = this.erases = this.closedStripes = 0;
    this.openAtStart = this.openUnits;
  }

  /** @throws Error where units were lost, or are at two places, or were written and are in no stripe */
  checkConservation(): void {
    let valid = 0;
    for (const units of this.valid) valid += units;
    expectConserved(`units of ${this.parameters.name} that lie somewhere and those in its blocks`, this.mapped, valid);
    const written = this.openAtStart + this.hostUnits + this.paddedUnits;
    const inStripes = this.closedStripes * this.stripeUnits + this.openUnits;
    expectConserved(`units written to ${this.parameters.name} and those in its stripes`, written, inStripes);
  }

  /** All units in order, as `write` would put them one by one; nothing is collected meanwhile. */
  private fillAll(): void {
    const { pagesPerBlock } = this.parameters;
    const stripes = Math.floor(this.units / this.stripeUnits);
    const openUnits = this.units % this.stripeUnits;
    for (let d = 0; d < this.dies; d++) {
      const own = Math.floor((stripes - d + this.dies - 1) / this.dies);
      const open = d === stripes % this.dies ? openUnits : 0;
      const used = own * this.stripeUnits + open;
      this.validOfDie[d] = used;
      const closed = Math.floor(own / pagesPerBlock);
      const first = d * this.blocksPerDie;
      this.valid.fill(this.blockUnits, first, first + closed);
      this.isClosed.fill(1, first, first + closed);
      for (let i = 0; i < closed; i++) this.takeFree(d);
      this.hostUsed[d] = used - closed * this.blockUnits;
      if (this.hostUsed[d] === 0) continue;
      const block = this.takeFree(d);
      this.hostBlock[d] = block;
      this.valid[block] = this.hostUsed[d]!;
    }
    this.mapped = this.units;
    this.die = stripes % this.dies;
    this.openAtStart = this.openUnits;
  }

  private filledPlace(unit: number): number {
    const { pagesPerBlock } = this.parameters;
    const stripe = Math.floor(unit / this.stripeUnits);
    const ofDie = Math.floor(stripe / this.dies);
    const block = (stripe % this.dies) * this.blocksPerDie + Math.floor(ofDie / pagesPerBlock);
    return block * this.blockUnits + (ofDie % pagesPerBlock) * this.stripeUnits + (unit % this.stripeUnits);
  }

  /** The units + 1 of a block; where nothing has changed in it yet, what filling put there. */
  private holdersOf(block: number): Int32Array {
    const known = this.holders[block];
    if (known !== null && known !== undefined) return known;
    const holders = new Int32Array(this.blockUnits);
    this.holders[block] = holders;
    if (this.fill === 'fresh') return holders;
    const die = Math.floor(block / this.blocksPerDie);
    const firstOfDie = (block % this.blocksPerDie) * this.parameters.pagesPerBlock;
    for (let i = 0; i < this.blockUnits; i++) {
      const stripe = (firstOfDie + Math.floor(i / this.stripeUnits)) * this.dies + die;
      const unit = stripe * this.stripeUnits + (i % this.stripeUnits);
      holders[i] = unit < this.units ? unit + 1 : 0;
    }
    return holders;
  }

  private closeStripe(d: number): number {
    this.closedStripes += 1;
    const block = this.hostBlock[d]!;
    const stripe = block * this.parameters.pagesPerBlock + this.hostUsed[d]! / this.stripeUnits - 1;
    if (this.hostUsed[d] === this.blockUnits) {
      this.isClosed[block] = 1;
      this.hostBlock[d] = NONE;
    }
    this.die = this.nextDie(d);
    return stripe;
  }

  /** The dies in turn. One that holds more than its share, as where all that stays falls on it, is left out: there is one below the share. */
  private nextDie(d: number): number {
    let next = d;
    do next = next + 1 === this.dies ? 0 : next + 1;
    while (this.validOfDie[next]! > this.mostValid);
    return next;
  }

  private put(unit: number, block: number, index: number): void {
    this.forget(unit);
    this.holdersOf(block)[index] = unit + 1;
    this.valid[block]! += 1;
    this.validOfDie[Math.floor(block / this.blocksPerDie)]! += 1;
    this.mapped += 1;
    this.places.set(unit, block * this.blockUnits + index + 1);
  }

  private forget(unit: number): void {
    const place = this.placeOf(unit);
    if (place < 0) return;
    const block = Math.floor(place / this.blockUnits);
    this.holdersOf(block)[place - block * this.blockUnits] = 0;
    this.valid[block]! -= 1;
    this.validOfDie[Math.floor(block / this.blocksPerDie)]! -= 1;
    this.mapped -= 1;
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
    const holders = this.holdersOf(victim);
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
