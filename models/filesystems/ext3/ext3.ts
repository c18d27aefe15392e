/**
 * ext3 as mke2fs and Linux of 2010 keep it: blocks of pointers, windows for files that grow, hashed directories, a journal among the data.
 * Sources: man pages mke2fs(8), ext4(5); Linux Documentation/filesystems/ext3.txt; M. Cao et al., Ottawa Linux Symposium 2005.
 */
import { choice, type OptionSet, type Values } from '../../../sim/options.js';
import type { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, MiB, type Bytes } from '../../../sim/units.js';
import type { FileSystemModel } from '../file-layout.js';
import { BlockGroups } from '../groups/block-groups.js';
import { BlockSearch } from '../groups/block-search.js';
import { Directories } from '../groups/directories.js';
import { GroupGeometry } from '../groups/geometry.js';
import { GroupedLayout } from '../groups/grouped-layout.js';
import { PackedSearch } from '../groups/packed-search.js';
import { InodePlacement } from '../groups/inode-placement.js';
import { SpecialFiles } from '../groups/special-files.js';
import { colours, IndirectBlocks } from './indirect-blocks.js';
import { directBlocks, IndirectTree } from './indirect-tree.js';

const ext3Options = {
  block: { kind: 'size', about: 'size of a block', default: 4 * KiB, min: KiB, max: 4 * KiB, powerOfTwo: true },
  inode: { kind: 'size', about: 'size of an inode', default: 256, min: 128, max: 1024, powerOfTwo: true },
  inodeRatio: { kind: 'size', about: 'one inode for so many bytes of the partition', default: 16 * KiB, min: KiB, max: 64 * MiB },
  journal: { kind: 'size', about: 'size of the journal; 0: by the size of the file system', default: 0, max: GiB },
  journalPlace: choice('where the journal lies: e2fsprogs of 2010 took the middle of the disk', ['middle', 'first'], 'middle'),
  growable: { kind: 'switch', about: 'descriptor blocks set aside to grow by (resize_inode)', default: true },
  hashedDirectories: { kind: 'switch', about: 'directories as hashed trees (dir_index)', default: true },
  nameBytes: { kind: 'count', about: 'length of a file name; assumed', default: 8, min: 1, max: 255 },
  colour: {
    kind: 'count',
    about: 'part of its group, of 16, in which a process begins its files; by its number, so assumed',
    default: 0,
    max: colours - 1,
  },
  allocator: choice(
    "how blocks are found: ext3's own windows, or packed as by ext4's driver, which serves ext3 in Linux since 4.3",
    ['windows', 'packed'],
    'windows',
  ),
  writers: {
    kind: 'count',
    about: 'files whose place to grow is kept at the same time; assumed for programs that close no file',
    default: 4,
    min: 1,
    max: 64,
  },
} as const satisfies OptionSet;

/** Buffered writes ask for one block at a time, so that a window grows by its use only. */
const windows = { first: 8, most: 1027, request: 1 } as const;

export const ext3 = {
  about: 'ext3: indirect blocks, reservation windows, Orlov directories, ordered journal inside',
  source: 'mke2fs(8), ext4(5), Linux Documentation/filesystems/ext3.txt, M. Cao et al. (Ottawa Linux Symposium 2005)',
  options: ext3Options,
  make: makeExt3,
} satisfies FileSystemModel<typeof ext3Options>;

function makeExt3(options: Values<typeof ext3Options>, bytes: Bytes, random: RandomStream): GroupedLayout {
  const geometry = new GroupGeometry(bytes, {
    blockBytes: options.block,
    inodeBytes: options.inode,
    bytesPerInode: options.inodeRatio,
    growable: options.growable,
    groupsTogether: 1,
  });
  const groups = new BlockGroups(geometry);
  const tree = new IndirectTree(options.block / 4);
  const special = new SpecialFiles(groups, {
    bytes: options.journal,
    place: options.journalPlace,
    maps: (blocks) => mapsInLine(tree, blocks),
  });
  const Search = options.allocator === 'packed' ? PackedSearch : BlockSearch;
  return new GroupedLayout({
    groups,
    files: new IndirectBlocks(groups, new Search(groups, options.writers, windows), options.block, options.colour),
    directories: new Directories(options.block, options.nameBytes, options.hashedDirectories),
    placement: new InodePlacement(groups, random),
    special,
    format: { isLazy: false },
    allocatesAtWriteBack: false,
    reservesUnwritten: false,
  });
}

/** Blocks of pointers of a file written in order, each before the first block that it leads to. */
function mapsInLine(tree: IndirectTree, blocks: number): (readonly [number, number])[] {
  const maps: (readonly [number, number])[] = [];
  let made = 0;
  for (let at = directBlocks; at < blocks; at = tree.siblingsEnd(at)) {
    const all = tree.overhead(at + 1);
    maps.push([at, all - made]);
    made = all;
  }
  return maps;
}
