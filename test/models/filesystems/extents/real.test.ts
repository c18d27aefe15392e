/** ext4 as modelled beside ext4 as mke2fs makes it, without the features that came later. */
import { expect } from 'chai';
import { ext4 } from '../../../../models/filesystems/extents/ext4.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { GiB, MiB } from '../../../../sim/units.js';
import { expectSameGroups, journalOf, needE2fsprogs, withImage } from '../e2fsprogs.js';

describe('ext4 beside mke2fs', () => {
  before(function () {
    needE2fsprogs(this);
  });

  for (const gibibytes of [2, 9, 20, 50, 130])
    it(`${gibibytes} GiB: groups, bitmaps, inode tables, free blocks and the journal lie where mke2fs puts them`, () => {
      const bytes = gibibytes * GiB;
      const layout = ext4.make({ ...defaults(ext4.options), journal: 64 * MiB }, bytes, new RandomStream(1, 'layout'));
      withImage(
        bytes,
        ['-t', 'ext4', '-O', '^64bit,^metadata_csum', '-i', '16384', '-J', 'size=64', '-E', 'lazy_itable_init=1'],
        (image) => {
          expectSameGroups(layout, image);
          const real = image.blocksOf('<8>');
          expect(journalOf(layout)).to.deep.equal(real.map(({ first, blocks }) => [first, blocks]));
        },
      );
    }).timeout(60_000);
});
