/** What OCFS2 loses in a crash. */
import type { ExpectedRow } from './row.js';

const allocating = ['write', 'partial write', 'delete'] as const;

export const ocfs2Rows: readonly ExpectedRow[] = [
  {
    formats: ['ocfs2'],
    operations: ['apply'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['leak'],
    reason: 'a reflink that is to take the place of the live file has another name until it does (model of OCFS2, a reflink and a rename)',
  },
  {
    formats: ['ocfs2'],
    operations: ['apply'],
    caches: ['writethrough'],
    violations: ['leak'],
    reason: 'as with cache none and the drive cache off: the reflink has another name until it takes the place of the live file',
  },
  {
    formats: ['ocfs2'],
    operations: ['apply'],
    violations: ['leak', 'image unopenable'],
    reason: 'as with the drive cache off; and no flush stands before a commit block of the journal, which has no checksums',
  },
  {
    formats: ['ocfs2'],
    operations: allocating,
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['image unopenable'],
    reason:
      'no flush stands before a commit block of the journal, which has no checksums: blocks that are not there are replayed (model of OCFS2 without barriers)',
  },
  {
    formats: ['ocfs2'],
    operations: allocating,
    caches: ['writeback'],
    violations: ['image unopenable'],
    reason: 'as with cache none and the drive cache on: a commit block can be durable before its transaction',
  },
  {
    formats: ['ocfs2'],
    operations: ['snapshot create'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['acknowledged write lost', 'image unopenable'],
    reason:
      'as above; and the full journal begins anew before the blocks at home are durable, so that it and they are lost (model of OCFS2 without barriers)',
  },
  {
    formats: ['ocfs2'],
    operations: ['snapshot create'],
    caches: ['writeback'],
    violations: ['acknowledged write lost', 'image unopenable'],
    reason: 'as with cache none and the drive cache on: the full journal begins anew before the blocks at home are durable',
  },
  {
    formats: ['ocfs2'],
    violations: [],
    reason: 'data are durable before the transaction that maps them, its blocks before the commit block (OCFS2 in ordered mode)',
  },
];
