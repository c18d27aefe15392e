/** What activities of a mounted file system wait for, one list for each kind. */
import { FilePart } from '../file-system.js';
import type { BlockIo } from './block-io.js';
import { Inode } from './inode-columns.js';
import type { PageCache } from './page-cache.js';
import { PageFlag } from './page-columns.js';
import { WaitList, type Tasks } from './tasks.js';

export interface Waits {
  /** A page that is on its way. */
  readonly page: WaitList;
  /** An inode with pages on their way. */
  readonly inode: WaitList;
  /** An inode that another request works on alone. */
  readonly lock: WaitList;
  /** Room in the queue of the device. */
  readonly device: WaitList;
  /** Less dirty memory. */
  readonly memory: WaitList;
  /** A commit. */
  readonly commit: WaitList;
}

export function makeWaits(tasks: Tasks, cache: PageCache, io: () => BlockIo, dirtyLimit: number): Waits {
  const { pages, inodes } = cache;
  const onItsWay = PageFlag.READING | PageFlag.WRITING;
  return {
    page: new WaitList(tasks, FilePart.CONFLICT, (a) => (pages.flags[a.waitsForPage]! & onItsWay) === 0),
    inode: new WaitList(tasks, FilePart.CONFLICT, (a) => inodes.get(a.waitsForInode, Inode.IN_FLIGHT) === 0),
    lock: new WaitList(tasks, FilePart.CONFLICT, (a) => inodes.get(a.inode, Inode.LOCKED) === 0),
    device: new WaitList(tasks, FilePart.CONFLICT, () => io().isRelieved),
    memory: new WaitList(tasks, FilePart.THROTTLED, () => cache.dirty + cache.writing <= dirtyLimit),
    commit: new WaitList(tasks, FilePart.JOURNAL, (a) => cache.committed >= a.waitsForCommit),
  };
}
