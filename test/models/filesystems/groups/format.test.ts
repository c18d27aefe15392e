import { expect } from 'chai';
import { ext4 } from '../../../../models/filesystems/extents/ext4.js';
import { ext3 } from '../../../../models/filesystems/ext3/ext3.js';
import type { GroupedLayout } from '../../../../models/filesystems/groups/grouped-layout.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { GiB, KiB, MiB } from '../../../../sim/units.js';

const written = (layout: GroupedLayout): Map<number, number> => {
  const blocks = new Map<number, number>();
  layout.format((first, count) => {
    for (let i = 0; i < count; i++) blocks.set(first + i, (blocks.get(first + i) ?? 0) + 1);
  });
  return blocks;
};

describe('formatting', () => {
  it('writes, of a new ext3, what is in use and nothing else but copies of descriptors to grow by', () => {
    for (const options of [{}, { block: KiB, inodeRatio: 8 * KiB }, { growable: false }]) {
      const layout = ext3.make({ ...defaults(ext3.options), ...options }, 2 * GiB, new RandomStream(1, 'layout'));
      const { geometry } = layout.groups;
      const blocks = written(layout);
      for (let block = geometry.firstDataBlock; block < layout.blocks; block++) {
        const group = geometry.groupOf(block);
        const inGroup = block - geometry.groupFirst(group);
        const isToGrowBy = group > 0 && inGroup > geometry.descriptorBlocks && inGroup < geometry.copyBlocks(group);
        if (blocks.has(block) !== (!layout.groups.isFree(block) && !isToGrowBy)) expect.fail(`block ${block} of group ${group}`);
      }
    }
  });

  it('takes every inode table of ext3, and of ext4 only where tables are not left for later', () => {
    const tables = (layout: GroupedLayout): number => {
      const blocks = written(layout);
      const { geometry } = layout.groups;
      return Array.from({ length: geometry.groups }, (_, group) => blocks.has(geometry.inodeTable(group) + 5)).filter(Boolean).length;
    };
    const ext4With = (options: object): GroupedLayout =>
      ext4.make({ ...defaults(ext4.options), journal: 32 * MiB, ...options }, 2 * GiB, new RandomStream(1, 'layout'));
    expect(tables(ext3.make(defaults(ext3.options), 2 * GiB, new RandomStream(1, 'layout')))).to.equal(16);
    expect(tables(ext4With({}))).to.equal(0);
    expect(tables(ext4With({ lazyTables: false }))).to.equal(16);
  });

  it('puts the journal of ext3 in the middle of the disk', () => {
    const layout = ext3.make(defaults(ext3.options), 50 * GiB, new RandomStream(1, 'layout'));
    const runs: number[][] = [];
    layout.mapJournal(0, layout.journalBlocks, {
      size: 0,
      block: new Int32Array(0),
      blocks: new Int32Array(0),
      clear: () => undefined,
      add: (block, blocks) => void runs.push([block, blocks]),
    });
    expect(layout.journalBlocks).to.equal((128 * MiB) / (4 * KiB));
    expect(runs.reduce((sum, [, blocks]) => sum + blocks!, 0)).to.equal(layout.journalBlocks);
    for (const [block] of runs) expect(block! / layout.blocks).to.be.closeTo(0.5, 0.01);
  });
});
