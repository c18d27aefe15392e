/** Room in the journal of an FVD image: sectors are taken in order; when they are used up, it begins anew once no write to it is under way. */
import type { RequestId } from '../../io/image-format.js';
import { RequestQueue } from '../../io/request-queue.js';

export class Journal {
  private next = 0;
  private underWay = 0;
  private readonly waiting = new RequestQueue();

  constructor(private readonly sectors: number) {}

  hasRoom(sectors: number): boolean {
    return this.next + sectors <= this.sectors;
  }

  get isQuiet(): boolean {
    return this.underWay === 0;
  }

  beginAnew(): void {
    this.next = 0;
  }

  /** Takes sectors for a write that begins now. Answers the first. */
  take(sectors: number): number {
    const first = this.next;
    this.next += sectors;
    this.underWay += 1;
    return first;
  }

  /** Has `r` try again when no write is under way. */
  wait(r: RequestId): void {
    this.waiting.push(r);
  }

  /** A write is done; those that wait for quiet try again. */
  done(released: RequestQueue): void {
    this.underWay -= 1;
    if (this.underWay > 0) return;
    while (this.waiting.size > 0) released.push(this.waiting.shift());
  }
}
