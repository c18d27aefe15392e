/** A file system under test: a device that takes 1 ms an I/O, each on its own, and remembers them; a program that waits for each operation or has several under way. */
import { FileRequest, type FileOwner } from '../../../../models/filesystems/file-system.js';
import { MountedFileSystem } from '../../../../models/filesystems/mounted/mounted-file-system.js';
import { ext3Mount, type ContentCheck, type MountSettings } from '../../../../models/filesystems/mounted/settings.js';
import { Part, type Device, type HostIo } from '../../../../models/io/host-io.js';
import { Kind } from '../../../../models/io/plan.js';
import { Kernel } from '../../../../sim/kernel.js';
import { MiB, millisecond } from '../../../../sim/units.js';
import type { FileOp } from '../../../../traces/files/file-operation.js';
import { TinyLayout } from './tiny-layout.js';

export interface Seen {
  readonly at: number;
  readonly kind: Kind;
  /** In blocks of 4 KiB. */
  readonly block: number;
  readonly blocks: number;
}

/** Every I/O takes a millisecond, however many there are. */
export class SteadyDevice implements Device {
  readonly capacity = 10_000 * 8;
  readonly seen: Seen[] = [];
  private readonly inFlight = new Set<HostIo>();

  constructor(
    private readonly kernel: Kernel,
    private readonly time: (io: HostIo) => number = () => millisecond,
  ) {}

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    this.seen.push({ at: this.kernel.now, kind: io.kind, block: io.sector / 8, blocks: io.sectors / 8 });
    for (const other of this.inFlight) {
      const apart = other.sector + other.sectors <= io.sector || io.sector + io.sectors <= other.sector;
      if (!apart && (io.kind === Kind.WRITE || other.kind === Kind.WRITE))
        throw new Error(`I/Os at ${io.sector} and ${other.sector} overlap`);
    }
    this.inFlight.add(io);
    const time = this.time(io);
    this.kernel
      .timer(() => {
        this.inFlight.delete(io);
        io.spent.fill(0);
        io.spent[Part.TRANSFER] = time;
        io.owner.ioDone(io);
      })
      .start(time);
  }

  busyTime(): number {
    return 0;
  }
}

export interface Operation {
  readonly op: FileOp;
  readonly file?: number;
  readonly offset?: number;
  readonly bytes?: number;
  readonly direct?: boolean;
  readonly synchronous?: boolean;
}

export class FileBench implements FileOwner {
  readonly kernel = new Kernel();
  readonly device: SteadyDevice;
  readonly fs: MountedFileSystem;
  /** Of each operation that is done: when, how long it took. */
  readonly done: { readonly at: number; readonly took: number; readonly request: FileRequest }[] = [];

  constructor(
    settings: Partial<MountSettings> = {},
    readonly layout = new TinyLayout(),
    check: ContentCheck | null = null,
    time?: (io: HostIo) => number,
  ) {
    this.device = new SteadyDevice(this.kernel, time);
    this.fs = new MountedFileSystem(this.kernel, this.device, layout, { ...ext3Mount, cacheBytes: 16 * MiB, ...settings }, check);
  }

  submit(operation: Operation): FileRequest {
    const request = new FileRequest(this);
    request.op = operation.op;
    request.file = operation.file ?? 1;
    request.offset = operation.offset ?? 0;
    request.bytes = operation.bytes ?? 0;
    request.direct = operation.direct ?? false;
    request.synchronous = operation.synchronous ?? false;
    this.fs.submit(request);
    return request;
  }

  /** Submits one and runs until it is done; answers how long it took. */
  perform(operation: Operation): number {
    const request = this.submit(operation);
    while (this.done.every((done) => done.request !== request)) {
      if (this.kernel.pending === 0) throw new Error('nothing is left to happen and the operation is not done');
      this.kernel.run(Infinity, 1);
    }
    return this.done[this.done.length - 1]!.took;
  }

  /** What the device saw since the last call, in words such as `write 74+8`. */
  seen(): string[] {
    const words = this.device.seen.map(({ kind, block, blocks }) =>
      kind === Kind.FLUSH ? 'flush' : `${kind === Kind.READ ? 'read' : 'write'} ${block}+${blocks}`,
    );
    this.device.seen.length = 0;
    return words;
  }

  fileDone(request: FileRequest): void {
    const took = this.kernel.now - request.submitted;
    const spent = request.spent.reduce((sum, part) => sum + part, 0);
    if (spent !== took) throw new Error(`an operation took ${took} ns but accounts for ${spent}: ${request.spent.join()}`);
    this.done.push({ at: this.kernel.now, took, request });
  }
}
