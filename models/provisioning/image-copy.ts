/**
 * Copies pieces of a disk from one device to another, several at a time, in ascending order, over a network if the two are on different hosts. A governor may hold it back.
 * It knows no image format and no virtual machine.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import { Gate } from '../../sim/process.js';
import { sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { HostIo, type Device, type IoOwner } from '../io/host-io.js';
import { Kind } from '../io/plan.js';
import type { Flow, Network, Receiver } from '../network/network.js';
import type { PrefetchGovernor } from '../prefetch/governor.js';
import type { ChunkSet } from './chunk-set.js';

export interface CopyPath {
  readonly source: Device;
  readonly target: Device;
  /** Pieces under way at once. */
  readonly depth: number;
  /** Where source and target are on different hosts, and the source is no device that brings its own network. */
  readonly route?: { readonly network: Network; readonly from: number; readonly to: number };
  /** Told of each read and the way over the network; null where nothing holds the copy back. */
  readonly governor: PrefetchGovernor | null;
}

export class ImageCopy implements IoOwner, Receiver {
  /** Brought to the target so far. */
  bytes: Bytes = 0.5 - 0.5;
  /** Opens when all pieces of the set have been copied that the cursor came across. */
  readonly finished = new Gate();
  private set: ChunkSet | null = null;
  private cursor = 0;
  private outstanding = 0;
  private readonly ios: HostIo[] = [];
  private readonly idle: HostIo[] = [];
  private readonly began: Float64Array;
  private readonly flow: Flow | null;
  private readonly resume: Timer;

  constructor(
    private readonly kernel: Kernel,
    private readonly path: CopyPath,
  ) {
    const { depth, route } = path;
    for (let i = 0; i < depth; i++) {
      const io = new HostIo(this);
      io.request = i;
      this.ios.push(io);
      this.idle.push(io);
    }
    this.began = new Float64Array(depth);
    this.flow = route === undefined ? null : route.network.connect(route.from, route.to, this);
    this.resume = kernel.timer(() => this.goOn());
  }

  /** Takes the pieces out of the set one after another, once through. A copy at a time. */
  start(set: ChunkSet): void {
    if (this.set !== null) throw new Error('a copy was started while another is under way');
    this.set = set;
    this.cursor = 0;
    this.resume.start(0);
  }

  ioDone(io: HostIo): void {
    if (io.kind === Kind.WRITE) this.pieceDone(io);
    else if (this.flow !== null) this.flow.send(io.request, io.sectors * sectorBytes);
    else this.arrived(io);
  }

  delivered(tag: number): void {
    this.arrived(this.ios[tag]!);
  }

  private arrived(io: HostIo): void {
    this.path.governor?.transferred(io.sectors * sectorBytes, this.began[io.request]!, this.kernel.now);
    io.kind = Kind.WRITE;
    this.path.target.submit(io);
  }

  private pieceDone(io: HostIo): void {
    this.bytes += io.sectors * sectorBytes;
    this.outstanding -= 1;
    this.idle.push(io);
    if (!this.resume.pending) this.goOn();
  }

  /** Begins pieces until as many are under way as may be, the governor says wait, or none is left. */
  private goOn(): void {
    const set = this.set!;
    while (this.idle.length > 0) {
      const chunk = set.next(this.cursor);
      if (chunk < 0) break;
      const readyAt: Nanoseconds = this.path.governor?.readyAt ?? 0;
      if (readyAt > this.kernel.now) {
        this.resume.startAt(Math.ceil(readyAt));
        return;
      }
      set.remove(chunk);
      this.cursor = chunk + 1;
      this.begin(this.idle.pop()!, chunk * set.chunkBytes, set.bytesOf(chunk));
    }
    if (this.outstanding > 0) return;
    this.set = null;
    this.finished.open();
  }

  private begin(io: HostIo, offset: Bytes, bytes: Bytes): void {
    io.kind = Kind.READ;
    io.offset = offset;
    io.bytes = bytes;
    io.sector = offset / sectorBytes;
    io.sectors = Math.ceil(bytes / sectorBytes);
    this.began[io.request] = this.kernel.now;
    this.outstanding += 1;
    this.path.source.submit(io);
  }
}
