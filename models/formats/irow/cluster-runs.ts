/** Runs of clusters: which ones a request found absent when it began. Grows when it must, and then never again. */
import type { BlockBitmap } from '../block-bitmap.js';

export class ClusterRuns {
  size = 0;
  first = new Float64Array(8);
  clusters = new Float64Array(8);

  /** The maximal runs of clusters from `first` to `last` that are not in `bitmap`. */
  collectAbsent(bitmap: BlockBitmap, first: number, last: number): void {
    this.size = 0;
    for (let cluster = first; cluster <= last;) {
      const run = runOf(bitmap, cluster, last + 1 - cluster);
      if (!bitmap.has(cluster)) this.push(cluster, run);
      cluster += run;
    }
  }

  private push(first: number, clusters: number): void {
    if (this.size === this.first.length) this.grow();
    this.first[this.size] = first;
    this.clusters[this.size++] = clusters;
  }

  private grow(): void {
    const [first, clusters] = [this.first, this.clusters];
    this.first = new Float64Array(first.length * 2);
    this.first.set(first);
    this.clusters = new Float64Array(clusters.length * 2);
    this.clusters.set(clusters);
  }
}

/** How many of `clusters` clusters from `first` on are as the first one: present, or absent. */
export const runOf = (bitmap: BlockBitmap, first: number, clusters: number): number =>
  bitmap.run(first * bitmap.blockBytes, clusters * bitmap.blockBytes) / bitmap.blockBytes;
