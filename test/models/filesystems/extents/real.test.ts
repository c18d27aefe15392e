/** ext4 as modelled beside ext4 as mke2fs makes it, without the features that came later. */
import { expect } from 'chai';
import { ext4 } from '../../../../models/filesystems/extents/ext4.js';
import { RunList } from '../../../../models/filesystems/run-list.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { GiB, MiB } from '../../../../sim/units.js';
import { needE2fsprogs, withImage } from '../e2fsprogs.js';

describe('ext4 beside mke2fs', () => {
  before(function () {
    needE2fsprogs(this);
  });

  for (const gibibytes of [2, 9, 20, 50, 130])
    it(`${gibibytes} GiB: groups, bitmaps, inode tables, free blocks and the journal lie where mke2fs puts them`, () => {
      const bytes = gibibytes * GiB;
      const layout = ext4.make({ ...defaults(ext4.options), journal: 64 * MiB }, bytes, new RandomStream(1, 'layout'));
      const { geometry } = layout.groups;
      withImage(
        bytes,
        ['-t', 'ext4', '-O', '^64bit,^metadata_csum', '-i', '16384', '-J', 'size=64', '-E', 'lazy_itable_init=1'],
        (image) => {
          expect(geometry.blocks).to.equal(image.fact('Block count'));
          expect(geometry.inodes).to.equal(image.fact('Inode count'));
          expect(layout.freeBlocks()).to.equal(image.fact('Free blocks'));
          const groups = Array.from({ length: geometry.groups }, (_, group) => ({
            superblock: geometry.hasSuperblock(group),
            blockBitmap: geometry.blockBitmap(group),
            inodeBitmap: geometry.inodeBitmap(group),
            inodeTable: geometry.inodeTable(group),
            freeBlocks: layout.groups.freeBlocksIn[group],
          }));
          expect(groups).to.deep.equal(image.groups());
          const journal = new RunList();
          layout.mapJournal(0, layout.journalBlocks, journal);
          const real = image.blocksOf('<8>');
          expect(Array.from({ length: journal.size }, (_, i) => [journal.block[i], journal.blocks[i]])).to.deep.equal(
            real.map(({ first, blocks }) => [first, blocks]),
          );
        },
      );
    }).timeout(60_000);
});
