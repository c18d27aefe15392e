/** The registered format `qcow2-7.2`: qcow2 as QEMU 7.2 drives it. */
import { InputError } from '../../../sim/errors.js';
import { placeOfOption } from '../../../sim/options.js';
import { formatBytes, KiB, MiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { longestQemuName } from '../qemu-snapshot-name.js';
import { CachedImage, type CacheSizes } from './cached-image.js';
import { checkClusterCount, entryBytes } from './geometry.js';

const options = {
  cluster: { kind: 'size', about: 'Cluster size', default: 64 * KiB, min: 512, max: 2 * MiB, powerOfTwo: true },
  l2Cache: {
    kind: 'size',
    about: 'Cache of L2 tables, never below two pieces nor above all tables of the disk; by default (0) all of them, at most 32 MiB',
    default: 0,
  },
  l2CacheEntry: {
    kind: 'size',
    about:
      'Most of an L2 table, a cluster, that is cached in one piece; by default (0) all, or 4 KiB where the cache cannot hold all tables',
    default: 0,
    min: sectorBytes,
    powerOfTwo: true,
    orZero: true,
    max: 2 * MiB,
  },
  lazyRefcounts: { kind: 'switch', about: 'Reference counts are written late; after a crash the image is checked', default: false },
  refcountCache: { kind: 'size', about: 'Cache of refcount blocks, never below four of them; by default (0) these', default: 0 },
} as const;

const largestDefaultCache: Bytes = 32 * MiB;
const sliceBytes: Bytes = 4 * KiB;
const fewestL2Pieces = 2;
const fewestRefcountBlocks = 4;

function cacheSizes(diskBytes: Bytes, cluster: Bytes, l2Cache: Bytes, l2CacheEntry: Bytes, refcountCache: Bytes): CacheSizes {
  const allTables = Math.ceil((Math.ceil(diskBytes / cluster) * entryBytes) / cluster) * cluster;
  const l2Bytes = Math.min(l2Cache === 0 ? largestDefaultCache : l2Cache, allTables);
  const mostInOnePiece = l2CacheEntry !== 0 ? l2CacheEntry : l2Bytes < allTables ? sliceBytes : cluster;
  const l2PieceBytes = Math.min(cluster, mostInOnePiece);
  return {
    clusterBytes: cluster,
    l2PieceBytes,
    l2Pieces: Math.max(fewestL2Pieces, Math.floor(l2Bytes / l2PieceBytes)),
    refcountBlocks: Math.max(fewestRefcountBlocks, Math.floor(refcountCache / cluster)),
  };
}

/** Throws InputError at a part that is larger than a table. */
function checkCacheEntry(bytes: Bytes, cluster: Bytes): void {
  if (bytes <= cluster) return;
  throw new InputError(placeOfOption('l2CacheEntry', 'qcow2-7.2'), formatBytes(bytes), `at most the cluster size, ${formatBytes(cluster)}`);
}

export const qcow2Of72: ImageFormatModel<typeof options> = {
  about: 'qcow2 as of QEMU 7.2: metadata in write-back caches, merged copy-on-write, zero-ranges',
  source: 'QEMU 7.2, block/qcow2*.c, seen in recorded operations',
  hasSnapshots: true,
  keepsState: true,
  longestSnapshotName: longestQemuName,
  hasBacking: true,
  options,
  make(context, { cluster, l2Cache, l2CacheEntry, lazyRefcounts, refcountCache }) {
    checkClusterCount(context.diskBytes, cluster, 'qcow2-7.2');
    checkCacheEntry(l2CacheEntry, cluster);
    const { diskBytes } = context;
    const toolSizes = cacheSizes(diskBytes, cluster, 0, 0, 0);
    return new CachedImage(context, cacheSizes(diskBytes, cluster, l2Cache, l2CacheEntry, refcountCache), toolSizes, lazyRefcounts);
  },
};
