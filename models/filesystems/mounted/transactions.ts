/**
 * Which changed blocks of metadata belong to which transaction: one is running, one may be committing, older ones wait until all of their
 * blocks are at their places (checkpoint). It knows no I/O and no place in the journal.
 */
import type { Block } from '../file-layout.js';
import { DEVICE_INODE, Inode } from './inode-columns.js';
import type { PageCache } from './page-cache.js';
import { NO_PAGE, PageFlag } from './page-columns.js';
import type { Nanoseconds } from '../../../sim/units.js';

/** Members in the order of their joining. */
class Members {
  count = 0;
  list = new Int32Array(256);

  push(member: number): void {
    if (this.count === this.list.length) {
      const wider = new Int32Array(this.count * 2);
      wider.set(this.list);
      this.list = wider;
    }
    this.list[this.count++] = member;
  }
}

export class Transactions {
  /** Numbers of transactions, from 1 on. */
  running = 1;
  committing = 0;
  /** Of the running one: blocks of metadata, inodes whose data go first, blocks that were freed. */
  blocks = new Members();
  inodes = new Members();
  revoked = 0;
  /** The same of the one that is committing. */
  closedBlocks = new Members();
  closedInodes = new Members();
  closedRevoked = 0;

  /** Blocks of a transaction that are not at their places yet. */
  private readonly left: Int32Array;
  /** Of a page: its place in the running transaction and in the committing one, from 1 on; the transaction that waits for its checkpoint. */
  private inRunning = new Int32Array(0);
  private inCommitting = new Int32Array(0);
  private checkpointOf = new Int32Array(0);

  /** @param remembered transactions that may wait for their checkpoint at once: no more than the journal has blocks */
  constructor(
    private readonly cache: PageCache,
    private readonly remembered: number,
  ) {
    this.left = new Int32Array(remembered);
  }

  /** A block of metadata is changed in the running transaction. */
  join(block: Block): void {
    const { cache } = this;
    const page = this.pageOf(block);
    if (this.inRunning[page] !== 0) return;
    cache.supersede(page);
    cache.pages.flags[page]! |= PageFlag.PINNED;
    this.blocks.push(page);
    this.inRunning[page] = this.blocks.count;
  }

  /** The running transaction takes the data of an inode along when it commits. */
  order(inode: number): void {
    if (this.cache.inodes.get(inode, Inode.ORDERED_IN) === this.running) return;
    this.cache.inodes.set(inode, Inode.ORDERED_IN, this.running);
    this.inodes.push(inode);
  }

  /** The page of a block of metadata, valid; made if it is not in memory. */
  pageOf(block: Block): number {
    const { cache } = this;
    let page = cache.pages.find(DEVICE_INODE, block);
    if (page === NO_PAGE) page = cache.insert(DEVICE_INODE, block, block);
    if (page >= this.inRunning.length) this.grow();
    cache.pages.flags[page]! |= PageFlag.VALID | PageFlag.REFERENCED;
    return page;
  }

  /** A block of metadata was freed: no transaction has a use for it any more. */
  forget(block: Block): void {
    const { cache } = this;
    this.revoked += 1;
    const page = cache.pages.find(DEVICE_INODE, block);
    if (page === NO_PAGE) return;
    if (page < this.inRunning.length) this.leave(page);
    cache.pages.flags[page]! &= ~PageFlag.PINNED;
    if ((cache.pages.flags[page]! & (PageFlag.WRITING | PageFlag.READING)) === 0) cache.remove(page);
  }

  /** The running transaction closes; a new one runs. */
  close(): void {
    this.committing = this.running;
    this.running += 1;
    const { blocks, inodes } = this;
    this.blocks = this.closedBlocks;
    this.inodes = this.closedInodes;
    this.blocks.count = this.inodes.count = 0;
    this.closedBlocks = blocks;
    this.closedInodes = inodes;
    this.closedRevoked = this.revoked;
    this.revoked = 0;
    for (let i = 0; i < blocks.count; i++) {
      const page = blocks.list[i]!;
      this.inRunning[page] = 0;
      this.inCommitting[page] = i + 1;
    }
  }

  /** The closed transaction is in the journal: its blocks become dirty, to be written to their places in time. */
  commit(now: Nanoseconds): void {
    const { cache, closedBlocks, committing } = this;
    this.left[committing % this.remembered] = 0;
    for (let i = 0; i < closedBlocks.count; i++) {
      const page = closedBlocks.list[i]!;
      if (page === NO_PAGE) continue;
      this.inCommitting[page] = 0;
      this.settle(page);
      this.checkpointOf[page] = committing;
      this.left[committing % this.remembered]! += 1;
      if (this.inRunning[page] !== 0) continue;
      cache.pages.flags[page]! &= ~PageFlag.PINNED;
      cache.soil(page, now);
    }
    closedBlocks.count = 0;
    this.committing = 0;
  }

  /** A block of metadata is at its place. */
  written(page: number): void {
    if (page >= this.inRunning.length || (this.cache.pages.flags[page]! & PageFlag.DIRTY) !== 0) return;
    this.settle(page);
  }

  /** Whether all blocks of a transaction that is in the journal are at their places. */
  isSettled(transaction: number): boolean {
    return this.left[transaction % this.remembered] === 0;
  }

  isOf(page: number, transaction: number): boolean {
    return this.checkpointOf[page] === transaction;
  }

  /** Whether blocks of an old transaction were changed again and so will be settled by the commit of the running one. */
  runningHoldsUp(transaction: number): boolean {
    for (let i = 0; i < this.blocks.count; i++) if (this.checkpointOf[this.blocks.list[i]!] === transaction) return true;
    return false;
  }

  private settle(page: number): void {
    const transaction = this.checkpointOf[page]!;
    if (transaction === 0) return;
    this.checkpointOf[page] = 0;
    this.left[transaction % this.remembered]! -= 1;
  }

  private leave(page: number): void {
    this.settle(page);
    const place = this.inRunning[page]!;
    if (place !== 0) {
      const last = this.blocks.list[--this.blocks.count]!;
      this.blocks.list[place - 1] = last;
      this.inRunning[last] = place;
      this.inRunning[page] = 0;
    }
    if (this.inCommitting[page] !== 0) {
      this.closedBlocks.list[this.inCommitting[page]! - 1] = NO_PAGE;
      this.inCommitting[page] = 0;
    }
  }

  private grow(): void {
    const length = this.cache.pages.flags.length;
    const wider = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(length);
      to.set(from);
      return to;
    };
    this.inRunning = wider(this.inRunning);
    this.inCommitting = wider(this.inCommitting);
    this.checkpointOf = wider(this.checkpointOf);
  }
}
