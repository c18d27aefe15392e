/** When operations mark an inode's time stamps: they count in steps, so a second change within one costs nothing; reading counts once after each change (relatime). */
import type { FileNumber } from '../file-layout.js';
import { Int32Column } from '../state/column.js';
import { Inode } from './inode-columns.js';
import type { Mount } from './mount.js';

export class Times {
  /** By file: 1 where it was read since its last change. */
  private readonly wasRead = new Int32Column();

  constructor(private readonly mount: Mount) {}

  /** A file was changed; answers whether its inode's time stamps change with it. */
  changed(inode: number): boolean {
    const { kernel, cache, settings } = this.mount;
    this.wasRead.set(cache.inodes.get(inode, Inode.FILE), 0);
    const now = Math.floor(kernel.now / settings.timeStampStep);
    if (cache.inodes.get(inode, Inode.TOUCHED) === now) return false;
    cache.inodes.set(inode, Inode.TOUCHED, now);
    return true;
  }

  /** Whether reading a file now marks its access time. */
  isReadNew(file: FileNumber): boolean {
    return this.mount.settings.accessTimes && this.wasRead.get(file) === 0;
  }

  /** The access time of a file is marked. */
  read(file: FileNumber): void {
    this.wasRead.set(file, 1);
  }
}
