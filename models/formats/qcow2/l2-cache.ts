/**
 * The cache of whole L2 tables in QEMU 0.12: 16 of them, the least frequently used one goes, the first of several. Read-only: tables
 * are written through. It knows neither files nor what the tables map.
 */
const capacity = 16;
const highestCount = 0xffffffff;

/** Entries of an L2 table: host cluster and COPIED flag. */
export type L2Table = Uint32Array;

export class L2Cache {
  hits = 0;
  misses = 0;
  /** Host cluster of each table; 0, where the header lies, for none. */
  private readonly clusters = new Uint32Array(capacity);
  private readonly counts = new Uint32Array(capacity);

  /** Whether the table at `cluster` is held; counts the use. */
  use(cluster: number): boolean {
    const { clusters, counts } = this;
    for (let i = 0; i < capacity; i++) {
      if (clusters[i] !== cluster) continue;
      counts[i]! += 1;
      if (counts[i] === highestCount) this.halve();
      this.hits += 1;
      return true;
    }
    this.misses += 1;
    return false;
  }

  /** Takes the table at `cluster` in, in place of the one that was used least. */
  add(cluster: number): void {
    const { clusters, counts } = this;
    let victim = 0;
    for (let i = 1; i < capacity; i++) if (counts[i]! < counts[victim]!) victim = i;
    clusters[victim] = cluster;
    counts[victim] = 1;
  }

  empty(): void {
    this.clusters.fill(0);
    this.counts.fill(0);
  }

  private halve(): void {
    for (let i = 0; i < capacity; i++) this.counts[i]! >>>= 1;
  }
}
