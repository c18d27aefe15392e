/** Three ways of choosing the pages that a program writes next, at a rate of its own. None of them knows time: it is told how much has passed. */
import type { RandomStream } from '../../../sim/random.js';
import { second, type Nanoseconds } from '../../../sim/units.js';
import type { PageRuns } from '../page-runs.js';
import type { Region } from './layout.js';

/** Chooses pages to write. */
export interface PageSource {
  /** Adds the runs of so much time, at `intensity` times the usual rate. */
  write(time: Nanoseconds, intensity: number, into: PageRuns): void;
}

/** Any page of a region, again and again: a hot set, a working set. Runs of 1 to `longest` pages. */
export class AnyOf implements PageSource {
  private owed = 0;

  /** @param rate pages a second */
  constructor(
    private readonly region: Region,
    private readonly rate: number,
    private readonly longest: number,
    private readonly random: RandomStream,
  ) {}

  write(time: Nanoseconds, intensity: number, into: PageRuns): void {
    this.owed += (this.rate * intensity * time) / second;
    const { region, random } = this;
    while (this.owed >= 1) {
      const count = Math.min(region.pages, 1 + random.below(this.longest));
      into.add(region.first + random.below(region.pages - count + 1), count);
      this.owed -= count;
    }
  }
}

/** The pages of a region in order, round and round: allocations, buffers, a page cache that is filled. */
export class InOrder implements PageSource {
  private owed = 0;
  private at = 0;

  /** @param rate pages a second */
  constructor(
    private readonly region: Region,
    private readonly rate: number,
  ) {}

  write(time: Nanoseconds, intensity: number, into: PageRuns): void {
    this.owed += (this.rate * intensity * time) / second;
    const pages = Math.floor(this.owed);
    this.owed -= pages;
    this.take(pages, into);
  }

  /** The next pages, however much time has passed. */
  take(pages: number, into: PageRuns): void {
    let rest = pages;
    while (rest > 0) {
      const count = Math.min(rest, this.region.pages - this.at);
      into.add(this.region.first + this.at, count);
      this.at = (this.at + count) % this.region.pages;
      rest -= count;
    }
  }
}
