/**
 * Freed clusters to be given back to the host, collected as ranges: one that touches a range joins it, and ranges keep the order in which
 * they began. It does no I/O.
 * Source: QEMU 7.2, recorded punches of discards of scattered clusters.
 */
export class FreedRanges {
  /** Of each range its first cluster and how many; none of one that has joined another. */
  private readonly first: number[] = [];
  private readonly clusters: number[] = [];
  private readonly byFirst = new Map<number, number>();
  private readonly byEnd = new Map<number, number>();

  add(cluster: number): void {
    const before = this.byEnd.get(cluster);
    const behind = this.byFirst.get(cluster + 1);
    if (before === undefined && behind === undefined) this.put(this.first.length, cluster, 1);
    else if (behind === undefined) this.grow(before!, this.first[before!]!, 1);
    else if (before === undefined) this.grow(behind, cluster, 1);
    else this.join(before, behind);
  }

  /** Visits the ranges, oldest first, and forgets them. */
  drain(visit: (first: number, clusters: number) => void): void {
    const { first, clusters } = this;
    for (let i = 0; i < first.length; i++) if (clusters[i]! > 0) visit(first[i]!, clusters[i]!);
    first.length = clusters.length = 0;
    this.byFirst.clear();
    this.byEnd.clear();
  }

  /** Two ranges with one cluster between them become one, in the place of the older. */
  private join(before: number, behind: number): void {
    const start = this.first[before]!;
    const older = Math.min(before, behind);
    const younger = Math.max(before, behind);
    const clusters = this.clusters[younger]! + 1;
    this.remove(younger);
    this.grow(older, start, clusters);
  }

  private grow(range: number, first: number, by: number): void {
    const clusters = this.clusters[range]! + by;
    this.remove(range);
    this.put(range, first, clusters);
  }

  private put(range: number, first: number, clusters: number): void {
    this.first[range] = first;
    this.clusters[range] = clusters;
    this.byFirst.set(first, range);
    this.byEnd.set(first + clusters, range);
  }

  private remove(range: number): void {
    this.byFirst.delete(this.first[range]!);
    this.byEnd.delete(this.first[range]! + this.clusters[range]!);
    this.clusters[range] = 0;
  }
}
