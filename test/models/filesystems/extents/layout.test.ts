import { expect } from 'chai';
import { ext4 } from '../../../../models/filesystems/extents/ext4.js';
import { unusedMetadata } from '../../../../models/filesystems/file-layout.js';
import type { GroupedLayout } from '../../../../models/filesystems/groups/grouped-layout.js';
import { RunList } from '../../../../models/filesystems/run-list.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { GiB, KiB, MiB } from '../../../../sim/units.js';
import { suiteOfFileLayouts } from '../file-layout-suite.js';

const make = (bytes: number, options: object = {}): GroupedLayout =>
  ext4.make({ ...defaults(ext4.options), ...options }, bytes, new RandomStream(7, 'layout'));
const small = { block: KiB, inodeRatio: 16 * KiB, journal: MiB } as const;

suiteOfFileLayouts('ext4 in small blocks', () => make(24 * MiB, small));
suiteOfFileLayouts('ext4 with each group by itself, long names', () =>
  make(24 * MiB, { ...small, groupsTogether: 1, nameBytes: 250, writers: 1 }),
);

describe('ext4', () => {
  it('reserves space that reads as a hole and costs no block when it is written', () => {
    const layout = make(2 * GiB);
    const runs = new RunList();
    layout.create(1, 0, unusedMetadata);
    layout.reserve(1, 0, 1000, unusedMetadata);
    const free = layout.freeBlocks();
    layout.map(1, 0, 1000, runs, unusedMetadata);
    expect([runs.size, runs.block[0]]).to.deep.equal([1, -1]);
    layout.allocate(1, 100, 10, runs, unusedMetadata);
    expect([runs.size, layout.isNew(0)]).to.deep.equal([1, true]);
    const block = runs.block[0];
    layout.allocate(1, 100, 10, runs, unusedMetadata);
    expect([runs.size, runs.block[0], layout.isNew(0)]).to.deep.equal([1, block, false]);
    expect(layout.freeBlocks()).to.equal(free);
  });

  it('keeps a large file in one piece but for the groups own metadata, where ext3 has map blocks between', () => {
    const layout = make(8 * GiB);
    const runs = new RunList();
    layout.create(1, 0, unusedMetadata);
    layout.allocate(1, 0, 500_000, runs, unusedMetadata);
    expect(runs.size).to.be.at.most(Math.ceil(500_000 / 31_000) + 2);
  });

  it('finds the place of a large file that was given back, where little was left before', () => {
    const layout = make(256 * MiB);
    const runs = new RunList();
    const place = (file: number, blocks: number): readonly [runs: number, first: number] => {
      layout.create(file, 0, unusedMetadata);
      layout.allocate(file, 0, blocks, runs, unusedMetadata);
      return [runs.size, runs.block[0]!];
    };
    const places = [...Array(30).keys()].map((file) => place(1 + file, 2000));
    // The second of two groups fills first. In the first one 117 blocks are left, which a search for more finds too few.
    layout.unlink(30, unusedMetadata);
    place(30, 1600);
    place(31, 700);
    layout.unlink(3, unusedMetadata);
    place(3, 1500);
    layout.unlink(20, unusedMetadata);
    expect(place(20, 2000)).to.deep.equal(places[19]);
  });

  it('needs no block for four extents, one leaf for 340, and index blocks for many more', () => {
    const layout = make(4 * GiB);
    const runs = new RunList();
    layout.create(1, 0, unusedMetadata);
    const used = (extents: number): number => {
      for (let i = layout.data.count(1); i < extents; i++) layout.allocate(1, 2 * i, 1, runs, unusedMetadata);
      return atFirst - layout.freeBlocks() - extents;
    };
    const atFirst = layout.freeBlocks();
    expect([4, 5, 340, 341, 1020, 1361, 1701].map(used)).to.deep.equal([0, 1, 1, 2, 3, 6, 7]);
    layout.unlink(1, unusedMetadata);
    expect(layout.freeBlocks()).to.equal(atFirst);
  });
});
