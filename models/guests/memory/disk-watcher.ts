/** Who is told what goes between a guest's memory and its disk. It must not change either. */
import type { Bytes } from '../../../sim/units.js';
import type { PageRuns } from '../../../traces/memory/page-runs.js';

export interface DiskWatcher {
  /** A request is on its way: `slot` is its own until `filled`. */
  issued(slot: number, isWrite: boolean, offset: Bytes, bytes: Bytes): void;
  /** It is done, and what a read brought is in these pages, in their order, as it is done. Not told where a guard held the read up. */
  filled(slot: number, pages: PageRuns): void;
}
