/**
 * Makes room in the journal: blocks of the oldest transactions that are not at their places yet are written there and waited for,
 * then the journal's superblock, which gives the room back. It decides not when.
 */
import { Kind, Mode } from '../../io/plan.js';
import type { Activity, Program } from './activity.js';
import { DEVICE_INODE, Inode } from './inode-columns.js';
import type { RoomMaker } from './journal.js';
import { JournalWrites } from './journal-writes.js';
import type { Mount } from './mount.js';
import { NO_PAGE, PageFlag } from './page-columns.js';

const enum Step {
  REST = 0,
  SKIP = 1,
  WRITE = 2,
  AWAIT = 3,
  SUPERBLOCK = 4,
  END = 5,
}

export class Checkpoint implements Program, RoomMaker {
  private readonly activity: Activity;
  private readonly writes: JournalWrites;
  /** The oldest transaction that is not settled, and whether its last blocks are waited for. */
  private oldest = 1;
  private isWaiting = false;

  constructor(private readonly mount: Mount) {
    this.activity = mount.makeActivity();
    this.activity.program = this;
    this.writes = new JournalWrites(mount);
  }

  start(): void {
    if (this.activity.step !== Step.REST) return;
    this.activity.step = Step.SKIP;
    this.mount.begin(this.activity);
  }

  run(activity: Activity): void {
    for (;;) if (!this.advance(activity)) return;
  }

  private advance(activity: Activity): boolean {
    const { journal, cache } = this.mount;
    const { space, transactions } = journal;
    switch (activity.step as Step) {
      case Step.SKIP:
        this.oldest = space.oldest;
        while (this.oldest <= cache.committed && transactions.isSettled(this.oldest)) this.oldest += 1;
        activity.step = this.oldest > space.oldest ? Step.SUPERBLOCK : Step.WRITE;
        return true;
      case Step.WRITE:
        if (!this.isCommitted(activity) || !this.writeOldest(activity)) return false;
        activity.step = Step.AWAIT;
        if (transactions.runningHoldsUp(this.oldest)) journal.commit!.start();
        return true;
      case Step.AWAIT:
        this.isWaiting = !transactions.isSettled(this.oldest);
        if (this.isWaiting) return false;
        activity.step = Step.SKIP;
        return true;
      case Step.SUPERBLOCK:
        activity.step = Step.END;
        this.writes.superblock(activity);
        return false;
      case Step.END:
        space.freeBefore(this.oldest);
        activity.step = space.hasRoom ? Step.REST : Step.SKIP;
        journal.admit();
        return !space.hasRoom;
      case Step.REST:
        return false;
    }
  }

  /** Whether the oldest transaction is in the journal; if not, the activity has it commit, and waits. */
  private isCommitted(activity: Activity): boolean {
    const { journal, cache, waits } = this.mount;
    if (this.oldest <= cache.committed) return true;
    activity.waitsForCommit = this.oldest;
    waits.commit.add(activity);
    journal.request(this.oldest);
    return false;
  }

  /** Writes the blocks of the oldest transaction that are dirty; false where the device's queue is full. */
  private writeOldest(activity: Activity): boolean {
    const { cache, io, journal, waits } = this.mount;
    const { pages } = cache;
    cache.dirtyPages.sort(DEVICE_INODE);
    let page = cache.inodes.get(DEVICE_INODE, Inode.FIRST_DIRTY);
    while (page !== NO_PAGE) {
      const next = pages.dirtyNext[page]!;
      if (journal.transactions.isOf(page, this.oldest) && (pages.flags[page]! & PageFlag.WRITING) === 0) {
        if (io.isCongested && !io.joins(Kind.WRITE, page)) {
          waits.device.add(activity);
          return false;
        }
        cache.beginWrite(page);
        io.addPage(Kind.WRITE, page, Mode.ASYNC);
      }
      page = next;
    }
    return true;
  }

  settledSome(): void {
    if (!this.isWaiting || !this.mount.journal.transactions.isSettled(this.oldest)) return;
    this.isWaiting = false;
    this.mount.begin(this.activity);
  }
}
