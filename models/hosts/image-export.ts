/**
 * The live disk of an image as the one file that a server exports: file operations become requests of a virtual disk on the server. So a file
 * system with snapshots, which is an image format here, lies below the export. It knows neither the format nor the network.
 */
import type { Kernel } from '../../sim/kernel.js';
import { sectorBytes, type Bytes } from '../../sim/units.js';
import { FileOp } from '../../traces/files/file-operation.js';
import type { FileRequest, FileSystem } from '../filesystems/file-system.js';
import { Part } from '../io/host-io.js';
import { Op } from '../io/image-format.js';
import type { VirtualDisk } from '../io/virtual-disk.js';

const opOf = (op: FileOp): Op => {
  if (op === FileOp.READ) return Op.READ;
  if (op === FileOp.WRITE) return Op.WRITE;
  if (op === FileOp.FSYNC || op === FileOp.FDATASYNC) return Op.FLUSH;
  throw new RangeError(`an exported disk takes no operation ${op}`);
};

export class ImageExport implements FileSystem {
  /** By slot of the virtual disk. */
  private readonly requestOf: (FileRequest | null)[];
  private readonly isFlushing: Uint8Array;
  private waiting: FileRequest | null = null;
  private lastWaiting: FileRequest | null = null;

  /** @param disk takes its requests from here alone */
  constructor(
    private readonly kernel: Kernel,
    private readonly disk: VirtualDisk,
    private readonly diskBytes: Bytes,
  ) {
    this.requestOf = new Array<FileRequest | null>(disk.slots).fill(null);
    this.isFlushing = new Uint8Array(disk.slots);
    disk.whenDone((r) => this.done(r));
  }

  size(): Bytes {
    return this.diskBytes;
  }

  /** Nothing: a write is done when the image's host has it. */
  dirtyBytes(): Bytes {
    return 0;
  }

  /** Takes READ, WRITE, FSYNC and FDATASYNC; whole sectors around what is asked for are moved. A synchronous write ends with a FLUSH. */
  submit(request: FileRequest): void {
    request.submitted = this.kernel.now;
    request.spent.fill(0);
    request.next = null;
    if (this.lastWaiting !== null) this.lastWaiting.next = request;
    else this.waiting = request;
    this.lastWaiting = request;
    this.admit();
  }

  /** Lets requests in that found no room: for use after a control operation. */
  admit(): void {
    while (this.waiting !== null && this.disk.hasRoom) {
      const request = this.waiting;
      this.waiting = request.next;
      if (this.waiting === null) this.lastWaiting = null;
      this.begin(request, opOf(request.op));
    }
  }

  private begin(request: FileRequest, op: Op): void {
    const first = Math.floor(request.offset / sectorBytes) * sectorBytes;
    const end = Math.ceil((request.offset + request.bytes) / sectorBytes) * sectorBytes;
    const isFlush = op === Op.FLUSH;
    const r = this.disk.submit(op, isFlush ? 0 : first, isFlush ? 0 : end - first, this.kernel.now);
    request.next = null;
    this.requestOf[r] = request;
    this.isFlushing[r] = isFlush ? 1 : 0;
  }

  private done(r: number): void {
    const request = this.requestOf[r]!;
    this.requestOf[r] = null;
    if (request.op === FileOp.WRITE && request.synchronous && this.isFlushing[r] === 0) {
      this.begin(request, Op.FLUSH);
      return;
    }
    request.spent[Part.TRANSFER] = this.kernel.now - request.submitted;
    this.admit();
    request.owner.fileDone(request);
  }
}
