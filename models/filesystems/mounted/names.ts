/** Operations on files as wholes: make, find, remove, change the size, reserve space. They change metadata, and memory where it holds what is gone. */
import { FileOp } from '../../../traces/files/file-operation.js';
import type { Activity, Program } from './activity.js';
import { applyChanges, isInMemory } from './metadata-access.js';
import type { Mount } from './mount.js';
import type { Requests } from './requests.js';
import type { Times } from './times.js';
import type { Writer } from './writer.js';

const enum Step {
  LOCK = 0,
  CALL = 1,
  METADATA = 2,
}

/** Beyond every file. */
const noEnd = 2 ** 31;

export class Names implements Program {
  constructor(
    private readonly mount: Mount,
    private readonly requests: Requests,
    private readonly writer: Writer,
    private readonly times: Times,
  ) {}

  run(activity: Activity): void {
    for (;;) if (!this.advance(activity)) return;
  }

  private advance(activity: Activity): boolean {
    const { mount } = this;
    switch (activity.step as Step) {
      case Step.LOCK:
        if (this.removes(activity) && !(this.requests.lock(activity) && mount.isIdle(activity, activity.inode))) return false;
        activity.step = Step.CALL;
        return true;
      case Step.CALL:
        return this.call(activity);
      case Step.METADATA:
        if (!isInMemory(mount, activity)) return false;
        if (activity.hasHandle) applyChanges(mount, activity);
        this.requests.end(activity, 0);
        return false;
    }
  }

  private removes(activity: Activity): boolean {
    const { op } = activity.request!;
    return op === FileOp.UNLINK || op === FileOp.TRUNCATE;
  }

  /** Takes out of memory what the operation removes; false where some of it is on its way. No transaction closes before it is done, so none commits blocks whose data were forgotten. */
  private isForgotten(activity: Activity): boolean {
    const { mount } = this;
    const { op, offset } = activity.request!;
    if (!mount.isIdle(activity, activity.inode)) return false;
    const first = op === FileOp.UNLINK ? 0 : Math.ceil(offset / mount.blockBytes);
    return mount.isRemoved(activity, activity.inode, first, noEnd);
  }

  private call(activity: Activity): boolean {
    const { layout, journal, cache } = this.mount;
    const { op, file, directory, offset, bytes } = activity.request!;
    if (op === FileOp.OPEN) {
      layout.lookUp(file, activity.metadata.clear());
      activity.step = Step.METADATA;
      return true;
    }
    if (op === FileOp.CLOSE) {
      layout.close(file);
      this.requests.end(activity, 0);
      return false;
    }
    if (op === FileOp.ALLOCATE && !layout.reservesUnwritten) {
      this.writer.take(activity, Math.max(offset, layout.size(file)));
      return false;
    }
    if (!journal.enter(activity)) {
      activity.step = Step.LOCK;
      return false;
    }
    if (this.removes(activity) && !this.isForgotten(activity)) return false;
    const metadata = activity.metadata.clear();
    if (op === FileOp.MKDIR) layout.makeDirectory(file, directory, metadata);
    else if (op === FileOp.CREATE) layout.create(file, directory, metadata);
    else if (op === FileOp.TRUNCATE) layout.setSize(file, offset, metadata);
    else if (op === FileOp.UNLINK) {
      layout.unlink(file, metadata);
      cache.inodes.forgetUse(activity.inode);
    } else this.reserve(activity, offset, offset + bytes);
    this.times.changed(activity.inode);
    journal.changed(activity.inode, true);
    activity.step = Step.METADATA;
    return true;
  }

  private reserve(activity: Activity, offset: number, end: number): void {
    const { layout, blockBytes } = this.mount;
    const { file } = activity.request!;
    const first = Math.floor(offset / blockBytes);
    layout.reserve(file, first, Math.ceil(end / blockBytes) - first, activity.metadata);
    if (end > layout.size(file)) layout.setSize(file, end, activity.metadata);
  }
}
