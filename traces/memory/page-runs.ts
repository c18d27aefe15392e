/** Runs of neighbouring pages in columns: what a guest wrote, in its order. It is filled and refilled; nothing is allocated a run. */
export class PageRuns {
  /** Runs that are filled in, from index 0. */
  size = 0;
  first = new Int32Array(64);
  /** Pages of each run, at least 1. */
  count = new Int32Array(64);

  clear(): void {
    this.size = 0;
  }

  add(first: number, count: number): void {
    if (this.size === this.first.length) this.grow();
    this.first[this.size] = first;
    this.count[this.size++] = count;
  }

  /** Pages in all runs; one that was written twice counts twice. */
  get pages(): number {
    let pages = 0;
    for (let i = 0; i < this.size; i++) pages += this.count[i]!;
    return pages;
  }

  private grow(): void {
    const first = new Int32Array(this.size * 2);
    const count = new Int32Array(this.size * 2);
    first.set(this.first);
    count.set(this.count);
    this.first = first;
    this.count = count;
  }
}
