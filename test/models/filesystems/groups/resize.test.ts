import { expect } from 'chai';
import { ext4 } from '../../../../models/filesystems/extents/ext4.js';
import { AgedFileSystem, ageingOptions } from '../../../../models/filesystems/ageing.js';
import { ext3 } from '../../../../models/filesystems/ext3/ext3.js';
import { unusedMetadata } from '../../../../models/filesystems/file-layout.js';
import type { GroupedLayout } from '../../../../models/filesystems/groups/grouped-layout.js';
import { minimumBlocks, resize, type ResizeIo } from '../../../../models/filesystems/groups/resize.js';
import { RunList } from '../../../../models/filesystems/run-list.js';
import { InputError } from '../../../../sim/errors.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { GiB, KiB, MiB } from '../../../../sim/units.js';
import { needE2fsprogs, withImage } from '../e2fsprogs.js';

const make = (bytes: number, options: object = {}): GroupedLayout =>
  ext3.make({ ...defaults(ext3.options), ...options }, bytes, new RandomStream(3, 'layout'));

class CountedIo implements ResizeIo {
  readonly reads: number[][] = [];
  readonly writes: number[][] = [];

  read(first: number, blocks: number): void {
    this.reads.push([first, blocks]);
  }

  write(first: number, blocks: number): void {
    this.writes.push([first, blocks]);
  }
}

const fill = (layout: GroupedLayout, file: number, blocks: number): void => {
  layout.create(file, 0, unusedMetadata);
  layout.allocate(file, 0, blocks, new RunList(), unusedMetadata);
  layout.setSize(file, blocks * layout.blockBytes, unusedMetadata);
};

describe('resizing ext3', () => {
  it('shrinks a used file system to the fewest blocks with every file whole, and lets it be used on', () => {
    const layout = make(GiB, { block: KiB, inodeRatio: 16 * KiB });
    const { files } = new AgedFileSystem(
      layout,
      { ...defaults(ageingOptions), usedPercent: 40, turnoverPercent: 60 },
      new RandomStream(4, 'ageing'),
      1,
    );
    const used = layout.blocks - layout.freeBlocks();
    const dataBlocks = (): number => {
      const owners = new Set<number>();
      let blocks = 0;
      for (const file of files)
        for (let found = layout.data.seek(file, 0); found; found = layout.data.next())
          for (let i = 0; i < layout.data.blocks; i++, blocks++) {
            owners.add(layout.data.block + i);
            expect(layout.groups.isFree(layout.data.block + i)).to.equal(false);
          }
      expect(owners.size).to.equal(blocks);
      return blocks;
    };
    const before = dataBlocks();
    const least = minimumBlocks(layout);
    expect(least).to.be.within(used * 0.8, used * 1.2);
    const io = new CountedIo();
    resize(layout, least, io);
    expect(layout.blocks).to.equal(least);
    expect(layout.freeBlocks()).to.be.below(100);
    expect(layout.groups.isConsistent()).to.equal(true);
    expect(dataBlocks()).to.equal(before);
    for (const [first, blocks] of io.writes) expect(first! + blocks!).to.be.at.most(least);
    expect(Math.max(...files.map((file) => layout.inodeOf(file)))).to.be.at.most(layout.groups.geometry.inodes);
    expect(() => {
      resize(layout, least - 20_000, io);
    }).to.throw(InputError, 'as many as are in use');
    resize(layout, GiB / KiB, new CountedIo());
    for (const file of files) layout.unlink(file, unusedMetadata);
    expect(layout.groups.isConsistent()).to.equal(true);
  });

  it('leaves no file a place that it gave to another, packed files either', () => {
    const layout = make(256 * MiB, { block: KiB, inodeRatio: 16 * KiB, journal: 4 * MiB, allocator: 'packed' });
    // Files at the start are removed; what lies behind them moves there, over the chunk in which small files were packed last.
    for (let file = 1; file <= 400; file++) fill(layout, file, file < 100 ? 1200 : 10);
    for (let file = 1; file < 100; file++) layout.unlink(file, unusedMetadata);
    resize(layout, minimumBlocks(layout) + 600, new CountedIo());
    for (let file = 401; file <= 440; file++) fill(layout, file, 10);
    const owners = new Set<number>();
    for (let file = 100; file <= 440; file++)
      for (let found = layout.data.seek(file, 0); found; found = layout.data.next())
        for (let block = layout.data.block; block < layout.data.block + layout.data.blocks; block++) {
          expect(owners.has(block), `block ${block} of file ${file}`).to.equal(false);
          expect(block).to.be.below(layout.blocks);
          owners.add(block);
        }
    expect(layout.groups.isConsistent()).to.equal(true);
  });

  it('grows by the inode tables of the new groups, bitmaps and descriptors, and moves nothing', () => {
    const layout = make(GiB, { journal: 16 * MiB });
    const io = new CountedIo();
    resize(layout, (3 * GiB) / (4 * KiB), io);
    const { inodeTableBlocks } = layout.groups.geometry;
    expect(io.writes.filter(([, blocks]) => blocks === inodeTableBlocks).length).to.equal(16);
    expect(io.reads.length).to.be.below(20);
    expect(layout.groups.isConsistent()).to.equal(true);
    fill(layout, 1, 600_000);
    expect(layout.data.seekBefore(1, 600_000) && layout.data.block).to.be.above(GiB / (4 * KiB));
  });

  it('is refused where too few descriptors were set aside, or tables stand together', () => {
    expect(() => {
      resize(make(GiB, { growable: false }), 2 ** 26, new CountedIo());
    }).to.throw(InputError, 'descriptors');
    expect(() => {
      resize(ext4.make(defaults(ext4.options), GiB, new RandomStream(1, 'layout')), 2 ** 20, new CountedIo());
    }).to.throw(InputError, 'tables together');
  });
});

describe('resizing ext3 beside resize2fs', () => {
  before(function () {
    needE2fsprogs(this);
  });

  it('ends with the same blocks, free blocks and inodes after shrinking to the fewest and growing', () => {
    const layout = make(GiB, { journal: 16 * MiB, journalPlace: 'first' });
    fill(layout, 1, 30_000);
    fill(layout, 2, 30_000);
    layout.unlink(1, unusedMetadata);
    withImage(GiB, ['-t', 'ext3', '-i', '16384', '-J', 'size=16'], (image) => {
      image.write('first', 30_000 * 4 * KiB);
      image.write('second', 30_000 * 4 * KiB);
      image.debugfs(['-w', 'rm first']);
      const state = (): number[] => ['Block count', 'Free blocks', 'Inode count', 'Free inodes'].map((name) => image.fact(name));
      const modelled = (): number[] => [layout.blocks, layout.freeBlocks(), layout.groups.geometry.inodes, layout.groups.freeInodes];
      expect(modelled()).to.deep.equal(state());
      image.resize('fewest');
      resize(layout, minimumBlocks(layout), new CountedIo());
      expect(modelled()).to.deep.equal(state());
      image.resize(500_000);
      resize(layout, 500_000, new CountedIo());
      expect(modelled()).to.deep.equal(state());
    });
  }).timeout(60_000);
});
