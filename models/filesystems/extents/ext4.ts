/**
 * ext4 as mke2fs and Linux of 2010 to 2012 keep it: extents, groups that stand together, delayed allocation, inode tables left as they are.
 * Sources: man pages mke2fs(8), ext4(5); Linux Documentation/filesystems/ext4.txt; A. Mathur et al., Ottawa Linux Symposium 2007.
 */
import type { OptionSet, Values } from '../../../sim/options.js';
import type { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB, type Bytes } from '../../../sim/units.js';
import type { FileSystemModel } from '../file-layout.js';
import { BlockGroups } from '../groups/block-groups.js';
import { BlockSearch, type WindowSizes } from '../groups/block-search.js';
import { Directories } from '../groups/directories.js';
import { GroupGeometry } from '../groups/geometry.js';
import { GroupedLayout } from '../groups/grouped-layout.js';
import { InodePlacement } from '../groups/inode-placement.js';
import { SpecialFiles } from '../groups/special-files.js';
import { ExtentBlocks } from './extent-blocks.js';

const ext4Options = {
  block: { kind: 'size', about: 'size of a block', default: 4 * KiB, min: KiB, max: 4 * KiB, powerOfTwo: true },
  inode: { kind: 'size', about: 'size of an inode', default: 256, min: 128, max: 1024, powerOfTwo: true },
  inodeRatio: { kind: 'size', about: 'one inode for so many bytes of the partition', default: 16 * KiB, min: KiB, max: 64 * MiB },
  journal: { kind: 'size', about: 'size of the journal; 0: by the size of the file system', default: 0, max: GiB },
  growable: { kind: 'switch', about: 'descriptor blocks set aside to grow by (resize_inode)', default: true },
  groupsTogether: { kind: 'count', about: 'groups whose bitmaps and inode tables stand together (flex_bg)', default: 16, min: 1, max: 64 },
  lazyTables: { kind: 'switch', about: 'inode tables are left as they are when formatting (lazy_itable_init)', default: true },
  nameBytes: { kind: 'count', about: 'length of a file name; assumed', default: 8, min: 1, max: 255 },
  writers: { kind: 'count', about: 'files whose place to grow is kept at the same time; assumed', default: 16, min: 1, max: 64 },
} as const satisfies OptionSet;

export const ext4 = {
  about: 'ext4: extents, flex groups, best-fit allocation at write-back, unwritten extents',
  source: 'mke2fs(8), ext4(5), Linux Documentation/filesystems/ext4.txt, A. Mathur et al. (Ottawa Linux Symposium 2007)',
  options: ext4Options,
  make: makeExt4,
} satisfies FileSystemModel<typeof ext4Options>;

/** Room is kept for 16 KiB of a file at first, for 8 MiB at most (ext4's rounding of requests), and a request has all that it asks for. */
const windowsOf = ({ blockBytes, blocksPerGroup }: GroupGeometry): WindowSizes => ({
  first: (16 * KiB) / blockBytes,
  most: (8 * MiB) / blockBytes,
  request: blocksPerGroup,
});

function makeExt4(options: Values<typeof ext4Options>, bytes: Bytes, random: RandomStream): GroupedLayout {
  const geometry = new GroupGeometry(bytes, {
    blockBytes: options.block,
    inodeBytes: options.inode,
    bytesPerInode: options.inodeRatio,
    growable: options.growable,
    groupsTogether: options.groupsTogether,
  });
  const groups = new BlockGroups(geometry);
  const special = new SpecialFiles(groups, { bytes: options.journal, place: 'middle', maps: () => [] });
  return new GroupedLayout({
    groups,
    files: new ExtentBlocks(groups, new BlockSearch(groups, options.writers, windowsOf(geometry)), options.block),
    directories: new Directories(options.block, options.nameBytes, true),
    placement: new InodePlacement(groups, random),
    special,
    format: { isLazy: options.lazyTables },
    allocatesAtWriteBack: true,
    reservesUnwritten: true,
  });
}
