import { expect } from 'chai';
import { AgedFileSystem, ageingOptions, layoutScore } from '../../../models/filesystems/ageing.js';
import { ext4 } from '../../../models/filesystems/extents/ext4.js';
import { ext3 } from '../../../models/filesystems/ext3/ext3.js';
import type { GroupedLayout } from '../../../models/filesystems/groups/grouped-layout.js';
import { defaults } from '../../../sim/options.js';
import { RandomStream } from '../../../sim/random.js';
import { GiB } from '../../../sim/units.js';

const kinds = {
  ext3: () => ext3.make(defaults(ext3.options), 2 * GiB, new RandomStream(3, 'layout')),
  ext4: () => ext4.make(defaults(ext4.options), 2 * GiB, new RandomStream(3, 'layout')),
};

const aged = (layout: GroupedLayout, options: object): number => {
  const { files } = new AgedFileSystem(layout, { ...defaults(ageingOptions), ...options }, new RandomStream(5, 'ageing'), 1);
  return layoutScore(layout, files);
};

for (const [name, make] of Object.entries(kinds))
  describe(`${name}, aged`, () => {
    it('is as full as asked, with counts that hold', () => {
      const layout = make();
      aged(layout, { usedPercent: 70, turnoverPercent: 50 });
      expect(1 - layout.freeBlocks() / layout.blocks).to.be.closeTo(0.7, 0.01);
      expect(layout.groups.isConsistent()).to.equal(true);
    });

    it('is the more broken up the fuller it is kept and the more is written', () => {
      const fresh = aged(make(), { usedPercent: 50, turnoverPercent: 0 });
      const worn = aged(make(), { usedPercent: 92, turnoverPercent: 300 });
      expect(fresh).to.be.above(0.98);
      expect(worn).to.be.below(fresh - 0.01);
    });

    it('cannot be less full than when it is empty', () => {
      expect(() => aged(make(), { usedPercent: 0 })).to.throw('usedPercent');
    });

    it('is the same for the same seed', () => {
      expect(aged(make(), { turnoverPercent: 30 })).to.equal(aged(make(), { turnoverPercent: 30 }));
    });
  });
