/** What iROW images lose in a crash. */
import type { ExpectedRow } from './row.js';

export const irowRows: readonly ExpectedRow[] = [
  {
    formats: ['irow-2012'],
    operations: ['write', 'snapshot create'],
    caches: ['writethrough'],
    violations: ['stale or foreign data'],
    reason: 'an asynchronous write starts the bitmap without waiting for the data (facts of the published driver, point 9)',
  },
  {
    formats: ['irow-2012'],
    operations: ['write', 'snapshot create'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['stale or foreign data'],
    reason: 'as with cache writethrough: the bitmap does not wait for the data',
  },
  {
    formats: ['irow-2012'],
    operations: ['write', 'partial write'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['stale or foreign data'],
    reason: 'the bitmap can be durable before the clusters that it stands for: no flush stands between them',
  },
  {
    formats: ['irow-2012'],
    operations: ['write', 'partial write'],
    caches: ['writeback'],
    violations: ['acknowledged write lost', 'stale or foreign data'],
    reason: 'a flush skips bitmap and meta file, so that flushed data can be out of reach (facts of the published driver, point 9)',
  },
  {
    formats: ['irow-2012'],
    operations: ['snapshot create'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['stale or foreign data', 'image unopenable'],
    reason: 'the meta file is written without a flush: its header can count a record that is not there',
  },
  {
    formats: ['irow-2012'],
    operations: ['snapshot create'],
    caches: ['writeback'],
    violations: ['acknowledged write lost', 'stale or foreign data', 'image unopenable'],
    reason: 'no flush ever reaches the meta file: neither its order nor the snapshot itself is kept',
  },
  {
    formats: ['irow-2012'],
    operations: ['apply'],
    caches: ['none', 'writethrough'],
    violations: ['acknowledged write lost'],
    reason:
      'the bitmap is cleared before the father changes: the current state is lost in between (facts of the published driver, point 9)',
  },
  {
    formats: ['irow-2012'],
    operations: ['apply'],
    violations: ['acknowledged write lost', 'stale or foreign data'],
    reason: 'as with the other cache modes; and after a flush the old father can still show behind the cleared bitmap',
  },
];
