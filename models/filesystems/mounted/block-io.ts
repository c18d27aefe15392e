/**
 * The I/Os of a mounted file system to its device: pages that lie side by side join into one I/O, as far as the settings' unit allows, ranges are cut at the largest I/O. It knows pages and
 * whose they are, not files.
 */
import { sectorBytes } from '../../../sim/units.js';
import { HostIo, type Device, type IoOwner } from '../../io/host-io.js';
import { Kind, Mode, Purpose } from '../../io/plan.js';
import type { Activity } from './activity.js';
import { DEVICE_INODE } from './inode-columns.js';
import { NO_PAGE, PageFlag } from './page-columns.js';
import type { PageCache } from './page-cache.js';
import type { ContentCheck, MountSettings } from './settings.js';

/** An I/O of pages (a chain from `entry` on), or of a range that `activity` waits for. Its `request` is its place among all. */
class BlockRequest extends HostIo {
  nextFree: BlockRequest | null = null;
  activity: Activity | null = null;
}

/** Told what I/Os brought about. */
export interface BlockIoListener {
  /** A page of metadata is on the device. */
  metadataWritten(page: number): void;
  /** Pages came or went; `isIdle`: an inode has none on the way any more. */
  pagesDone(io: HostIo, isIdle: boolean): void;
  /** An activity has none of its own I/Os under way any more. */
  rangesDone(activity: Activity, io: HostIo): void;
  /** All that follows from an I/O was said. */
  settled(): void;
}

export class BlockIo implements IoOwner {
  /** I/Os that write pages, under way. */
  writes = 0;
  /** I/Os begun: reads and writes. */
  requests = 0;
  private readonly sectorsPerPage: number;
  private readonly maxSectors: number;
  private readonly isOfBios: boolean;
  private readonly made: BlockRequest[] = [];
  private pool: BlockRequest | null = null;
  /** Takes pages in until one comes that does not join. */
  private open: BlockRequest | null = null;
  private openEnd = 0;
  private lastPage = NO_PAGE;

  constructor(
    private readonly device: Device,
    private readonly cache: PageCache,
    private readonly listener: BlockIoListener,
    private readonly settings: MountSettings,
    pageBytes: number,
    private readonly check: ContentCheck | null,
  ) {
    this.sectorsPerPage = pageBytes / sectorBytes;
    this.maxSectors = Math.max(this.sectorsPerPage, settings.maxIoBytes / sectorBytes);
    this.isOfBios = settings.ioUnit === 'bios';
  }

  /** Whether writers of pages should rest: one more I/O would be more than the device's queue takes well. */
  get isCongested(): boolean {
    return this.writes >= (this.settings.requestLimit * 7) / 8;
  }

  get isRelieved(): boolean {
    return this.writes <= (this.settings.requestLimit * 13) / 16;
  }

  /** Whether a page would join the I/O that is open. */
  joins(kind: Kind, page: number): boolean {
    const { open } = this;
    const { block, owner } = this.cache.pages;
    if (open === null || open.kind !== kind || block[page] !== this.openEnd) return false;
    if (open.sectors + this.sectorsPerPage > this.maxSectors) return false;
    return !this.isOfBios || (owner[page] !== DEVICE_INODE && owner[page] === owner[this.lastPage]);
  }

  /** Takes a page, which is marked as on its way. `mode` BACKGROUND: nobody waits. */
  addPage(kind: Kind, page: number, mode: Mode): void {
    const { pages } = this.cache;
    const block = pages.block[page]!;
    pages.ioNext[page] = NO_PAGE;
    if (this.check !== null && kind === Kind.WRITE && pages.owner[page] !== DEVICE_INODE) this.check.writes(block, pages.version[page]!);
    if (this.joins(kind, page)) {
      pages.ioNext[this.lastPage] = page;
      this.open!.sectors += this.sectorsPerPage;
    } else {
      this.send();
      const io = this.make(kind, mode, pages.owner[page] === DEVICE_INODE ? Purpose.METADATA : Purpose.DATA, null);
      io.entry = page;
      io.sector = block * this.sectorsPerPage;
      io.sectors = this.sectorsPerPage;
      this.open = io;
      if (kind === Kind.WRITE) this.writes += 1;
    }
    if (mode === Mode.ASYNC) this.open!.mode = mode;
    this.lastPage = page;
    this.openEnd = block + 1;
  }

  /** Submits the I/O that is open. */
  send(): void {
    const io = this.open;
    if (io === null) return;
    this.open = null;
    this.requests += 1;
    this.device.submit(io);
  }

  /** Reads or writes a range of sectors of data, or of the journal, for an activity, in pieces side by side. */
  range(kind: Kind, purpose: Purpose, sector: number, sectors: number, activity: Activity): void {
    const most = this.isOfBios && purpose === Purpose.METADATA ? this.sectorsPerPage : this.maxSectors;
    for (let done = 0; done < sectors; done += most) {
      const io = this.make(kind, Mode.ASYNC, purpose, activity);
      io.sector = sector + done;
      io.sectors = Math.min(most, sectors - done);
      activity.outstanding += 1;
      this.requests += 1;
      this.device.submit(io);
    }
  }

  /** What the device holds back goes to the medium. */
  flush(activity: Activity): void {
    const io = this.make(Kind.FLUSH, Mode.ASYNC, Purpose.METADATA, activity);
    io.sector = io.sectors = 0;
    activity.outstanding += 1;
    this.device.submit(io);
  }

  ioDone(hostIo: HostIo): void {
    const io = this.made[hostIo.request]!;
    const { activity } = io;
    if (activity === null) {
      const isIdle = io.kind === Kind.WRITE ? this.endWrites(io) : this.endReads(io);
      this.listener.pagesDone(io, isIdle);
    } else {
      activity.outstanding -= 1;
      if (activity.outstanding === 0) this.listener.rangesDone(activity, io);
    }
    io.activity = null;
    io.nextFree = this.pool;
    this.pool = io;
    this.listener.settled();
  }

  private endWrites(io: HostIo): boolean {
    const { pages } = this.cache;
    let isIdle = false;
    this.writes -= 1;
    for (let page = io.entry; page !== NO_PAGE; page = pages.ioNext[page]!) {
      if (this.cache.endWrite(page)) isIdle = true;
      if (pages.owner[page] === DEVICE_INODE) this.listener.metadataWritten(page);
    }
    return isIdle;
  }

  private endReads(io: HostIo): boolean {
    const { pages } = this.cache;
    for (let page = io.entry; page !== NO_PAGE; page = pages.ioNext[page]!) {
      pages.flags[page] = (pages.flags[page]! & ~PageFlag.READING) | PageFlag.VALID;
      if (this.check !== null) pages.version[page] = this.check.held(pages.block[page]!);
    }
    return false;
  }

  private make(kind: Kind, mode: Mode, purpose: Purpose, activity: Activity | null): BlockRequest {
    let io = this.pool;
    if (io !== null) this.pool = io.nextFree;
    else {
      io = new BlockRequest(this);
      io.request = this.made.length;
      this.made.push(io);
    }
    io.kind = kind;
    io.mode = mode;
    io.purpose = purpose;
    io.activity = activity;
    return io;
  }
}
