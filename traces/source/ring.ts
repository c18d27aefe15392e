/**
 * A ring of bytes in shared memory: one thread writes, another reads, both by waiting.
 *
 * - Counters run modulo 2^32; the ring's size is a power of two, so their difference is how much is in it.
 * - Every change moves SIGNAL, and whoever waits compares it with the value seen before the last look: no wake-up is lost.
 * - The writer also moves SIGNAL now and then while it has nothing to say. A reader that sees it stand still knows that the
 *   writer is gone.
 */
const WRITTEN = 0;
const READ = 1;
const SIGNAL = 2;
const STATE = 3;
const REASON_BYTES = 4;

const RUNNING = 0;
const ENDED = 1;
const FAILED = 2;
const LEFT = 3;

const controlBytes = 64;
const reasonCapacity = 1024;
export const ringBytes = 1 << 21;

/** What the reader of a ring finds. */
export type RingState = 'running' | 'ended' | 'failed';

export class Ring {
  private readonly control: Int32Array;
  private readonly reason: Uint8Array;
  private readonly data: Uint8Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(controlBytes + reasonCapacity + ringBytes)) {
    this.control = new Int32Array(memory, 0, controlBytes / 4);
    this.reason = new Uint8Array(memory, controlBytes, reasonCapacity);
    this.data = new Uint8Array(memory, controlBytes + reasonCapacity, ringBytes);
  }

  /** Writer: puts all of `chunk`, waiting for room. False where the reader has left. */
  put(chunk: Uint8Array): boolean {
    let done = 0;
    while (done < chunk.length) {
      const seen = Atomics.load(this.control, SIGNAL);
      if (Atomics.load(this.control, STATE) === LEFT) return false;
      const written = Atomics.load(this.control, WRITTEN);
      const room = ringBytes - ((written - Atomics.load(this.control, READ)) | 0);
      if (room === 0) {
        Atomics.wait(this.control, SIGNAL, seen);
        continue;
      }
      const at = written & (ringBytes - 1);
      const count = Math.min(room, chunk.length - done, ringBytes - at);
      this.data.set(chunk.subarray(done, done + count), at);
      done += count;
      Atomics.store(this.control, WRITTEN, (written + count) | 0);
      this.signal();
    }
    return true;
  }

  /** Writer: still there. */
  signal(): void {
    Atomics.add(this.control, SIGNAL, 1);
    Atomics.notify(this.control, SIGNAL);
  }

  /** Writer: everything was put. */
  end(): void {
    Atomics.compareExchange(this.control, STATE, RUNNING, ENDED);
    this.signal();
  }

  /** Writer: no more will come, for this reason. The first reason given stays. */
  fail(reason: string): void {
    const text = new TextEncoder().encode(reason).subarray(0, reasonCapacity);
    if (Atomics.load(this.control, STATE) !== RUNNING) return;
    this.reason.set(text);
    Atomics.store(this.control, REASON_BYTES, text.length);
    Atomics.compareExchange(this.control, STATE, RUNNING, FAILED);
    this.signal();
  }

  /**
   * Reader: takes what fits into `into` from index `from`, waiting for at least one byte; 0 where the writer has ended or failed.
   * @param patienceMs how long the writer may give no sign of life
   * @returns -1 where it gave none
   */
  take(into: Uint8Array, from: number, patienceMs: number): number {
    for (;;) {
      const seen = Atomics.load(this.control, SIGNAL);
      const isOver = Atomics.load(this.control, STATE) !== RUNNING;
      const read = Atomics.load(this.control, READ);
      const held = (Atomics.load(this.control, WRITTEN) - read) | 0;
      if (held > 0) return this.takeHeld(into, from, read, held);
      if (isOver) return 0;
      if (Atomics.wait(this.control, SIGNAL, seen, patienceMs) === 'timed-out') return -1;
    }
  }

  private takeHeld(into: Uint8Array, from: number, read: number, held: number): number {
    const at = read & (ringBytes - 1);
    const count = Math.min(held, into.length - from, ringBytes - at);
    into.set(this.data.subarray(at, at + count), from);
    Atomics.store(this.control, READ, (read + count) | 0);
    this.signal();
    return count;
  }

  /** Reader: how the writer stands. */
  get state(): RingState {
    const state = Atomics.load(this.control, STATE);
    return state === FAILED ? 'failed' : state === RUNNING ? 'running' : 'ended';
  }

  /** Reader: why the writer failed. */
  get failure(): string {
    return new TextDecoder().decode(this.reason.slice(0, Atomics.load(this.control, REASON_BYTES)));
  }

  /** Reader: nothing more is wanted; the writer stops. */
  leave(): void {
    Atomics.store(this.control, STATE, LEFT);
    this.signal();
  }
}
