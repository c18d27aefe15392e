/**
 * Which tables a driver holds in memory: so many of them, the least frequently used one goes, the first of several; so QEMU holds L2 tables in
 * 0.12 and grain tables. Read-only: tables are written through. It knows neither files nor what the tables map.
 */
const highestCount = 0xffffffff;

export class TableLfu {
  hits = 0;
  misses = 0;
  /** Number of each table, above 0; 0 for none. */
  private readonly tables: Uint32Array;
  private readonly counts: Uint32Array;

  constructor(private readonly capacity = 16) {
    this.tables = new Uint32Array(capacity);
    this.counts = new Uint32Array(capacity);
  }

  /** Whether a table is held; counts the use. */
  use(table: number): boolean {
    const { tables, counts, capacity } = this;
    for (let i = 0; i < capacity; i++) {
      if (tables[i] !== table) continue;
      counts[i]! += 1;
      if (counts[i] === highestCount) this.halve();
      this.hits += 1;
      return true;
    }
    this.misses += 1;
    return false;
  }

  /** Takes a table in, in place of the one that was used least. */
  add(table: number): void {
    const { tables, counts, capacity } = this;
    let victim = 0;
    for (let i = 1; i < capacity; i++) if (counts[i]! < counts[victim]!) victim = i;
    tables[victim] = table;
    counts[victim] = 1;
  }

  empty(): void {
    this.tables.fill(0);
    this.counts.fill(0);
  }

  private halve(): void {
    for (let i = 0; i < this.capacity; i++) this.counts[i]! >>>= 1;
  }
}
