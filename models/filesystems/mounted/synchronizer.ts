/**
 * Makes what was written durable: FSYNC, FDATASYNC, SYNC, and the end of a synchronous write. Dirty data are written and waited for, then the commit of the transaction that changed the file's
 * metadata last; where barriers are on, a device whose medium is not reached by a commit is flushed.
 * Without a journal all dirty metadata are written, not the file's alone.
 */
import { FileOp } from '../../../traces/files/file-operation.js';
import { Mode } from '../../io/plan.js';
import { Durable, type Activity, type Program } from './activity.js';
import { Queue } from './dirty-inodes.js';
import { DEVICE_INODE, Inode, NO_INODE } from './inode-columns.js';
import type { Mount } from './mount.js';
import type { Requests } from './requests.js';
import { Unplaced, type WriteBack } from './write-back.js';

const enum Step {
  BEGIN = 0,
  WRITE = 1,
  AWAIT = 2,
  /** Pages that were on their way when they were changed again. */
  WRITE_AGAIN = 3,
  AWAIT_AGAIN = 4,
  METADATA = 5,
  AWAIT_METADATA = 6,
  COMMIT = 7,
  COMMITTED = 8,
  END = 9,
}

export class Synchronizer implements Program {
  constructor(
    private readonly mount: Mount,
    private readonly writeBack: WriteBack,
    private readonly requests: Requests,
  ) {}

  /** Goes on as a synchronization of what the activity has changed. */
  take(activity: Activity, durable: Durable): void {
    activity.program = this;
    activity.step = Step.BEGIN;
    activity.durable = durable;
    this.run(activity);
  }

  run(activity: Activity): void {
    for (;;) if (!this.advance(activity)) return;
  }

  private advance(activity: Activity): boolean {
    const { mount } = this;
    switch (activity.step as Step) {
      case Step.BEGIN:
        return this.begin(activity);
      case Step.WRITE:
      case Step.WRITE_AGAIN:
        if (!this.writeBack.write(activity, activity.inode, Mode.ASYNC, Unplaced.PLACE)) return false;
        activity.step += 1;
        return true;
      case Step.AWAIT:
        if (!mount.isIdle(activity, activity.inode)) return false;
        this.rewind(activity);
        activity.step = Step.WRITE_AGAIN;
        return true;
      case Step.AWAIT_AGAIN:
        if (!mount.isIdle(activity, activity.inode)) return false;
        return this.nextInode(activity);
      case Step.METADATA:
        if (!this.writeBack.write(activity, DEVICE_INODE, Mode.ASYNC, Unplaced.LEAVE)) return false;
        activity.step = Step.AWAIT_METADATA;
        return true;
      case Step.AWAIT_METADATA:
        if (!mount.isIdle(activity, DEVICE_INODE)) return false;
        activity.step = Step.COMMIT;
        return true;
      case Step.COMMIT:
        return this.commit(activity);
      case Step.COMMITTED:
        activity.step = Step.END;
        if (!mount.settings.barrier || activity.waitsForCommit > 0 || activity.durable === Durable.DATA) return true;
        mount.io.flush(activity);
        return false;
      case Step.END:
        return this.end(activity);
    }
  }

  private begin(activity: Activity): boolean {
    const request = activity.request!;
    if (request.op === FileOp.FSYNC) activity.durable = Durable.ALL;
    this.rewind(activity);
    activity.step = Step.WRITE;
    return request.op === FileOp.SYNC ? this.nextInode(activity) : true;
  }

  private rewind(activity: Activity): void {
    activity.cursor = 0;
    activity.budget = Infinity;
  }

  /** SYNC goes on to the next dirty file; any other is through with its data. */
  private nextInode(activity: Activity): boolean {
    const { cache, journal } = this.mount;
    activity.step = journal.isPresent || activity.durable === Durable.DATA ? Step.COMMIT : Step.METADATA;
    this.rewind(activity);
    if (activity.request!.op !== FileOp.SYNC) return true;
    let inode = cache.dirtyInodes.head(Queue.TURN);
    if (inode === NO_INODE) inode = cache.dirtyInodes.head(Queue.WAITING);
    if (inode === NO_INODE) return true;
    cache.inodes.add(activity.inode, Inode.USERS, -1);
    cache.inodes.add(inode, Inode.USERS, 1);
    activity.inode = inode;
    activity.step = Step.WRITE;
    return true;
  }

  private commit(activity: Activity): boolean {
    const { mount } = this;
    const { journal, cache } = mount;
    activity.step = Step.COMMITTED;
    activity.waitsForCommit = 0;
    if (activity.durable === Durable.DATA || !journal.isPresent) return true;
    const isAll = activity.request!.op === FileOp.SYNC;
    const column = activity.durable === Durable.ALL ? Inode.CHANGED_IN : Inode.NEEDED_IN;
    const open = journal.isRunning ? journal.transactions.running : journal.transactions.committing;
    const transaction = isAll ? open : cache.inodes.get(activity.inode, column);
    if (transaction <= cache.committed) return true;
    activity.waitsForCommit = transaction;
    journal.request(transaction);
    mount.waits.commit.add(activity);
    return false;
  }

  private end(activity: Activity): false {
    const request = activity.request!;
    const { blockBytes } = this.mount;
    const wrote = request.op === FileOp.WRITE;
    if (wrote && request.direct) {
      const first = Math.floor(request.offset / blockBytes);
      const end = Math.ceil((request.offset + request.bytes) / blockBytes);
      if (!this.mount.isRemoved(activity, activity.inode, first, end)) return false;
    }
    this.requests.end(activity, wrote ? request.bytes : 0);
    return false;
  }
}
