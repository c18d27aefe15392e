/**
 * What the parts of a mounted file system share: its layout, its memory, its device, its journal, and who waits for what. It knows no operation.
 */
import type { Kernel } from '../../../sim/kernel.js';
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { Device, HostIo } from '../../io/host-io.js';
import type { FileLayout } from '../file-layout.js';
import { Activity } from './activity.js';
import { BlockIo, type BlockIoListener } from './block-io.js';
import { DEVICE_INODE, Inode } from './inode-columns.js';
import { Journal } from './journal.js';
import { PageCache } from './page-cache.js';
import { NO_PAGE, PageFlag } from './page-columns.js';
import type { ContentCheck, MountSettings } from './settings.js';
import { Tasks } from './tasks.js';
import { makeWaits, type Waits } from './waits.js';

export class Mount implements BlockIoListener {
  readonly blockBytes: Bytes;
  readonly sectorsPerBlock: number;
  readonly cache: PageCache;
  readonly tasks: Tasks;
  readonly waits: Waits;
  readonly io: BlockIo;
  readonly journal: Journal;
  /** In pages: from where on the flusher works without pause, and writers are held back. */
  readonly backgroundLimit: number;
  readonly dirtyLimit: number;
  /** Told that pages became dirty. Set once, right after construction. */
  flusher: { soiled(): void } | null = null;

  constructor(
    readonly kernel: Kernel,
    readonly device: Device,
    readonly layout: FileLayout,
    readonly settings: MountSettings,
    readonly check: ContentCheck | null,
  ) {
    this.blockBytes = layout.blockBytes;
    this.sectorsPerBlock = layout.blockBytes / sectorBytes;
    const capacity = Math.max(16, Math.floor(settings.cacheBytes / layout.blockBytes));
    this.backgroundLimit = Math.floor(capacity * settings.backgroundRatio);
    this.dirtyLimit = Math.floor(capacity * settings.dirtyRatio);
    this.cache = new PageCache(capacity, layout.blockBytes);
    this.tasks = new Tasks(kernel);
    this.waits = makeWaits(this.tasks, this.cache, () => this.io, this.dirtyLimit);
    this.io = new BlockIo(device, this.cache, this, settings, layout.blockBytes, check);
    const { commitPeriod } = settings;
    this.journal = new Journal(kernel, this.cache, this.tasks, layout.journalBlocks, layout.blockBytes, commitPeriod, () => this.settled());
  }

  makeActivity(): Activity {
    return new Activity(this.cache.pages);
  }

  /** An activity that is no request, at work from now on. */
  begin(activity: Activity): void {
    activity.since = this.kernel.now;
    this.tasks.wake(activity, null);
  }

  metadataWritten(page: number): void {
    this.journal.transactions.written(page);
    this.journal.checkpoint!.settledSome();
  }

  pagesDone(io: HostIo, isIdle: boolean): void {
    this.waits.page.wake(io);
    if (isIdle) this.waits.inode.wake(io);
    this.waits.memory.wake(null);
    if (!this.waits.device.isEmpty) this.waits.device.wake(null);
  }

  rangesDone(activity: Activity, io: HostIo): void {
    this.tasks.wake(activity, io);
  }

  /** Lets all go on that can, then sends the pages that wait to be joined. */
  settled(): void {
    this.tasks.run();
    this.io.send();
  }

  /** The activity waits for a page that is on its way. */
  waitForPage(activity: Activity, page: number): void {
    activity.waitsForPage = page;
    this.waits.page.add(activity);
  }

  /** Whether none of an inode's pages is on its way; if not, the activity waits for that. */
  isIdle(activity: Activity, inode: number): boolean {
    if (this.cache.inodes.get(inode, Inode.IN_FLIGHT) === 0) return true;
    activity.waitsForInode = inode;
    this.waits.inode.add(activity);
    return false;
  }

  /** Takes pages of an inode out of memory; false where one is on its way: the activity waits for it. */
  isRemoved(activity: Activity, inode: number, first: number, end: number): boolean {
    const busy = this.cache.removeRange(inode, first, end);
    if (busy === NO_PAGE) return true;
    this.waitForPage(activity, busy);
    return false;
  }

  soil(page: number): void {
    this.cache.soil(page, this.kernel.now);
    this.soiled();
  }

  /** Pages became dirty, or somebody waits for less of them. */
  soiled(): void {
    this.flusher!.soiled();
  }

  /** Whether an old copy of a metadata block is still on its way to one of `blocks` blocks: data must not overtake it. If so, the activity waits. */
  isOvertaking(activity: Activity, block: number, blocks: number): boolean {
    const { pages } = this.cache;
    for (let i = 0; i < blocks; i++) {
      const page = pages.find(DEVICE_INODE, block + i);
      if (page === NO_PAGE || (pages.flags[page]! & PageFlag.WRITING) === 0) continue;
      this.waitForPage(activity, page);
      return true;
    }
    return false;
  }
}
