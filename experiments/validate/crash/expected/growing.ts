/** What images lose in a crash that grow at their end and keep no snapshots: VDI, VMDK, vpc, QED, Parallels. */
import type { ExpectedRow } from './row.js';

const vdi: readonly ExpectedRow[] = [
  {
    formats: ['vdi'],
    operations: ['write', 'partial write'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['leak'],
    reason: 'the header counts a new block before the block map names it (QEMU 7.2 block/vdi.c)',
  },
  {
    formats: ['vdi'],
    operations: ['write', 'partial write'],
    violations: ['leak', 'dangling reference'],
    reason: 'no flush stands between header and block map: the map can name a block that the header does not count (QEMU 7.2 block/vdi.c)',
  },
];

const vmdk: readonly ExpectedRow[] = [
  {
    formats: ['vmdk-0.12', 'vmdk-7.2'],
    operations: ['write', 'partial write'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['leak'],
    reason: 'the file is longer by a grain before the grain table names it, and the next one goes where the file ends (QEMU block/vmdk.c)',
  },
  {
    formats: ['vmdk-0.12'],
    operations: ['write', 'partial write'],
    caches: ['writethrough'],
    violations: ['leak'],
    reason: 'as with cache none and the drive cache off: each write is durable before the next one',
  },
  {
    formats: ['vmdk-0.12'],
    operations: ['write', 'partial write'],
    violations: ['leak', 'stale or foreign data'],
    reason:
      'a table entry can be durable before the grain that was copied from the parent: only the entry is followed by a flush (QEMU 0.12.5 block/vmdk.c)',
  },
  {
    formats: ['vmdk-7.2'],
    operations: ['write', 'partial write'],
    violations: ['leak', 'stale or foreign data', 'dangling reference'],
    reason:
      'grain and table entries are made durable by one flush, in any order: an entry can name what is not in the file yet (QEMU 7.2 block/vmdk.c)',
  },
];

const vpc: readonly ExpectedRow[] = [
  {
    formats: ['vpc-0.12'],
    operations: ['write', 'overwrite', 'partial write'],
    caches: ['none'],
    driveCaches: ['on'],
    violations: ['acknowledged write lost'],
    reason: 'the driver has no flush: what the guest has flushed is still in the cache of the drive (QEMU 0.12.5 block/vpc.c)',
  },
  {
    formats: ['vpc-0.12'],
    operations: ['write', 'overwrite', 'partial write'],
    caches: ['writeback'],
    violations: ['acknowledged write lost'],
    reason: 'the driver has no flush: what the guest has flushed is still in the cache of the host (QEMU 0.12.5 block/vpc.c)',
  },
  {
    formats: ['vpc-0.12', 'vpc-7.2'],
    violations: [],
    reason:
      'bitmap, footer and table entry are durable one after another before the data; a block without an entry is used again (QEMU block/vpc.c)',
  },
];

const qed: readonly ExpectedRow[] = [
  {
    formats: ['qed', 'qed without backing'],
    operations: ['write', 'partial write'],
    violations: ['leak'],
    reason:
      'clusters are taken at the end of the file before a table names them; the check on opening counts them and gives none back (QEMU 7.2 block/qed.c)',
  },
];

const parallels: readonly ExpectedRow[] = [
  {
    formats: ['parallels'],
    operations: ['overwrite'],
    violations: ['image unopenable'],
    reason:
      'an image that was not closed does not open for writing before a repair (QEMU 7.2 block/parallels.c, seen with the installed program)',
  },
  {
    formats: ['parallels'],
    operations: ['write', 'partial write'],
    caches: ['none'],
    driveCaches: ['off'],
    violations: ['acknowledged write lost', 'image unopenable'],
    reason:
      'new table entries stay in the memory of the host until the guest flushes; and the image needs a repair (QEMU 7.2 block/parallels.c)',
  },
  {
    formats: ['parallels'],
    operations: ['write', 'partial write'],
    violations: ['dangling reference', 'image unopenable'],
    reason:
      'one flush carries table and room for the clusters, so an entry can name what lies beyond the end; and the image needs a repair (QEMU 7.2)',
  },
];

export const growingRows: readonly ExpectedRow[] = [...vdi, ...vmdk, ...vpc, ...qed, ...parallels];
