/**
 * Pages on the free list of the guest's kernel are not saved: what they hold is nobody's. Before the instant a page that is free is left
 * out, for whoever takes it writes it, and so has it saved again; after it only those that were free at the instant are.
 */
import type { Nanoseconds } from '../../../sim/units.js';
import { scannedPages } from '../../guests/memory/charges.js';
import type { GuestMemory } from '../../guests/memory/guest-memory.js';
import { PageBits } from '../../guests/memory/page-bits.js';
import { pageReduction, type PageEntry, type PageReduction } from './page-reduction.js';

class FreePages implements PageReduction {
  private readonly freeAtInstant: PageBits;
  private hasInstant = false;
  private owed: Nanoseconds = 0;

  constructor(
    private readonly memory: GuestMemory,
    private readonly listTime: Nanoseconds,
  ) {
    this.freeAtInstant = new PageBits(memory.pages);
  }

  begin(): void {
    this.hasInstant = false;
  }

  atInstant(): void {
    this.hasInstant = true;
    this.freeAtInstant.copyFrom(this.memory.free);
    this.owed += Math.ceil(this.memory.pages / scannedPages) * this.listTime;
  }

  reduce(page: number, _version: number, entry: PageEntry): void {
    entry.isLeftOut ||= (this.hasInstant ? this.freeAtInstant : this.memory.free).has(page);
  }

  takeTime(): Nanoseconds {
    const { owed } = this;
    this.owed = 0;
    return owed;
  }

  loadTime(): Nanoseconds {
    return 0;
  }
}

export const freePages = pageReduction({
  about: "pages on the free list of the guest's kernel are not saved",
  source: 'iROW (2016), free page detection by introspection of the guest',
  options: {
    listTime: { kind: 'time', about: "to read the guest kernel's records of 1024 pages; assumed, 5 to 40 us", default: 10_000 },
  },
  make: ({ memory }, { listTime }) => new FreePages(memory, listTime),
});
