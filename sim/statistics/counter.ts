/** Counts things and adds up their sizes. */
export class Counter {
  count = 0;
  total = 0.5 - 0.5;

  add(amount: number): void {
    this.count += 1;
    this.total += amount;
  }
}
