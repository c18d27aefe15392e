/**
 * Requests of a mounted file system from submission to completion: each is carried by a pooled activity; its own processor time comes last. It knows no operation.
 */
import type { Nanoseconds } from '../../../sim/units.js';
import { FilePart, type FileRequest } from '../file-system.js';
import { Durable, type Activity, type Program } from './activity.js';
import { Inode, NO_INODE } from './inode-columns.js';
import type { Mount } from './mount.js';
import { MountReads } from './mount-reads.js';

const perPage = 4096;

export class Requests {
  /** Under way now. */
  inFlight = 0;
  private pool: Activity | null = null;
  private readonly mountReads: MountReads;

  constructor(private readonly mount: Mount) {
    this.mountReads = new MountReads(mount);
  }

  begin(request: FileRequest, program: Program): void {
    const { mount } = this;
    const activity = this.pool ?? this.make();
    this.pool = activity.next;
    this.inFlight += 1;
    activity.request = request;
    activity.program = program;
    activity.spent = request.spent;
    activity.step = 0;
    activity.cursor = request.offset;
    activity.end = request.offset + request.bytes;
    activity.durable = Durable.NEEDED;
    activity.inode = mount.cache.inodes.use(request.file);
    mount.cache.inodes.add(activity.inode, Inode.USERS, 1);
    request.submitted = mount.kernel.now;
    request.spent.fill(0);
    activity.waitsIn = FilePart.CPU;
    if (this.mountReads.isDone) mount.begin(activity);
    else this.mountReads.hold(activity);
    mount.settled();
  }

  /** The request is done but for the processor time that it cost, with `copied` bytes copied. */
  end(activity: Activity, copied: number): void {
    const { mount } = this;
    const { inodes } = mount.cache;
    if (activity.hasHandle) mount.journal.leave(activity);
    if (activity.holdsLock) this.unlock(activity);
    inodes.add(activity.inode, Inode.USERS, -1);
    inodes.drop(activity.inode, mount.cache.committed);
    activity.inode = NO_INODE;
    activity.waitsIn = FilePart.CPU;
    activity.timer!.start(this.processorTime(copied));
  }

  /** Takes the inode for this request alone; false: it waits, and has it when it goes on. */
  lock(activity: Activity): boolean {
    const { inodes } = this.mount.cache;
    if (activity.holdsLock) return true;
    if (inodes.get(activity.inode, Inode.LOCKED) !== 0) {
      this.mount.waits.lock.add(activity);
      return false;
    }
    inodes.set(activity.inode, Inode.LOCKED, 1);
    activity.holdsLock = true;
    return true;
  }

  /** Gives the inode to the one that has waited for it longest. */
  unlock(activity: Activity): void {
    const { inodes } = this.mount.cache;
    activity.holdsLock = false;
    inodes.set(activity.inode, Inode.LOCKED, 0);
    const next = this.mount.waits.lock.wakeFirst();
    if (next === null) return;
    next.holdsLock = true;
    inodes.set(next.inode, Inode.LOCKED, 1);
  }

  private processorTime(copied: number): Nanoseconds {
    const { operationTime, copyTime } = this.mount.settings;
    return operationTime + Math.round((copied * copyTime) / perPage);
  }

  private make(): Activity {
    const activity = this.mount.makeActivity();
    activity.timer = this.mount.kernel.timer(() => this.finish(activity));
    return activity;
  }

  private finish(activity: Activity): void {
    const request = activity.request!;
    this.mount.tasks.charge(activity, null);
    activity.request = null;
    activity.next = this.pool;
    this.pool = activity;
    this.inFlight -= 1;
    request.owner.fileDone(request);
    this.mount.settled();
  }
}
