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

  it('finds a place for a large file that was given back on a full disk', () => {
    const layout = make(256 * MiB);
    const runs = new RunList();
    const placeOf = (file: number): readonly [number, number] => {
      layout.create(file, 0, unusedMetadata);
      layout.allocate(file, 0, 2000, runs, unusedMetadata);
      return [runs.size, runs.block[0]!];
    };
    let last = 1;
    const places = [[0, 0] as readonly [number, number]];
    for (; layout.freeBlocks() > 2500; last++) places.push(placeOf(last));
    const old = places.findIndex(([size], file) => file > 5 && size === 1);
    layout.unlink(old, unusedMetadata);
    expect(placeOf(last)).to.deep.equal(places[old]);
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
