/** What does the work of a repository's type: the image format of its disks, and what a snapshot is called there. It knows no machine. */
import { Registry } from '../../sim/registry.js';

export interface SnapshotAdapter {
  readonly about: string;
  /** The registered image format of disks in such a repository. */
  readonly format: string;
  /** The snapshot as the file system names it. */
  pathOf(sr: string, vdi: string, snapshot: string): string;
}

export const adapters = new Registry<SnapshotAdapter>('snapshot adapter', {
  zfs: {
    about: 'ZFS: a disk is a data set, a snapshot keeps its root',
    format: 'zfs',
    pathOf: (sr, vdi, snapshot) => `${sr}/${vdi}@${snapshot}`,
  },
  ocfs2: {
    about: 'OCFS2: a disk is a file in a folder of its own, a snapshot is a reflink beside it',
    format: 'ocfs2',
    pathOf: (sr, vdi, snapshot) => `${sr}/${vdi}/${snapshot}`,
  },
});
