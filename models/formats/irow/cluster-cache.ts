/** The published driver's read cache: the last cluster read, by its number. It knows where the cluster came from, not what it holds. */
import type { Bytes } from '../../../sim/units.js';
import { Content, NONE, type FileId, type Plan } from '../../io/plan.js';

export class ClusterCache {
  hits = 0;
  private cluster = NONE;
  private file: FileId = 0;

  constructor(private readonly clusterBytes: Bytes) {}

  empty(): void {
    this.cluster = NONE;
  }

  /** Takes a cluster that was read from its place in `file`. */
  keep(cluster: number, file: FileId): void {
    this.cluster = cluster;
    this.file = file;
  }

  holds(cluster: number): boolean {
    return this.cluster === cluster;
  }

  /** Lets go of the cluster if it is one of these. */
  drop(first: number, last: number): void {
    if (this.cluster >= first && this.cluster <= last) this.cluster = NONE;
  }

  /** Lets go of the cluster unless `fileOf` still finds it in the file that it came from. */
  dropUnlessIn(fileOf: (cluster: number) => FileId): void {
    if (this.cluster !== NONE && fileOf(this.cluster) !== this.file) this.cluster = NONE;
  }

  /** Counts a hit, and says which part of a read from `start` to `end` the cluster brings. */
  serve(plan: Plan, start: Bytes, end: Bytes): void {
    this.hits += 1;
    const low = Math.max(start, this.cluster * this.clusterBytes);
    const high = Math.min(end, (this.cluster + 1) * this.clusterBytes);
    if (high > low) plan.holds(NONE, low, high - low, Content.GUEST, low, this.file);
  }
}
