/**
 * The files that a server exports, each in one piece on its device, behind a page cache: read-ahead, write-back, stable writes, commits. It carries file operations
 * out in time and knows no network. Finding a file costs nothing here and files keep their size: for files that grow, export a file system that allocates.
 */
import { RequestQueue } from '../io/request-queue.js';
import { HostIo, Part, parts, type Device, type IoOwner } from '../io/host-io.js';
import { Kind } from '../io/plan.js';
import type { FileRequest, FileSystem } from '../filesystems/file-system.js';
import type { Kernel, Timer } from '../../sim/kernel.js';
import { sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../sim/units.js';
import { FileOp } from '../../traces/files/file-operation.js';
import { ABSENT, NfsPageCache, pageBytes, PageState } from './nfs-page-cache.js';
import { nextStretch, pagesToRead, takeMarker } from './nfs-read-ahead.js';

export interface StoreSettings {
  /** Memory that holds pages of files. */
  readonly cacheBytes: Bytes;
  readonly readAheadBytes: Bytes;
  /** Largest I/O to the device. */
  readonly maxIoBytes: Bytes;
  /** More than this of dirty pages is written back; at twice as much writers wait. */
  readonly dirtyBytes: Bytes;
  /** Dirty pages are written back after this, whatever their number. */
  readonly dirtyAge: Nanoseconds;
  /** Whether what is made durable is flushed from the drive's cache too. */
  readonly flushesDrive: boolean;
}

export interface StoredFile {
  readonly firstSector: Sectors;
  readonly bytes: Bytes;
}

const enum Stage {
  /** Until the pages are in memory. */
  PAGES = 0,
  /** Until there is room for dirty pages. */
  ROOM = 1,
  /** Until the writes that were issued before are done. */
  WRITES = 2,
  FLUSH = 3,
}

/** A request at work, and where its time went so far. */
class Work {
  constructor(readonly index: number) {}
  request: FileRequest | null = null;
  stage = Stage.PAGES;
  since: Nanoseconds = 0.5 - 0.5;
  /** Writes with a number up to this are waited for. */
  lastWrite = 0;
}

const pagesIn = (bytes: Bytes): number => Math.floor(bytes / pageBytes);
const sectorsPerPage = pageBytes / sectorBytes;
const works = 256;

export class NfsStore implements FileSystem, IoOwner {
  /** READs that found all their pages in memory, and those that had to wait. */
  hits = 0;
  misses = 0;
  private readonly cache: NfsPageCache;
  private readonly work = Array.from({ length: works }, (_, i) => new Work(i));
  private readonly waiting = new RequestQueue();
  private readonly ready = new RequestQueue();
  private readonly idle = new RequestQueue();
  private readonly wake: Timer;
  private readonly aged: Timer;
  private pool: HostIo | null = null;
  /** Numbers of the writes under way, ascending, and their pages. */
  private readonly writes: number[] = [];
  private lastWrite = 0;
  private writingPages = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly device: Device,
    private readonly files: readonly StoredFile[],
    private readonly settings: StoreSettings,
  ) {
    this.cache = new NfsPageCache(pagesIn(settings.cacheBytes));
    for (const { bytes } of files) this.cache.addFile(Math.ceil(bytes / pageBytes));
    for (let i = 0; i < works; i++) this.idle.push(i);
    this.wake = kernel.timer(() => this.finishReady());
    this.aged = kernel.timer(() => this.writeBack());
  }

  size(file: number): Bytes {
    return this.files[file]!.bytes;
  }

  dirtyBytes(): Bytes {
    return (this.cache.dirtyPages + this.writingPages) * pageBytes;
  }

  /** Nanoseconds for which the device was at work. */
  busyTime(): Nanoseconds {
    return this.device.busyTime();
  }

  /** Takes READ, WRITE, FSYNC and FDATASYNC; what else there is costs nothing here. A write beyond a file's end is refused. */
  submit(request: FileRequest): void {
    if (this.idle.size === 0) throw new RangeError(`more than ${works} requests at a file server's store`);
    request.submitted = this.kernel.now;
    request.spent.fill(0);
    if (request.op === FileOp.WRITE && request.offset + request.bytes > this.size(request.file)) {
      throw new RangeError(`a write up to byte ${request.offset + request.bytes} of a file of ${this.size(request.file)} bytes`);
    }
    const w = this.idle.shift();
    const work = this.work[w]!;
    work.request = request;
    work.since = this.kernel.now;
    work.stage = Stage.PAGES;
    if (request.op === FileOp.FSYNC || request.op === FileOp.FDATASYNC) this.beginSync(work, 0, this.cache.pagesOf(request.file));
    const isDone = this.advance(work);
    if (request.op === FileOp.READ) this.hits += isDone ? 1 : 0;
    if (request.op === FileOp.READ) this.misses += isDone ? 0 : 1;
    if (isDone) this.makeReady(w);
    else this.waiting.push(w);
  }

  ioDone(io: HostIo): void {
    if (io.kind === Kind.READ) this.forRange(io, PageState.READING);
    else if (io.kind === Kind.WRITE) {
      this.forRange(io, PageState.WRITING);
      this.writingPages -= io.bytes;
      this.forgetWrite(io.entry);
    }
    for (let left = this.waiting.size; left > 0; left--) {
      const w = this.waiting.shift();
      const work = this.work[w]!;
      if (work.stage === Stage.FLUSH ? io.kind === Kind.FLUSH && io.request === w : this.advance(work)) {
        this.account(work, io);
        this.makeReady(w);
      } else this.waiting.push(w);
    }
    io.next = this.pool;
    this.pool = io;
  }

  /** Brings a request on as far as it goes; answers whether it is done. */
  private advance(work: Work): boolean {
    const request = work.request!;
    if (request.op === FileOp.READ)
      return this.havePages(request, pagesIn(request.offset), Math.ceil((request.offset + request.bytes) / pageBytes));
    if (work.stage === Stage.PAGES) {
      if (request.op !== FileOp.WRITE) return true;
      if (!this.haveEdges(request)) return false;
      work.stage = Stage.ROOM;
    }
    if (work.stage === Stage.ROOM) {
      if (this.dirtyBytes() > 0 && this.dirtyBytes() + request.bytes > 2 * this.settings.dirtyBytes) {
        this.writeBack();
        return false;
      }
      this.soilPages(request);
      if (!request.synchronous) return true;
      this.beginSync(work, pagesIn(request.offset), Math.ceil((request.offset + request.bytes) / pageBytes));
    }
    if (work.stage === Stage.WRITES) {
      if (this.writes.length > 0 && this.writes[0]! <= work.lastWrite) return false;
      if (!this.settings.flushesDrive) return true;
      work.stage = Stage.FLUSH;
      const io = this.take(Kind.FLUSH);
      io.request = work.index;
      this.device.submit(io);
    }
    return false;
  }

  private beginSync(work: Work, page: number, end: number): void {
    this.writeOut(work.request!.file, page, end);
    work.stage = Stage.WRITES;
    work.lastWrite = this.lastWrite;
  }

  /** Whether all pages are in memory; reads those that are not, and ahead. */
  private havePages({ file }: FileRequest, page: number, end: number): boolean {
    const { cache } = this;
    const limit = pagesIn(this.settings.readAheadBytes);
    const last = Math.min(end, cache.pagesOf(file));
    let hasAll = true;
    for (let at = page; at < last; at++) {
      let slot = cache.find(file, at);
      if (slot === ABSENT) {
        const count = pagesToRead(cache, file, at, last - at, limit);
        this.read(file, at, count);
        if (at + count > last && cache.find(file, last) !== ABSENT) cache.set(cache.find(file, last), PageState.MARKER);
        slot = cache.find(file, at);
      }
      if (cache.has(slot, PageState.READING)) hasAll = false;
      cache.set(slot, PageState.USED);
      if (takeMarker(cache, slot)) this.readOn(file, at, limit);
    }
    return hasAll;
  }

  private readOn(file: number, page: number, limit: number): void {
    const { cache } = this;
    const from = nextStretch(cache, file, page, limit);
    if (from >= cache.pagesOf(file)) return;
    this.read(file, from, pagesToRead(cache, file, from, 1, limit));
    cache.set(cache.find(file, from), PageState.MARKER);
  }

  /** The first and the last page of a write, where it covers them in part. */
  private haveEdges(request: FileRequest): boolean {
    const first = pagesIn(request.offset);
    const end = request.offset + request.bytes;
    const headIs = request.offset % pageBytes === 0 || this.haveAlone(request.file, first);
    const isWhole = end % pageBytes === 0 || end >= this.size(request.file);
    return (isWhole || this.haveAlone(request.file, pagesIn(end))) && headIs;
  }

  private haveAlone(file: number, page: number): boolean {
    if (this.cache.find(file, page) === ABSENT) this.read(file, page, 1);
    return !this.cache.has(this.cache.find(file, page), PageState.READING);
  }

  /** Reads the pages from `page` on that are not in memory, in as few I/Os as may be. */
  private read(file: number, page: number, count: number): void {
    const most = pagesIn(this.settings.maxIoBytes);
    for (let at = page; at < page + count;) {
      let end = at;
      while (end < page + count && end - at < most && this.cache.find(file, end) === ABSENT)
        this.cache.insert(file, end++, PageState.READING);
      if (end > at) this.issue(Kind.READ, file, at, end);
      else end += 1;
      at = end;
    }
  }

  private soilPages({ file, offset, bytes }: FileRequest): void {
    const { cache, settings } = this;
    for (let page = pagesIn(offset); page * pageBytes < offset + bytes; page++) {
      const found = cache.find(file, page);
      cache.soil(found === ABSENT ? cache.insert(file, page, PageState.USED) : found);
    }
    if (!this.aged.pending) this.aged.start(settings.dirtyAge);
    if (cache.dirtyPages * pageBytes > settings.dirtyBytes) this.writeBack();
  }

  private writeBack(): void {
    for (let file = 0; file < this.files.length; file++) this.writeOut(file, 0, this.cache.pagesOf(file));
  }

  /** Writes the dirty pages of a file in a range, ascending. */
  private writeOut(file: number, page: number, end: number): void {
    const { cache } = this;
    const most = pagesIn(this.settings.maxIoBytes);
    for (let at = cache.nextDirty(file, page, end); at < end; at = cache.nextDirty(file, at, end)) {
      const from = at;
      while (at < end && at - from < most) {
        const slot = cache.find(file, at);
        if (slot === ABSENT || !cache.has(slot, PageState.DIRTY)) break;
        cache.clean(slot);
        cache.set(slot, PageState.WRITING);
        at += 1;
      }
      this.issue(Kind.WRITE, file, from, at);
    }
  }

  private issue(kind: Kind, file: number, page: number, end: number): void {
    const io = this.take(kind);
    io.file = file;
    io.offset = page;
    io.bytes = end - page;
    io.sector = this.files[file]!.firstSector + page * sectorsPerPage;
    io.sectors = (end - page) * sectorsPerPage;
    if (kind === Kind.WRITE) {
      io.entry = ++this.lastWrite;
      this.writes.push(io.entry);
      this.writingPages += end - page;
    }
    this.device.submit(io);
  }

  private forgetWrite(number: number): void {
    const { writes } = this;
    for (let i = writes.indexOf(number); i + 1 < writes.length; i++) writes[i] = writes[i + 1]!;
    writes.pop();
  }

  private take(kind: Kind): HostIo {
    const io = this.pool ?? new HostIo(this);
    this.pool = io.next;
    io.next = null;
    io.kind = kind;
    return io;
  }

  /** The pages of an I/O (its offset and bytes count pages) leave a state. */
  private forRange(io: HostIo, state: PageState): void {
    for (let page = io.offset; page < io.offset + io.bytes; page++) this.cache.clear(this.cache.find(io.file, page), state);
  }

  /** The time of the request so far, told by the I/O that it waited for last: what that spent last counts first. */
  private account(work: Work, io: HostIo): void {
    const { spent } = work.request!;
    let left = this.kernel.now - work.since;
    for (let part = parts - 1; part > Part.QUEUE; part--) {
      const time = Math.min(left, io.spent[part]!);
      spent[part]! += time;
      left -= time;
    }
    spent[Part.QUEUE]! += left;
    work.since = this.kernel.now;
  }

  private makeReady(w: number): void {
    this.ready.push(w);
    if (!this.wake.pending) this.wake.start(0);
  }

  private finishReady(): void {
    for (let left = this.ready.size; left > 0; left--) {
      const w = this.ready.shift();
      const request = this.work[w]!.request!;
      this.work[w]!.request = null;
      this.idle.push(w);
      request.owner.fileDone(request);
    }
  }
}
