/**
 * Memory in front of a host: what was read from or written to a place of a file is served from memory until something else takes its room. Writes go through. It is how a file
 * system with a cache of its own keeps blocks by where they lie (the ARC of ZFS), seen from below the file system. It knows no format.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import type { Bytes } from '../../sim/units.js';
import { HostIo, type Host, type IoOwner } from '../io/host-io.js';
import { Kind } from '../io/plan.js';
import { ABSENT, NfsPageCache, pageBytes, PageState } from './nfs-page-cache.js';

const firstPage = (io: HostIo): number => Math.floor(io.offset / pageBytes);
const endPage = (io: HostIo): number => Math.ceil((io.offset + io.bytes) / pageBytes);

export class CachedHost implements Host, IoOwner {
  /** Reads that memory served, and those that it did not. */
  hits = 0;
  misses = 0;
  private readonly cache: NfsPageCache;
  private readonly served: Timer;
  private ready: HostIo | null = null;
  private lastReady: HostIo | null = null;
  private readonly wholes: (HostIo | null)[] = [];
  private pool: HostIo | null = null;

  /**
   * @param cacheBytes of memory, for all files together
   * @param fileBytes by file, how large it may become
   */
  constructor(
    private readonly kernel: Kernel,
    private readonly host: Host,
    cacheBytes: Bytes,
    fileBytes: readonly Bytes[],
  ) {
    this.cache = new NfsPageCache(Math.floor(cacheBytes / pageBytes));
    for (const bytes of fileBytes) this.cache.addFile(Math.ceil(bytes / pageBytes));
    this.served = kernel.timer(() => this.finishServed());
  }

  submit(io: HostIo): void {
    if (io.kind === Kind.READ && this.has(io)) {
      this.hits += 1;
      this.serve(io);
      return;
    }
    if (io.kind === Kind.READ) this.misses += 1;
    if (io.kind === Kind.READ || io.kind === Kind.WRITE) this.passOn(io);
    else this.host.submit(io);
  }

  ioDone(inner: HostIo): void {
    const io = this.wholes[inner.request]!;
    this.wholes[inner.request] = null;
    for (let page = firstPage(io); page < endPage(io); page++) this.keep(io.file, page);
    io.submitted = inner.submitted;
    io.spent.set(inner.spent);
    io.seekCylinders = inner.seekCylinders;
    inner.next = this.pool;
    this.pool = inner;
    io.owner.ioDone(io);
  }

  private has(io: HostIo): boolean {
    const { cache } = this;
    const end = endPage(io);
    for (let page = firstPage(io); page < end; page++) if (cache.find(io.file, page) === ABSENT) return false;
    for (let page = firstPage(io); page < end; page++) cache.set(cache.find(io.file, page), PageState.USED);
    return true;
  }

  private keep(file: number, page: number): void {
    const slot = this.cache.find(file, page);
    if (slot === ABSENT) this.cache.insert(file, page, PageState.USED);
    else this.cache.set(slot, PageState.USED);
  }

  private passOn(io: HostIo): void {
    const inner = this.pool ?? new HostIo(this);
    this.pool = inner.next;
    inner.next = null;
    const free = this.wholes.indexOf(null);
    inner.request = free === -1 ? this.wholes.length : free;
    this.wholes[inner.request] = io;
    inner.kind = io.kind;
    inner.mode = io.mode;
    inner.purpose = io.purpose;
    inner.file = io.file;
    inner.offset = io.offset;
    inner.bytes = io.bytes;
    this.host.submit(inner);
  }

  /** Completed by an event of its own, in the order of submission. */
  private serve(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.spent.fill(0);
    io.seekCylinders = 0;
    io.next = null;
    if (this.lastReady === null) {
      this.ready = io;
      this.served.start(0);
    } else this.lastReady.next = io;
    this.lastReady = io;
  }

  private finishServed(): void {
    let io = this.ready;
    this.ready = this.lastReady = null;
    while (io !== null) {
      const next: HostIo | null = io.next;
      io.next = null;
      io.owner.ioDone(io);
      io = next;
    }
  }
}
