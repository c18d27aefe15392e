/**
 * A file system at work: operations on files become reads and writes of a block device, through memory, a journal and a flusher as Linux 2.6.32 has them. Guests and hosts mount the same. It knows neither
 * the program above nor the device below; where things lie is the layout's.
 *
 * Not modelled: the page that a TRUNCATE cuts in two is not read and zeroed; operations on names of one directory do not wait for one another; a freed block may be used again before the commit.
 */
import type { Kernel } from '../../../sim/kernel.js';
import { InputError } from '../../../sim/errors.js';
import { formatBytes, sectorBytes, type Bytes } from '../../../sim/units.js';
import { FileOp } from '../../../traces/files/file-operation.js';
import type { Device } from '../../io/host-io.js';
import type { Block, FileLayout, FileNumber, MetadataUse } from '../file-layout.js';
import type { FileRequest, FileSystem } from '../file-system.js';
import type { Program } from './activity.js';
import { Checkpoint } from './checkpoint.js';
import { Commit } from './commit.js';
import { Direct } from './direct.js';
import { Flusher } from './flusher.js';
import { DEVICE_INODE, NO_INODE } from './inode-columns.js';
import { Mount } from './mount.js';
import { Names } from './names.js';
import { NO_PAGE, PageFlag } from './page-columns.js';
import { Reader } from './reader.js';
import { Requests } from './requests.js';
import type { ContentCheck, MountSettings } from './settings.js';
import { Synchronizer } from './synchronizer.js';
import { Times } from './times.js';
import { WriteBack } from './write-back.js';
import { Writer } from './writer.js';

export class MountedFileSystem implements FileSystem {
  private readonly mount: Mount;
  private readonly commit: Commit;
  private readonly requests: Requests;
  private readonly reader: Reader;
  private readonly writer: Writer;
  private readonly direct: Direct;
  private readonly names: Names;
  private readonly synchronizer: Synchronizer;

  /**
   * @param check follows the contents of blocks, to verify
   * @throws InputError where the device is smaller than the file system
   */
  constructor(kernel: Kernel, device: Device, layout: FileLayout, settings: MountSettings, check: ContentCheck | null = null) {
    const bytes = layout.blocks * layout.blockBytes;
    if (bytes > device.capacity * sectorBytes) {
      const room = formatBytes(device.capacity * sectorBytes);
      throw new InputError('a file system', `${formatBytes(bytes)} of it on a device of ${room}`, `at most ${room}`);
    }
    const mount = (this.mount = new Mount(kernel, device, layout, settings, check));
    const writeBack = new WriteBack(mount);
    const times = new Times(mount);
    this.commit = mount.journal.commit = new Commit(mount, writeBack);
    mount.journal.checkpoint = new Checkpoint(mount);
    mount.flusher = new Flusher(mount, writeBack);
    this.requests = new Requests(mount);
    this.synchronizer = new Synchronizer(mount, writeBack, this.requests);
    this.reader = new Reader(mount, this.requests, times);
    this.writer = new Writer(mount, this.requests, this.synchronizer, times);
    this.direct = new Direct(mount, this.requests, writeBack, this.writer, this.synchronizer, times);
    this.names = new Names(mount, this.requests, this.writer, times);
  }

  submit(request: FileRequest): void {
    this.requests.begin(request, this.programOf(request));
  }

  has(file: FileNumber): boolean {
    return this.mount.layout.has(file);
  }

  size(file: FileNumber): Bytes {
    return this.mount.layout.size(file);
  }

  dirtyBytes(): Bytes {
    const { cache, journal, blockBytes } = this.mount;
    const { blocks, closedBlocks } = journal.transactions;
    return (cache.dirty + cache.writing + blocks.count + closedBlocks.count) * blockBytes;
  }

  /** Leaves in memory what an operation of the layout used that was carried out without time, as if it had just been. Nothing is under way. */
  readonly memory: MetadataUse = {
    read: (block) => this.hold(block),
    change: (block) => this.hold(block),
    forget: (block) => this.mount.cache.removeRange(DEVICE_INODE, block, block + 1),
  };

  /** Takes what memory holds of a part of a file away: somebody wrote there past it, without time. Nothing is under way. */
  dropPages(file: FileNumber, offset: Bytes, bytes: Bytes): void {
    const { cache, blockBytes } = this.mount;
    const inode = cache.inodes.find(file);
    if (inode !== NO_INODE) cache.removeRange(inode, Math.floor(offset / blockBytes), Math.ceil((offset + bytes) / blockBytes));
  }

  /** Requests under way. */
  get inFlight(): number {
    return this.requests.inFlight;
  }

  /** Its own counts since the mount, by name; pages are blocks of the file system. */
  counters(): Readonly<Record<string, number>> {
    const { cache, io } = this.mount;
    return {
      'pages dirtied': cache.dirtied,
      'pages written back': cache.written,
      'pages overwritten in memory': cache.overwritten,
      'dirty pages forgotten': cache.forgotten,
      'page hits': cache.hits,
      'page misses': cache.misses,
      'transactions committed': this.commit.commits,
      'journal blocks': this.commit.blocks,
      'device I/Os': io.requests,
    };
  }

  /** @throws Error where a byte that was changed is neither written, nor overwritten, forgotten, or still dirty */
  checkConservation(): void {
    this.mount.cache.checkConservation();
  }

  private hold(block: Block): void {
    const { cache } = this.mount;
    let page = cache.pages.find(DEVICE_INODE, block);
    if (page === NO_PAGE) page = cache.insert(DEVICE_INODE, block, block);
    cache.pages.flags[page]! |= PageFlag.VALID | PageFlag.REFERENCED;
  }

  private programOf({ op, direct }: FileRequest): Program {
    switch (op) {
      case FileOp.READ:
        return direct ? this.direct : this.reader;
      case FileOp.WRITE:
        return direct ? this.direct : this.writer;
      case FileOp.FSYNC:
      case FileOp.FDATASYNC:
      case FileOp.SYNC:
        return this.synchronizer;
      case FileOp.MKDIR:
      case FileOp.CREATE:
      case FileOp.OPEN:
      case FileOp.CLOSE:
      case FileOp.UNLINK:
      case FileOp.TRUNCATE:
      case FileOp.ALLOCATE:
        return this.names;
      case FileOp.PUNCH:
        throw new InputError(
          'a file system',
          'an operation that gives blocks of a file back',
          'none: Linux 2.6.32 has no such call for it',
        );
      case FileOp.COMPUTE:
      case FileOp.PHASE:
        throw new RangeError(`a file system takes no operation ${op}`);
    }
  }
}
