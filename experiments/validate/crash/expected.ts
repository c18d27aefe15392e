/** What is known to be lost in a crash, cell by cell of the matrix, with why and from where. What no row names loses nothing. */
import type { CacheMode } from '../../../models/io/image-format.js';
import type { CrashCase } from './check.js';
import type { DriveCache } from './durability.js';
import type { OperationName } from './operations.js';
import type { Violation } from './promises.js';

interface ExpectedRow {
  readonly formats: readonly string[];
  readonly operations?: readonly OperationName[];
  readonly caches?: readonly CacheMode[];
  readonly driveCaches?: readonly DriveCache[];
  readonly violations: readonly Violation[];
  /** With its source. */
  readonly reason: string;
}

/** The first row that fits holds. A dimension that a row does not name is any. */
export const expectedRows: readonly ExpectedRow[] = [
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
    operations: ['write', 'partial write'],
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

const fits = (row: ExpectedRow, given: CrashCase): boolean =>
  row.formats.includes(given.format) &&
  (row.operations?.includes(given.operation) ?? true) &&
  (row.caches?.includes(given.cache) ?? true) &&
  (row.driveCaches?.includes(given.driveCache) ?? true);

/** The row of a cell: none is named where everything survives. */
export const expectedOf = (given: CrashCase): Pick<ExpectedRow, 'violations' | 'reason'> =>
  expectedRows.find((row) => fits(row, given)) ?? { violations: [], reason: 'data are durable before what refers to them' };
