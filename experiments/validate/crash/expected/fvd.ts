/** What FVD images lose in a crash. */
import type { ExpectedRow } from './row.js';

export const fvdRows: readonly ExpectedRow[] = [
  {
    formats: ['fvd-paper'],
    operations: ['write', 'partial write'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['stale or foreign data'],
    reason: 'no flush stands between data and bitmap: the proof holds for writes that are durable when done (FVD paper, Appendix 1)',
  },
  {
    formats: ['fvd-paper'],
    operations: ['write', 'partial write'],
    caches: ['writeback'],
    violations: ['stale or foreign data'],
    reason: 'the host writes its cache back in any order: Appendix 1 of the FVD paper excludes this cache mode',
  },
];
