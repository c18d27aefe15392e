/** What qcow2 images lose in a crash. */
import type { ExpectedRow } from './row.js';

export const qcow2Rows: readonly ExpectedRow[] = [
  {
    formats: ['qcow2-0.12'],
    operations: ['write'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['leak', 'stale or foreign data'],
    reason: 'an L2 entry is flushed, but of data that fill their clusters nothing is before it (QEMU 0.12.5 block/qcow2-cluster.c)',
  },
  {
    formats: ['qcow2-0.12'],
    operations: ['write'],
    caches: ['writeback'],
    violations: ['leak', 'stale or foreign data'],
    reason: 'as with cache none and the drive cache on: the data wait in the cache of the host while the L2 entry is flushed',
  },
  {
    formats: ['qcow2-0.12'],
    operations: ['write', 'partial write', 'write past the backing image'],
    violations: ['leak'],
    reason: 'counts are durable before the entry that refers to the cluster; a copied part is flushed, the data with it (QEMU 0.12.5)',
  },
  {
    formats: ['qcow2-0.12'],
    operations: ['snapshot create'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['leak', 'dangling reference'],
    reason:
      'counts rise before the snapshot is listed; the first write after it gives up the shared L2 table before the L1 entry changes (QEMU 0.12.5)',
  },
  {
    formats: ['qcow2-0.12'],
    operations: ['snapshot create'],
    caches: ['writethrough'],
    violations: ['leak', 'dangling reference'],
    reason: 'as with cache none and the drive cache off',
  },
  {
    formats: ['qcow2-0.12'],
    operations: ['snapshot create'],
    violations: ['leak', 'dangling reference', 'stale or foreign data'],
    reason: 'as with the drive cache off; and the write after it maps clusters whose data are not flushed',
  },
  {
    formats: ['qcow2-0.12'],
    operations: ['apply'],
    violations: ['dangling reference'],
    reason:
      'counts fall before the L1 table changes, and rise after it: in between clusters in use count as free (QEMU 0.12.5 block/qcow2-snapshot.c)',
  },
  {
    formats: ['qcow2-0.12'],
    operations: ['delete'],
    violations: ['leak', 'dangling reference', 'stale or foreign data'],
    reason:
      'counts fall while the snapshot is still listed, and the new table takes the place of its L1 before the header points to it (QEMU 0.12.5 block/qcow2-snapshot.c)',
  },
  {
    formats: ['qcow2-0.12, 512-byte clusters'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['leak', 'stale or foreign data'],
    reason: 'as with larger clusters: counts, a new block of them too, come before what they count, and data may come after (QEMU 0.12.5)',
  },
  {
    formats: ['qcow2-0.12, 512-byte clusters'],
    caches: ['writeback'],
    violations: ['leak', 'stale or foreign data'],
    reason: 'as with cache none and the drive cache on: data may be durable after the entries that refer to them',
  },
  {
    formats: ['qcow2-0.12, 512-byte clusters'],
    violations: ['leak'],
    reason: 'a new refcount block is durable before the table refers to it, and counts before what they count (QEMU 0.12.5)',
  },
  {
    formats: ['qcow2-7.2'],
    operations: ['write', 'partial write', 'write past the backing image', 'snapshot create'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['acknowledged write lost', 'leak'],
    reason:
      'L2 entries and counts wait in the driver until the guest flushes, as it is told that it must: only what is flushed is kept (QEMU 7.2 block/qcow2-cache.c)',
  },
  {
    formats: ['qcow2-7.2'],
    operations: ['write', 'partial write', 'write past the backing image'],
    violations: ['leak'],
    reason: 'counts are flushed before the L2 tables that refer to the clusters; what is flushed is kept (QEMU 7.2 block/qcow2-cache.c)',
  },
  {
    formats: ['qcow2-7.2'],
    operations: ['snapshot create'],
    violations: ['leak'],
    reason: 'the L1 copy and the raised counts are durable before the header counts the snapshot (QEMU 7.2 block/qcow2-snapshot.c)',
  },
  {
    formats: ['qcow2-7.2'],
    operations: ['apply'],
    violations: ['leak', 'dangling reference'],
    reason:
      "counts rise first and fall last; but the snapshot's L1 takes its place with the COPIED flags of the time when the snapshot was made, so that until the last pass a shared L2 table looks like the disk's own (QEMU 7.2 block/qcow2-snapshot.c)",
  },
  {
    formats: ['qcow2-7.2'],
    operations: ['delete'],
    violations: ['leak'],
    reason: 'the snapshot is taken off the list before its counts fall (QEMU 7.2 block/qcow2-snapshot.c)',
  },
  {
    formats: ['qcow2-7.2, 512-byte clusters'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['acknowledged write lost', 'leak'],
    reason: 'as with larger clusters: what the guest has not flushed waits in the driver',
  },
  {
    formats: ['qcow2-7.2, 512-byte clusters'],
    violations: ['leak'],
    reason:
      'a new refcount block is flushed before the table refers to it, and counts before what they count (QEMU 7.2 block/qcow2-refcount.c)',
  },
];
