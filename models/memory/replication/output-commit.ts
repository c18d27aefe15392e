/**
 * Output that is kept until the state it came from is safe elsewhere: what the network was given leaves when the checkpoint behind it is
 * answered for. Writes to the disk go to the disk at once and to the backup's memory too, where they wait for the same checkpoint. A guest
 * whose connections have their window full of what is kept waits.
 */
import type { Kernel } from '../../../sim/kernel.js';
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import type { NetworkLink } from '../../guests/memory/network-link.js';
import { Output, Passage, type OutputGuard } from '../../guests/memory/output-guard.js';
import type { EpochRecord } from '../epoch-record.js';

export class OutputCommit implements OutputGuard {
  /** False: everything passes. */
  isKeeping = false;
  /** What is kept, the oldest first: when it came, and its bytes for the network, 0 for the disk. */
  private times = new Float64Array(256);
  private bytes = new Float64Array(256);
  private size = 0;
  private kept: Bytes = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly link: NetworkLink,
    /** Takes the bytes of a write to the disk to the backup. */
    private readonly mirror: (bytes: Bytes) => void,
  ) {}

  beforeOutput(kind: Output, bytes: Bytes): Passage {
    if (!this.isKeeping) return Passage.GOES;
    if (kind === Output.DISK) {
      this.mirror(bytes);
      this.note(0);
      return Passage.GOES;
    }
    if (this.kept + this.link.backlog(this.kernel.now) >= this.link.window) return Passage.WAITS;
    this.kept += bytes;
    this.note(bytes);
    return Passage.KEPT;
  }

  /** What is kept by now: it belongs to the checkpoint that is taken now. */
  get count(): number {
    return this.size;
  }

  /** Lets the oldest go. */
  release(count: number, record: EpochRecord): void {
    const { now } = this.kernel;
    for (let i = 0; i < count; i++) {
      const bytes = this.bytes[i]!;
      if (bytes > 0) this.link.send(now, bytes);
      this.kept -= bytes;
      this.account(now - this.times[i]!, record);
    }
    this.times.copyWithin(0, count, this.size);
    this.bytes.copyWithin(0, count, this.size);
    this.size -= count;
  }

  private account(delay: Nanoseconds, record: EpochRecord): void {
    record.outputs += 1;
    record.outputDelay += delay;
    record.outputDelayMax = Math.max(record.outputDelayMax, delay);
  }

  private note(bytes: Bytes): void {
    if (this.size === this.times.length) this.grow();
    this.times[this.size] = this.kernel.now;
    this.bytes[this.size++] = bytes;
  }

  private grow(): void {
    const times = new Float64Array(this.size * 2);
    const bytes = new Float64Array(this.size * 2);
    times.set(this.times);
    bytes.set(this.bytes);
    this.times = times;
    this.bytes = bytes;
  }
}
