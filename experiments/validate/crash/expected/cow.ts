/** What QEMU's cow format loses in a crash. */
import type { ExpectedRow } from './row.js';

export const cowRows: readonly ExpectedRow[] = [
  {
    formats: ['cow'],
    operations: ['write', 'partial write'],
    caches: ['none', 'writethrough'],
    violations: ['acknowledged write lost'],
    reason:
      'the bits of a write stay in the memory of the host until it flushes: the backing image shows again (QEMU 0.12 block/cow.c; FVD paper, section 2)',
    driveCaches: ['off'],
  },
  {
    formats: ['cow'],
    operations: ['write', 'partial write'],
    caches: ['writethrough'],
    violations: ['acknowledged write lost'],
    reason: 'as with the drive cache off: what is lost never left the memory of the host',
  },
  {
    formats: ['cow'],
    operations: ['write', 'partial write'],
    violations: ['stale or foreign data'],
    reason: 'one flush carries data and map, in any order: bits can be durable before the data that they stand for',
  },
];
