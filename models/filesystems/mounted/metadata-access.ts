/** Brings the metadata that an operation of the layout uses into memory, and hands what it changed to the journal. It knows no operation. */
import { Kind, Mode } from '../../io/plan.js';
import type { Activity } from './activity.js';
import { DEVICE_INODE } from './inode-columns.js';
import type { Mount } from './mount.js';
import { NO_PAGE, PageFlag } from './page-columns.js';

/** Whether all blocks are there that the activity's last call of the layout read, and none that it changes is on its way. If not, it waits and asks again. */
export function isInMemory(mount: Mount, activity: Activity): boolean {
  const { metadata } = activity;
  const { pages } = mount.cache;
  for (; metadata.position < metadata.readCount; metadata.position++) {
    const block = metadata.reads[metadata.position]!;
    let page = pages.find(DEVICE_INODE, block);
    if (page === NO_PAGE) {
      page = mount.cache.insert(DEVICE_INODE, block, block);
      pages.flags[page] = PageFlag.READING;
      mount.io.addPage(Kind.READ, page, Mode.ASYNC);
    }
    if ((pages.flags[page]! & PageFlag.READING) !== 0) {
      mount.waitForPage(activity, page);
      return false;
    }
    pages.flags[page]! |= PageFlag.REFERENCED;
  }
  for (let i = 0; i < metadata.changeCount; i++) {
    const page = pages.find(DEVICE_INODE, metadata.changes[i]!);
    if (page === NO_PAGE || (pages.flags[page]! & (PageFlag.WRITING | PageFlag.READING)) === 0) continue;
    mount.waitForPage(activity, page);
    return false;
  }
  return true;
}

/** Hands the changes to the running transaction, which the activity is part of. */
export function applyChanges(mount: Mount, activity: Activity): void {
  const { metadata } = activity;
  for (let i = 0; i < metadata.forgetCount; i++) mount.journal.transactions.forget(metadata.forgets[i]!);
  for (let i = 0; i < metadata.changeCount; i++) mount.journal.change(metadata.changes[i]!);
  metadata.clear();
  if (!mount.journal.isPresent) mount.soiled();
}
