/**
 * A disk image on the host's own ext3 with the programs that the iROW papers run on it, in the host itself: a script of `qemu-img` operations, each opening and closing the image,
 * and a benchmark that writes and reads through `qemu-io`. What only prepares a measurement takes no time.
 *
 * `qemu-img snapshot` of QEMU 0.12.5 opens an image without flags: through the host's page cache, each write durable before the next. The benchmark opens it with O_DIRECT, as
 * the papers say. What O_DIRECT writes leaves memory, the file system's own metadata stay there: so tables are cold when a tool starts, and maps of blocks are warm.
 */
import type { LocalDrive } from '../../models/devices/local-drive.js';
import { Replay } from '../../models/guests/replay.js';
import { Op, type ImageFormat } from '../../models/io/image-format.js';
import { Kind, type Plan } from '../../models/io/plan.js';
import { carryOut } from '../../models/io/untimed.js';
import { VirtualDisk } from '../../models/io/virtual-disk.js';
import { Kernel } from '../../sim/kernel.js';
import { defaults } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { KiB, MiB, millisecond, second, sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { TraceReader } from '../../traces/batch.js';
import { sequential } from '../../traces/synthetic/sequential.js';
import type { TestBed } from '../testbeds/testbed.js';
import { checkDisk } from './conservation.js';
import { ImageOnFiles } from './image-on-files.js';
import { makeDrive, makeFormat, setupOf, type Setup } from './world.js';

/** Of a fill, its last bytes are written in time: what it leaves in the drive's buffer and in the host's memory is there when the next command starts. */
const tail = 256 * MiB;
/** No less than this, and less than `tail` for small clusters: writing them takes longer. */
const shortest = 4 * MiB;
const usualCluster = 64 * KiB;

/** By then all that was changed is written back: it is 30 s old, and the writer comes by every 5 s. */
const restTime = 60 * second;

/** From the end of a command to the start of the next: a shell notes the end and forks. Assumed, 1 to 10 ms. */
const longestPause = 10 * millisecond;

const piece = MiB;

export interface HostedRequest {
  readonly testbed: TestBed;
  /** A name in the registry of image formats, and its options. */
  readonly format: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly diskBytes: Bytes;
  readonly seed: number;
  /** Time that the virtual device adds to a request; the programs in the host have none of it. */
  readonly requestOverhead?: Nanoseconds;
}

/** What a benchmark took. */
export interface Effort {
  readonly bytes: Bytes;
  readonly requests: number;
  readonly time: Nanoseconds;
  readonly ios: number;
}

export class HostedImage {
  readonly kernel = new Kernel();
  readonly device: LocalDrive;
  readonly storage: ImageOnFiles;
  readonly format: ImageFormat;
  /** Opened by the tool, and by the benchmark. */
  private readonly tool: VirtualDisk;
  readonly bench: VirtualDisk;
  readonly setup: Setup;
  private readonly pauses: RandomStream;
  private readonly waited = this.kernel.timer(() => this.kernel.stop());

  /** The image is made in time, as the script makes it: what that leaves in memory stays there. */
  constructor(private readonly request: HostedRequest) {
    const { testbed, format, options, diskBytes, seed, requestOverhead = 0 } = request;
    this.setup = { ...setupOf(testbed, format), options, diskBytes, requestOverhead };
    const { scheduler, queueDepth, partitionStart } = this.setup;
    this.device = makeDrive(this.kernel, this.setup);
    const bytes = this.device.capacity * sectorBytes - partitionStart;
    const storage = { fileSystem: 'ext3', bytes, scheduler, queueDepth, cache: testbed.cache.value, partitionStart, seed };
    this.storage = new ImageOnFiles(this.kernel, this.device, testbed, storage);
    this.format = makeFormat(this.setup);
    this.tool = new VirtualDisk(this.kernel, this.format, this.storage.opened('writethrough'), this.setup);
    this.bench = new VirtualDisk(this.kernel, this.format, this.storage.host, this.setup);
    this.pauses = new RandomStream(seed, 'pauses of a script');
    this.operate(Op.CREATE, '');
  }

  /** Time of a command on a snapshot: a process starts, opens the image, does it, and ends. */
  command(op: Op.SNAPSHOT | Op.APPLY | Op.DELETE, name: string): Nanoseconds {
    this.format.cache = 'writethrough';
    this.wait(this.pauses.uniform() * longestPause);
    const start = this.kernel.now;
    this.operate(Op.OPEN, '');
    this.operate(op, name);
    this.operate(Op.CLOSE, '');
    this.checkConservation(this.tool);
    return this.kernel.now - start + this.request.testbed.command!.fixedTime.value;
  }

  /** The image is opened by the benchmark; then `trace`, one request after another. */
  run(trace: TraceReader): Effort {
    this.openForBench();
    const { kernel, bench } = this;
    this.wait(this.pauses.uniform() * longestPause);
    const before = bench.traffic.ios;
    const start = kernel.now;
    const replay = new Replay(kernel, bench, trace, { kind: 'closed', depth: 1 }, this.setup.slots, 0);
    while (!replay.isDone) kernel.run();
    this.checkConservation(bench);
    return {
      bytes: replay.reads.total + replay.writes.total,
      requests: replay.completed,
      time: replay.lastCompletion - start,
      ios: bench.traffic.ios - before,
    };
  }

  /** The benchmark writes the disk from its start to its end. Only the end of it takes time. */
  fillDisk(): void {
    const { diskBytes } = this.setup;
    const cluster = (this.request.options['cluster'] as Bytes | undefined) ?? usualCluster;
    const timed = Math.min(diskBytes, tail, Math.max(shortest, (tail * cluster) / usualCluster));
    this.fill(0, diskBytes - timed);
    this.run(sequential.open({ ...defaults(sequential.options), offset: diskBytes - timed, size: timed, block: piece }, 0));
  }

  /** Writes a part of the disk in order, at no cost. */
  fill(offset: Bytes, bytes: Bytes): void {
    this.openForBench();
    for (let at = offset; at < offset + bytes; at += piece) this.write(at, Math.min(piece, offset + bytes - at));
  }

  /** One write with O_DIRECT, at no cost. */
  write(offset: Bytes, bytes: Bytes): void {
    carryOut(this.format, Op.WRITE, offset, bytes, undefined, (plan) => this.keep(plan));
  }

  /** Nothing is left to write: as when each measurement is made for itself. */
  rest(): void {
    this.wait(restTime);
  }

  /** @throws Error which names the accounts of the disk, the host's file system or the drive that disagree */
  checkConservation(disk: VirtualDisk): void {
    checkDisk(this.kernel, disk);
    this.storage.mounted.checkConservation();
    this.device.checkConservation();
  }

  private wait(time: Nanoseconds): void {
    this.waited.start(Math.round(time));
    while (this.waited.pending) this.kernel.run();
  }

  /** A snapshot at no cost. */
  snapshot(name: string): void {
    this.openForBench();
    carryOut(this.format, Op.SNAPSHOT, 0, 0, name, (plan) => this.keep(plan));
  }

  /** Opens the image as a virtual machine or the benchmark has it. */
  openForBench(): void {
    this.format.cache = this.setup.cache;
    carryOut(this.format, Op.OPEN);
  }

  private operate(op: Op.CREATE | Op.OPEN | Op.CLOSE | Op.SNAPSHOT | Op.APPLY | Op.DELETE, snapshot: string): void {
    const { kernel } = this;
    this.tool.operate({ op, snapshot, askedAt: 0, begunAt: 0, done: () => kernel.stop() });
    kernel.run();
  }

  private keep(plan: Plan): void {
    const { mounted } = this.storage;
    this.storage.apply(plan, this.format, mounted.memory);
    for (let i = 0; i < plan.size; i++) {
      if (plan.kind[i] === Kind.WRITE) mounted.dropPages(this.storage.fileOf(plan.file[i]!), plan.offset[i]!, plan.bytes[i]!);
    }
  }
}
