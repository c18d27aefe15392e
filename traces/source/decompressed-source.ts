/** A compressed file, decompressed by a helper thread into a ring that the caller reads by waiting. */
import { Worker } from 'node:worker_threads';
import { InputError } from '../../sim/errors.js';
import type { ByteSource, Codec } from './byte-source.js';
import type { DecompressJob } from './decompress-worker.js';
import { Ring } from './ring.js';

/** Without any sign of life for so long, the helper counts as dead; it gives one every `heartbeatMs`, however slow its work. */
const patienceMs = 30_000;
const helper = new URL('./decompress-worker.js', import.meta.url);

export class DecompressedSource implements ByteSource {
  private readonly ring = new Ring();
  private worker: Worker | null;

  /**
   * @param script of the helper, and
   * @param patience in ms: for tests of what happens when the helper dies
   */
  constructor(
    readonly path: string,
    codec: Codec,
    script = helper,
    private readonly patience = patienceMs,
  ) {
    const job: DecompressJob = { path, codec, memory: this.ring.memory };
    this.worker = new Worker(script, { workerData: job, execArgv: [], stdout: true, stderr: true });
    this.worker.unref();
    this.worker.on('error', () => {}); // the reader learns of it through the ring
  }

  read(into: Uint8Array, from: number): number {
    if (this.worker === null) throw new Error(`${this.path} is closed`);
    const count = this.ring.take(into, from, this.patience);
    if (count > 0) return count;
    if (count < 0) throw new InputError(this.path, 'no answer from the thread that decompresses it', 'a helper thread that runs');
    if (this.ring.state === 'failed') throw new InputError(this.path, this.ring.failure, 'a whole compressed file');
    return 0;
  }

  close(): void {
    if (this.worker === null) return;
    this.ring.leave();
    void this.worker.terminate();
    this.worker = null;
  }
}
