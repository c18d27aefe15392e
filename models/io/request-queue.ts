/** A first-in first-out queue of small numbers in a ring. It grows when it must, and then never again. */
export class RequestQueue {
  private ring = new Int32Array(16);
  private head = 0;
  size = 0;

  push(request: number): void {
    if (this.size === this.ring.length) this.grow();
    this.ring[(this.head + this.size) & (this.ring.length - 1)] = request;
    this.size += 1;
  }

  /** The oldest one. The queue is not empty. */
  get first(): number {
    return this.ring[this.head]!;
  }

  /** Takes the oldest one out. The queue is not empty. */
  shift(): number {
    const request = this.ring[this.head]!;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.size -= 1;
    return request;
  }

  private grow(): void {
    const wider = new Int32Array(this.ring.length * 2);
    for (let i = 0; i < this.size; i++) wider[i] = this.ring[(this.head + i) & (this.ring.length - 1)]!;
    this.ring = wider;
    this.head = 0;
  }
}
