/**
 * Max-min fair rates of flows over links: no flow can be given more without taking from one that has no more than it.
 * Found by filling: the link with the least for each of its flows settles them, and the rest share what is left
 * (Bertsekas and Gallager, Data Networks, section 6.5.2). It knows no time; long-lived TCP connections with like round trips come near to it.
 */
export class FairShares {
  /** Per flow: the rate that the last `settle` found. */
  readonly rate: Float64Array;
  private readonly first: Int32Array;
  private readonly second: Int32Array;
  private readonly limit: Float64Array;
  private readonly left: Float64Array;
  private readonly unsettled: Int32Array;
  private readonly isSettled: Uint8Array;

  /** @param capacity of each link, in bytes a second */
  constructor(
    private readonly capacity: Float64Array,
    flows: number,
  ) {
    this.rate = new Float64Array(flows);
    this.first = new Int32Array(flows);
    this.second = new Int32Array(flows);
    this.limit = new Float64Array(flows);
    this.isSettled = new Uint8Array(flows);
    this.left = new Float64Array(capacity.length);
    this.unsettled = new Int32Array(capacity.length);
  }

  /** Flow `flow` passes these two links, and is never faster than `limit`. */
  route(flow: number, firstLink: number, secondLink: number, limit: number): void {
    this.first[flow] = firstLink;
    this.second[flow] = secondLink;
    this.limit[flow] = limit;
  }

  /** Finds the rates of the first `count` flows in `active`. */
  settle(active: Int32Array, count: number): void {
    this.left.set(this.capacity);
    this.unsettled.fill(0);
    for (let i = 0; i < count; i++) {
      const flow = active[i]!;
      this.isSettled[flow] = 0;
      this.unsettled[this.first[flow]!]! += 1;
      this.unsettled[this.second[flow]!]! += 1;
    }
    for (let remaining = count; remaining > 0;) remaining -= this.settleLeast(active, count);
  }

  /** Settles the flows that can have no more than the least share of any; answers how many. At least one. */
  private settleLeast(active: Int32Array, count: number): number {
    let least = Infinity;
    for (let i = 0; i < count; i++) {
      const flow = active[i]!;
      if (this.isSettled[flow] === 0) least = Math.min(least, this.most(flow));
    }
    let settled = 0;
    for (let i = 0; i < count; i++) {
      const flow = active[i]!;
      // The share of a link grows when a flow of it is settled at less: so whoever was at the least is still found there.
      if (this.isSettled[flow] === 1 || this.most(flow) > least * (1 + 1e-12)) continue;
      this.isSettled[flow] = 1;
      this.rate[flow] = least;
      this.take(this.first[flow]!, least);
      this.take(this.second[flow]!, least);
      settled += 1;
    }
    return settled;
  }

  private take(link: number, rate: number): void {
    this.left[link] = Math.max(0, this.left[link]! - rate);
    this.unsettled[link]! -= 1;
  }

  private most(flow: number): number {
    const first = this.first[flow]!;
    const second = this.second[flow]!;
    return Math.min(this.left[first]! / this.unsettled[first]!, this.left[second]! / this.unsettled[second]!, this.limit[flow]!);
  }
}
