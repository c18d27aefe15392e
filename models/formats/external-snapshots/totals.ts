/** Sums of several images' counters, by name. */
export class Totals {
  readonly values: Record<string, number> = {};

  add(counters: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(counters)) this.values[name] = (this.values[name] ?? 0) + count;
  }
}
