/**
 * Programs on their way to the flash, by number: the stripe of each, the units that leave the buffer with it, and its era. A stripe may be on its way twice, where its block was erased and written again while
 * the first program still waits for its die. It knows no time.
 */
import { RequestQueue } from '../../io/request-queue.js';

export class Programs {
  private stripes = new Int32Array(64);
  private units = new Int32Array(64);
  private eras = new Int32Array(64);
  private readonly free = new RequestQueue();

  constructor() {
    for (let p = 0; p < this.stripes.length; p++) this.free.push(p);
  }

  begin(stripe: number, units: number, era: number): number {
    if (this.free.size === 0) this.grow();
    const program = this.free.shift();
    this.stripes[program] = stripe;
    this.units[program] = units;
    this.eras[program] = era;
    return program;
  }

  /** It is done: its number may stand for another. What is known of it can be asked until then. */
  end(program: number): void {
    this.free.push(program);
  }

  stripeOf(program: number): number {
    return this.stripes[program]!;
  }

  unitsOf(program: number): number {
    return this.units[program]!;
  }

  eraOf(program: number): number {
    return this.eras[program]!;
  }

  private grow(): void {
    const length = this.stripes.length;
    for (let p = length; p < 2 * length; p++) this.free.push(p);
    [this.stripes, this.units, this.eras] = [this.stripes, this.units, this.eras].map((from) => {
      const to = new Int32Array(2 * length);
      to.set(from);
      return to;
    }) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
  }
}
