/**
 * The journal of a mounted file system (jbd): who may change metadata now, and when the running transaction commits: `commitPeriod` after it began, when it has grown to a quarter of
 * the journal, or when somebody waits for it. A file system without a journal makes changed blocks dirty at once.
 */
import type { Kernel, Timer } from '../../../sim/kernel.js';
import type { Nanoseconds } from '../../../sim/units.js';
import type { Block } from '../file-layout.js';
import { FilePart } from '../file-system.js';
import type { Activity } from './activity.js';
import { Inode } from './inode-columns.js';
import { JournalSpace } from './journal-space.js';
import type { PageCache } from './page-cache.js';
import { WaitList, type Tasks } from './tasks.js';
import { Transactions } from './transactions.js';

/** Who writes for the journal: started by it, and telling it when it is done. */
export interface JournalWriter {
  start(): void;
}
export interface RoomMaker extends JournalWriter {
  /** Blocks of an old transaction may have reached their places. */
  settledSome(): void;
}

export class Journal {
  readonly transactions: Transactions;
  readonly space: JournalSpace;
  readonly isPresent: boolean;
  /** Set once, right after construction. */
  commit: JournalWriter | null = null;
  checkpoint: RoomMaker | null = null;
  /** A commit waits for those that are changing metadata. */
  isClosing = false;
  /** Those that are changing metadata. */
  handles = 0;
  private isOpen = false;
  private openedAt: Nanoseconds;
  private readonly alarm: Timer;
  private readonly waiting: WaitList;

  constructor(
    private readonly kernel: Kernel,
    private readonly cache: PageCache,
    tasks: Tasks,
    blocks: number,
    blockBytes: number,
    private readonly commitPeriod: Nanoseconds,
    /** Told after a timer of the journal fired. */
    settled: () => void,
  ) {
    this.transactions = new Transactions(cache, Math.max(1, blocks));
    this.space = new JournalSpace(blocks, blockBytes);
    this.isPresent = blocks > 0;
    this.openedAt = 0.5;
    this.openedAt = 0;
    this.waiting = new WaitList(tasks, FilePart.JOURNAL, () => this.isAdmitting);
    this.alarm = kernel.timer(() => {
      this.commit!.start();
      settled();
    });
  }

  /** Lets an activity change metadata: it is part of the running transaction until it leaves. False: it waits, and asks again when it goes on. */
  enter(activity: Activity): boolean {
    if (activity.hasHandle) return true;
    if (this.isPresent) {
      if (!this.isAdmitting) {
        this.makeWay();
        this.waiting.add(activity);
        return false;
      }
      if (!this.isOpen) this.open();
    }
    this.handles += 1;
    activity.hasHandle = true;
    return true;
  }

  leave(activity: Activity): void {
    activity.hasHandle = false;
    this.handles -= 1;
    if (this.handles === 0 && this.isClosing) this.commit!.start();
  }

  /** A block of metadata was changed. */
  change(block: Block): void {
    if (this.isPresent) this.transactions.join(block);
    else this.cache.soil(this.transactions.pageOf(block), this.kernel.now);
  }

  /** The metadata of a file changed; `isNeeded` to read its data back. */
  changed(inode: number, isNeeded: boolean): void {
    if (!this.isPresent) return;
    this.cache.inodes.set(inode, Inode.CHANGED_IN, this.transactions.running);
    if (isNeeded) this.cache.inodes.set(inode, Inode.NEEDED_IN, this.transactions.running);
  }

  /** Whether a transaction is open, with changes or without. */
  get isRunning(): boolean {
    return this.isOpen;
  }

  /** Has the running transaction commit, if `transaction` is the one. */
  request(transaction: number): void {
    if (transaction === this.transactions.running && this.isOpen) this.commit!.start();
  }

  /** The running transaction takes no more: it commits. */
  close(): void {
    const { transactions, space } = this;
    transactions.close();
    space.promise(transactions.committing, space.blocksFor(transactions.closedBlocks.count, transactions.closedRevoked) + 1);
    this.isClosing = false;
    this.isOpen = false;
    if (this.alarm.pending) this.alarm.stop();
    this.admit();
  }

  /** A commit ended: the next one is due when the transaction that runs by now is old enough. */
  committed(): void {
    this.space.keep();
    if (this.isOpen && !this.alarm.pending) this.alarm.startAt(Math.max(this.kernel.now, this.openedAt + this.commitPeriod));
    this.admit();
  }

  /** Lets those in who wait, if there is room by now; else sees to it that there will be. */
  admit(): void {
    this.waiting.wake(null);
    if (!this.waiting.isEmpty) this.makeWay();
  }

  private makeWay(): void {
    if (this.isFull) this.commit!.start();
    if (!this.space.hasRoom) this.checkpoint!.start();
  }

  get isFull(): boolean {
    return this.transactions.blocks.count >= this.space.transactionLimit;
  }

  get hasWaiters(): boolean {
    return !this.waiting.isEmpty;
  }

  private get isAdmitting(): boolean {
    return !this.isClosing && !this.isFull && this.space.hasRoom;
  }

  private open(): void {
    this.isOpen = true;
    this.openedAt = this.kernel.now;
    if (!this.alarm.pending) this.alarm.start(this.commitPeriod);
  }
}
