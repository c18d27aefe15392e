/** Goes through the pages of runs one by one, and can stop in between. */
import type { PageRuns } from '../../../traces/memory/page-runs.js';

export class RunCursor {
  /** The page at hand, where it is not over. */
  page = 0;
  isOver = true;
  private runs: PageRuns | null = null;
  private run = 0;
  private end = 0;

  begin(runs: PageRuns): void {
    this.runs = runs;
    this.run = -1;
    this.isOver = false;
    this.nextRun();
  }

  advance(): void {
    this.page += 1;
    if (this.page === this.end) this.nextRun();
  }

  private nextRun(): void {
    const runs = this.runs!;
    this.run += 1;
    this.isOver = this.run >= runs.size;
    if (this.isOver) return;
    this.page = runs.first[this.run]!;
    this.end = this.page + runs.count[this.run]!;
  }
}
