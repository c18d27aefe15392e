/** Which tables a driver holds in memory: a fixed number, the one not used for the longest time goes. It knows nothing of what they map. */
export class TableLru {
  hits = 0;
  misses = 0;
  /** The tables held, the one used last at the end. */
  private readonly held: Int32Array;
  private size = 0;

  constructor(capacity: number) {
    this.held = new Int32Array(capacity);
  }

  /** Uses a table; answers whether it was held. If not, it is from now on. */
  use(table: number): boolean {
    const { held } = this;
    const at = held.subarray(0, this.size).lastIndexOf(table);
    if (at === -1) {
      this.misses += 1;
      this.add(table);
      return false;
    }
    this.hits += 1;
    held.copyWithin(at, at + 1, this.size);
    held[this.size - 1] = table;
    return true;
  }

  /** Takes in a table that is not held. */
  add(table: number): void {
    if (this.size === this.held.length) {
      this.held.copyWithin(0, 1);
      this.size -= 1;
    }
    this.held[this.size++] = table;
  }

  empty(): void {
    this.size = 0;
  }
}
