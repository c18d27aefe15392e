/** Where a workload's pages lie in the guest's memory: regions one behind the other. It does not know what they are for. */
import { InputError } from '../../../sim/errors.js';
import type { Bytes } from '../../../sim/units.js';

export const pageBytes: Bytes = 4096;

export interface Region {
  readonly first: number;
  readonly pages: number;
}

export class Layout {
  private next = 0;

  /** @param where names the workload in errors */
  constructor(
    readonly pages: number,
    private readonly where: string,
  ) {}

  /** Throws InputError where the memory is too small. */
  region(bytes: Bytes): Region {
    const pages = Math.max(1, Math.round(bytes / pageBytes));
    const region = { first: this.next, pages };
    this.next += pages;
    if (this.next > this.pages)
      throw new InputError(this.where, `regions of ${this.next} pages`, `a memory of at least that, not ${this.pages}`);
    return region;
  }

  /** All that is left. */
  rest(): Region {
    return this.region((this.pages - this.next) * pageBytes);
  }
}
