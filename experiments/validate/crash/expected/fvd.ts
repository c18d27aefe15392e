/** What FVD images lose in a crash. What no row names loses nothing: the proof of the FVD paper, Appendix 1. */
import type { ExpectedRow } from './row.js';

const published = ['fvd-2011', 'fvd-2011, compact'];

export const fvdRows: readonly ExpectedRow[] = [
  {
    formats: ['fvd-paper', ...published],
    operations: ['write', 'partial write'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['stale or foreign data'],
    reason:
      'no flush stands between data and bitmap or journal: the proof holds for writes that are durable when done (FVD paper, Appendix 1)',
  },
  {
    formats: ['fvd-paper', ...published],
    operations: ['write', 'partial write'],
    caches: ['writeback'],
    violations: ['stale or foreign data'],
    reason: 'the host writes its cache back in any order: Appendix 1 of the FVD paper excludes this cache mode',
  },
  {
    formats: ['fvd-paper'],
    operations: ['copy-on-read', 'prefetch'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['stale or foreign data'],
    reason:
      'no flush stands between copied blocks and the bits, or the note that all is here, which are written late (FVD paper, section 3.3.4)',
  },
  {
    formats: ['fvd-paper'],
    operations: ['copy-on-read', 'prefetch'],
    caches: ['writeback'],
    violations: ['stale or foreign data'],
    reason: 'as with the drive cache on: the host writes copies and bits back in any order',
  },
  {
    formats: ['fvd-2011, compact'],
    operations: ['copy-on-read', 'prefetch'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['stale or foreign data'],
    reason:
      'the journal knows no copies: at the end the whole bitmap is written, then the table, so that bits can stand for chunks that have no place yet (model facts of the published driver)',
  },
  {
    formats: ['fvd-2011, compact'],
    operations: ['copy-on-read', 'prefetch'],
    caches: ['writethrough'],
    violations: ['stale or foreign data'],
    reason: 'as with cache none and the drive cache off: the bitmap is written before the table',
  },
  {
    formats: published,
    operations: ['copy-on-read'],
    caches: ['none', 'writeback'],
    driveCaches: ['on'],
    violations: ['acknowledged write lost', 'stale or foreign data'],
    reason:
      'the driver never flushes by itself: a header that says the image was closed, so that no journal is read, can be durable before the bitmap is (model facts of the published driver)',
  },
  {
    formats: published,
    operations: ['copy-on-read'],
    caches: ['writeback'],
    violations: ['acknowledged write lost', 'stale or foreign data'],
    reason: 'as with the drive cache on: the host writes header and bitmap back in any order',
  },
  {
    formats: published,
    operations: ['prefetch'],
    caches: ['none', 'writeback'],
    driveCaches: ['on'],
    violations: ['stale or foreign data'],
    reason: 'the driver never flushes by itself: that all is here can be durable before it is',
  },
  {
    formats: published,
    operations: ['prefetch'],
    caches: ['writeback'],
    violations: ['stale or foreign data'],
    reason: 'as with the drive cache on: the host writes header, bitmap and data back in any order',
  },
  {
    formats: published,
    operations: ['journal begun anew'],
    caches: ['none', 'writeback'],
    driveCaches: ['on'],
    violations: ['acknowledged write lost', 'stale or foreign data'],
    reason:
      'no flush stands between the bitmap and the journal that begins anew over the records of flushed writes (model facts of the published driver)',
  },
  {
    formats: published,
    operations: ['journal begun anew'],
    caches: ['writeback'],
    violations: ['acknowledged write lost', 'stale or foreign data'],
    reason: 'as with the drive cache on: the bitmap waits in the cache of the host while its records are written over',
  },
];
