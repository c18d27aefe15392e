/** What mounting reads, before the first request after a restart goes on: superblock, group descriptors, the journal's first block, the root's inode. It knows no request's operation. */
import { FilePart } from '../file-system.js';
import type { Activity, Program } from './activity.js';
import { isInMemory } from './metadata-access.js';
import type { Mount } from './mount.js';
import { WaitList } from './tasks.js';

export class MountReads implements Program {
  /** Whether requests may go on. */
  isDone: boolean;
  private isBegun = false;
  private readonly waiting: WaitList;

  constructor(private readonly mount: Mount) {
    this.isDone = !mount.settings.readsAtMount;
    this.waiting = new WaitList(mount.tasks, FilePart.CONFLICT, () => this.isDone);
  }

  /** A request waits; with the first one the reading begins. */
  hold(request: Activity): void {
    const { mount } = this;
    request.since = mount.kernel.now;
    this.waiting.add(request);
    if (this.isBegun) return;
    this.isBegun = true;
    const activity = mount.makeActivity();
    activity.program = this;
    mount.layout.mount(activity.metadata.clear());
    mount.begin(activity);
  }

  run(activity: Activity): void {
    if (!isInMemory(this.mount, activity)) return;
    this.isDone = true;
    this.waiting.wake(null);
  }
}
