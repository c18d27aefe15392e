/** What ZFS loses in a crash. */
import type { ExpectedRow } from './row.js';

export const zfsRows: readonly ExpectedRow[] = [
  {
    formats: ['zfs without intent log'],
    violations: ['acknowledged write lost'],
    reason:
      'the pool is the newest uberblock and what hangs from it: writes since then are lost as one, and nothing else (ZFS on-disk specification)',
  },
  {
    formats: ['zfs'],
    violations: [],
    reason:
      'no block is changed in place, uberblocks stand between flushes, the intent log holds what follows, checksums tell where it ends (ZFS on-disk specification)',
  },
];
