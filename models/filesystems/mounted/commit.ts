/**
 * Commits transactions, one at a time (kjournald). When nobody is changing metadata any more the transaction closes; data that it takes along are written and waited for; then descriptors and
 * copies of the changed blocks go to the journal side by side, then the commit block.
 */
import { Mode } from '../../io/plan.js';
import type { Activity, Program } from './activity.js';
import type { JournalWriter } from './journal.js';
import { JournalWrites } from './journal-writes.js';
import type { Mount } from './mount.js';
import { Unplaced, type WriteBack } from './write-back.js';

const enum Step {
  REST = 0,
  CLOSE = 1,
  WRITE_DATA = 2,
  AWAIT_DATA = 3,
  COPIES = 4,
  FLUSH_BEFORE = 5,
  COMMIT_BLOCK = 6,
  FLUSH_AFTER = 7,
  END = 8,
}

export class Commit implements Program, JournalWriter {
  /** Transactions committed, and blocks that they took in the journal. */
  commits = 0;
  blocks = 0;
  private readonly activity: Activity;
  private readonly writes: JournalWrites;
  private isWantedAgain = false;
  /** Whether it is about to run. */
  private isReady = false;
  private nextInode = 0;

  constructor(
    private readonly mount: Mount,
    private readonly writeBack: WriteBack,
  ) {
    this.activity = mount.makeActivity();
    this.activity.program = this;
    this.writes = new JournalWrites(mount);
  }

  /** Has the running transaction commit, after the one that is committing. */
  start(): void {
    const { journal } = this.mount;
    if (!journal.isRunning) return;
    if (this.activity.step > Step.CLOSE) {
      this.isWantedAgain = true;
      return;
    }
    const isNew = this.activity.step === Step.REST;
    this.activity.step = Step.CLOSE;
    journal.isClosing = true;
    if ((isNew || journal.handles === 0) && !this.isReady) {
      this.isReady = true;
      this.mount.begin(this.activity);
    }
  }

  run(activity: Activity): void {
    for (;;) if (!this.advance(activity)) return;
  }

  /** One step; false where it waits. */
  private advance(activity: Activity): boolean {
    const { mount } = this;
    const { journal, settings, io } = mount;
    switch (activity.step as Step) {
      case Step.CLOSE:
        return this.close(activity);
      case Step.WRITE_DATA:
        return this.writeData(activity);
      case Step.AWAIT_DATA:
        return this.awaitData(activity);
      case Step.COPIES:
        return this.writeCopies(activity);
      case Step.FLUSH_BEFORE:
        activity.step = Step.COMMIT_BLOCK;
        if (settings.barrier) io.flush(activity);
        return !settings.barrier;
      case Step.COMMIT_BLOCK:
        activity.step = Step.FLUSH_AFTER;
        this.writes.append(activity, journal.transactions.committing, 1);
        this.blocks += 1;
        return false;
      case Step.FLUSH_AFTER:
        activity.step = Step.END;
        if (settings.barrier) io.flush(activity);
        return !settings.barrier;
      case Step.END:
        return this.end(activity);
      case Step.REST:
        return false;
    }
  }

  private close(activity: Activity): boolean {
    const { journal, settings } = this.mount;
    this.isReady = false;
    if (journal.handles > 0) return false;
    journal.close();
    this.nextInode = 0;
    activity.step = settings.data === 'ordered' ? Step.WRITE_DATA : Step.COPIES;
    this.beginInode(activity);
    return true;
  }

  private writeData(activity: Activity): boolean {
    const { closedInodes } = this.mount.journal.transactions;
    for (; this.nextInode < closedInodes.count; this.nextInode++) {
      const inode = closedInodes.list[this.nextInode]!;
      if (!this.writeBack.write(activity, inode, Mode.ASYNC, Unplaced.LEAVE)) return false;
      this.beginInode(activity);
    }
    this.nextInode = 0;
    activity.step = Step.AWAIT_DATA;
    return true;
  }

  private beginInode(activity: Activity): void {
    activity.cursor = 0;
    activity.budget = Infinity;
  }

  private awaitData(activity: Activity): boolean {
    const { closedInodes } = this.mount.journal.transactions;
    for (; this.nextInode < closedInodes.count; this.nextInode++) {
      if (!this.mount.isIdle(activity, closedInodes.list[this.nextInode]!)) return false;
    }
    closedInodes.count = 0;
    activity.step = Step.COPIES;
    return true;
  }

  private writeCopies(activity: Activity): boolean {
    const { transactions, space } = this.mount.journal;
    const blocks = space.blocksFor(transactions.closedBlocks.count, transactions.closedRevoked);
    activity.step = Step.FLUSH_BEFORE;
    this.blocks += blocks;
    if (blocks === 0) return true;
    this.writes.append(activity, transactions.committing, blocks);
    return false;
  }

  private end(activity: Activity): boolean {
    const { mount } = this;
    const { journal, cache } = mount;
    cache.committed = journal.transactions.committing;
    journal.transactions.commit(mount.kernel.now);
    this.commits += 1;
    activity.step = Step.REST;
    mount.soiled();
    mount.waits.commit.wake(null);
    journal.checkpoint!.settledSome();
    journal.committed();
    if (this.isWantedAgain || journal.isFull) {
      this.isWantedAgain = false;
      this.start();
    }
    return false;
  }
}
