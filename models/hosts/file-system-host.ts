/**
 * A host that keeps an image's files on a mounted file system. The cache mode of the virtual disk says how they are opened: `none` passes the host's page cache by (O_DIRECT), `writethrough` makes each write durable
 * (O_DSYNC), `writeback` leaves it to FLUSH, which is an fdatasync. It knows no format and no device.
 *
 * Files that are there when the host is made are open; one that appears later (a snapshot, a new image) is created when it is first touched. What Linux 2.6.32 has no call for: zeroing a
 * range is done by writing zeros, punching and probing for holes cost a refused system call.
 */
import type { Kernel } from '../../sim/kernel.js';
import { MiB, sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { FileOp } from '../../traces/files/file-operation.js';
import { unusedMetadata, type FileLayout, type FileNumber } from '../filesystems/file-layout.js';
import { FilePart, FileRequest, type FileOwner, type FileSystem } from '../filesystems/file-system.js';
import { RunList } from '../filesystems/run-list.js';
import { Part, parts, type Host, type HostIo } from '../io/host-io.js';
import type { CacheMode } from '../io/image-format.js';
import { Kind } from '../io/plan.js';
import { FreeIos } from './free-ios.js';

export interface ImagePlace {
  /** The directory of the images, and the number that FileId 0 has; those of other FileIds follow. Several hosts may share a file system. */
  readonly directory: FileNumber;
  readonly firstFile: FileNumber;
  readonly cache: CacheMode;
  /** Time of a system call that the file system refuses. Assumed, range 0.5-2 us. */
  readonly refusalTime: Nanoseconds;
}

const enum Opening {
  CLOSED = 0,
  UNDER_WAY = 1,
  OPEN = 2,
}

/** A file operation for an I/O, or, without one, the creation of a file. Its `tag` is its place among all. */
class ImageRequest extends FileRequest {
  nextFree: ImageRequest | null = null;
  io: HostIo | null = null;
}

export class FileSystemHost implements Host, FileOwner {
  /** System calls that the host's system does not have. */
  refused = 0;
  private readonly free: FreeIos;
  private readonly opening: Opening[] = [];
  /** I/Os that wait for a file to be created, of all files, in the order of arrival. */
  private waiting: HostIo | null = null;
  private readonly made: ImageRequest[] = [];
  private pool: ImageRequest | null = null;

  constructor(
    private readonly kernel: Kernel,
    /** One that also says whether it has a file. */
    private readonly fileSystem: FileSystem & { has(file: FileNumber): boolean },
    private readonly place: ImagePlace,
  ) {
    this.free = new FreeIos(kernel, place.refusalTime);
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.seekCylinders = 0;
    if (io.kind === Kind.PUNCH || io.kind === Kind.SEEK_DATA || io.kind === Kind.REFUSED_ALLOCATE) {
      this.refused += 1;
      this.free.submit(io);
      return;
    }
    const state = this.opening[io.file] ?? this.look(io.file);
    if (state === Opening.OPEN) {
      this.start(io);
      return;
    }
    this.wait(io);
    if (state === Opening.CLOSED) this.create(io.file);
  }

  fileDone(fileRequest: FileRequest): void {
    const request = this.made[fileRequest.tag]!;
    const { io, file } = request;
    request.io = null;
    request.nextFree = this.pool;
    this.pool = request;
    if (io === null) {
      this.opening[file - this.place.firstFile] = Opening.OPEN;
      this.startWaiting(file - this.place.firstFile);
      return;
    }
    const { spent } = request;
    for (let part = 0; part < parts; part++) io.spent[part] = spent[part]!;
    const waited = spent[FilePart.THROTTLED]! + spent[FilePart.JOURNAL]! + spent[FilePart.CONFLICT]!;
    io.spent[Part.QUEUE]! += waited + request.submitted - io.submitted;
    io.spent[Part.OVERHEAD]! += spent[FilePart.CPU]!;
    io.owner.ioDone(io);
  }

  private look(file: number): Opening {
    while (this.opening.length <= file) {
      this.opening.push(this.fileSystem.has(this.place.firstFile + this.opening.length) ? Opening.OPEN : Opening.CLOSED);
    }
    return this.opening[file]!;
  }

  private create(file: number): void {
    this.opening[file] = Opening.UNDER_WAY;
    const request = this.request(FileOp.CREATE, file);
    request.directory = this.place.directory;
    this.fileSystem.submit(request);
  }

  private wait(io: HostIo): void {
    io.next = null;
    if (this.waiting === null) {
      this.waiting = io;
      return;
    }
    let last = this.waiting;
    while (last.next !== null) last = last.next;
    last.next = io;
  }

  private startWaiting(file: number): void {
    let io = this.waiting;
    this.waiting = null;
    while (io !== null) {
      const next: HostIo | null = io.next;
      if (io.file === file) {
        io.next = null;
        this.start(io);
      } else this.wait(io);
      io = next;
    }
  }

  private start(io: HostIo): void {
    const request = this.request(opOf(io.kind), io.file);
    const { cache } = this.place;
    request.io = io;
    request.offset = io.offset;
    request.bytes = io.bytes;
    if (request.op === FileOp.READ || request.op === FileOp.WRITE) {
      request.direct = cache === 'none';
      request.synchronous = cache === 'writethrough' && request.op === FileOp.WRITE;
      if (request.direct) this.align(request);
    }
    this.fileSystem.submit(request);
  }

  /** Direct I/O takes whole sectors. */
  private align(request: FileRequest): void {
    const end = Math.ceil((request.offset + request.bytes) / sectorBytes) * sectorBytes;
    request.offset = Math.floor(request.offset / sectorBytes) * sectorBytes;
    request.bytes = end - request.offset;
  }

  private request(op: FileOp, file: number): ImageRequest {
    let request = this.pool;
    if (request !== null) this.pool = request.nextFree;
    else {
      request = new ImageRequest(this);
      request.tag = this.made.length;
      this.made.push(request);
    }
    request.op = op;
    request.file = this.place.firstFile + file;
    request.offset = request.bytes = 0;
    request.direct = request.synchronous = false;
    return request;
  }
}

function opOf(kind: Kind): FileOp {
  switch (kind) {
    case Kind.READ:
      return FileOp.READ;
    case Kind.WRITE:
    case Kind.ZERO:
      return FileOp.WRITE;
    case Kind.FLUSH:
      return FileOp.FDATASYNC;
    case Kind.TRUNCATE:
      return FileOp.TRUNCATE;
    case Kind.ALLOCATE:
      return FileOp.ALLOCATE;
    case Kind.PUNCH:
    case Kind.SEEK_DATA:
    case Kind.REFUSED_ALLOCATE:
      throw new RangeError(`a host's file system takes no I/O of kind ${kind}`);
  }
}

/** Puts an image file into a file system before the run begins, at no cost: `sparse` leaves a hole of its size, `preallocated` as a file that was filled with zeros. */
export function placeImage(
  layout: FileLayout,
  file: FileNumber,
  directory: FileNumber,
  bytes: Bytes,
  kind: 'sparse' | 'preallocated',
): void {
  layout.create(file, directory, unusedMetadata);
  if (kind === 'preallocated') {
    const piece = (128 * MiB) / layout.blockBytes;
    const blocks = Math.ceil(bytes / layout.blockBytes);
    const runs = new RunList();
    for (let first = 0; first < blocks; first += piece) {
      runs.clear();
      layout.allocate(file, first, Math.min(piece, blocks - first), runs, unusedMetadata);
    }
  }
  layout.setSize(file, bytes, unusedMetadata);
}
