/** Buffered reads: from memory where the pages are there; else they are read, further ahead where the reader goes in order. A hole costs no I/O. */
import { Kind, Mode } from '../../io/plan.js';
import { hole } from '../run-list.js';
import type { Activity, Program } from './activity.js';
import { Inode } from './inode-columns.js';
import { applyChanges, isInMemory } from './metadata-access.js';
import type { Mount } from './mount.js';
import { NO_PAGE, PageFlag, UNPLACED } from './page-columns.js';
import { ReadAhead } from './read-ahead.js';
import type { Requests } from './requests.js';
import type { Times } from './times.js';

const enum Step {
  BEGIN = 0,
  PAGES = 1,
  MAP = 2,
  /** The page that was waited for is there, even if memory has no room to keep it. */
  ARRIVED = 3,
  TOUCH = 4,
  TOUCHED = 5,
}

export class Reader implements Program {
  private readonly window: ReadAhead;

  constructor(
    private readonly mount: Mount,
    private readonly requests: Requests,
    private readonly times: Times,
  ) {
    this.window = new ReadAhead(mount.cache.inodes, Math.max(1, mount.settings.readAheadBytes / mount.blockBytes));
  }

  run(activity: Activity): void {
    for (;;) if (!this.advance(activity)) return;
  }

  private advance(activity: Activity): boolean {
    const { mount } = this;
    switch (activity.step as Step) {
      case Step.BEGIN:
        this.begin(activity);
        return true;
      case Step.PAGES:
        return this.walk(activity);
      case Step.MAP:
        if (!isInMemory(mount, activity)) return false;
        this.mapAgain(activity);
        activity.step = this.readWindow(activity) ? Step.ARRIVED : Step.PAGES;
        return true;
      case Step.ARRIVED:
        this.see(activity, mount.cache.pages.find(activity.inode, activity.cursor));
        activity.step = Step.PAGES;
        return true;
      case Step.TOUCH:
        return this.touch(activity);
      case Step.TOUCHED:
        if (!isInMemory(mount, activity)) return false;
        applyChanges(mount, activity);
        this.end(activity);
        return false;
    }
  }

  private begin(activity: Activity): void {
    const { layout, blockBytes } = this.mount;
    const { offset, bytes, file } = activity.request!;
    const end = Math.min(offset + bytes, layout.size(file));
    activity.cursor = Math.floor(offset / blockBytes);
    activity.end = end > offset ? Math.ceil(end / blockBytes) : activity.cursor;
    activity.missed = -1;
    activity.step = Step.PAGES;
  }

  /** Goes over the pages until one is missing or on its way. */
  private walk(activity: Activity): boolean {
    const { mount } = this;
    const { cache } = mount;
    const { pages } = cache;
    while (activity.cursor < activity.end) {
      const page = pages.find(activity.inode, activity.cursor);
      if (page === NO_PAGE) {
        cache.misses += 1;
        if (activity.missed === activity.cursor) this.window.again(activity.cursor);
        else this.window.miss(activity.inode, activity.cursor, activity.end - activity.cursor);
        activity.missed = activity.cursor;
        this.map(activity);
        return true;
      }
      if ((pages.flags[page]! & PageFlag.AHEAD) !== 0) {
        pages.flags[page]! &= ~PageFlag.AHEAD;
        this.window.ahead(activity.inode);
        this.map(activity);
        return true;
      }
      if ((pages.flags[page]! & PageFlag.READING) !== 0) {
        activity.step = Step.ARRIVED;
        mount.waitForPage(activity, page);
        return false;
      }
      cache.hits += 1;
      this.see(activity, page);
    }
    activity.step = Step.TOUCH;
    return true;
  }

  private see(activity: Activity, page: number): void {
    const { cache, check } = this.mount;
    if (page !== NO_PAGE) {
      cache.pages.flags[page]! |= PageFlag.REFERENCED;
      if (check !== null) check.seen(activity.request!.file, activity.cursor, cache.pages.version[page]!);
    }
    cache.inodes.set(activity.inode, Inode.LAST_READ, activity.cursor);
    activity.cursor += 1;
  }

  /** Asks the layout where the window lies that was decided on. A file that was cut while it was being read ends where it ends now. */
  private map(activity: Activity): void {
    const { first, count, mark } = this.window;
    activity.pieceEnd = first;
    activity.fillFirst = mark;
    activity.budget = count;
    activity.end = Math.min(activity.end, Math.max(activity.cursor, this.endOf(activity)));
    this.askLayout(activity);
    activity.step = Step.MAP;
  }

  /** While what the layout read was brought into memory, the file may have been cut. */
  private mapAgain(activity: Activity): void {
    if (activity.metadata.readCount > 0) this.askLayout(activity);
  }

  private askLayout(activity: Activity): void {
    const first = activity.pieceEnd;
    const inFile = Math.min(activity.budget, this.endOf(activity) - first);
    activity.runs.clear();
    activity.metadata.clear();
    if (inFile > 0) this.mount.layout.map(activity.request!.file, first, inFile, activity.runs, activity.metadata);
  }

  /** Behind the last block of the file. */
  private endOf(activity: Activity): number {
    const { layout, blockBytes } = this.mount;
    return Math.ceil(layout.size(activity.request!.file) / blockBytes);
  }

  /** Reads the pages of the window that are not in memory; holes are filled with zeros. Answers whether the page that is wanted next was made so. */
  private readWindow(activity: Activity): boolean {
    const { cache, io } = this.mount;
    const { pages } = cache;
    const { runs, inode } = activity;
    let index = activity.pieceEnd;
    let isThere = false;
    for (let run = 0; run < runs.size; run++) {
      const block = runs.block[run]!;
      for (let i = 0; i < runs.blocks[run]!; i++, index++) {
        if (pages.find(inode, index) !== NO_PAGE) continue;
        const page = cache.insert(inode, index, block === hole ? UNPLACED : block + i);
        pages.flags[page] = block === hole ? PageFlag.VALID | PageFlag.REFERENCED : PageFlag.READING;
        if (index === activity.fillFirst) pages.flags[page] |= PageFlag.AHEAD;
        if (block !== hole) io.addPage(Kind.READ, page, index < activity.end ? Mode.ASYNC : Mode.BACKGROUND);
        else if (index === activity.cursor) isThere = true;
      }
    }
    return isThere;
  }

  private touch(activity: Activity): boolean {
    const { layout, journal } = this.mount;
    const { file } = activity.request!;
    if (!this.times.isReadNew(file)) {
      this.end(activity);
      return false;
    }
    if (!journal.enter(activity)) return false;
    this.times.read(file);
    layout.touch(file, activity.metadata.clear());
    journal.changed(activity.inode, false);
    activity.step = Step.TOUCHED;
    return true;
  }

  private end(activity: Activity): void {
    const { offset, bytes } = activity.request!;
    const end = activity.end * this.mount.blockBytes;
    this.requests.end(activity, Math.max(0, Math.min(bytes, end - offset)));
  }
}
