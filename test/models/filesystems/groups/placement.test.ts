import { expect } from 'chai';
import { ext3 } from '../../../../models/filesystems/ext3/ext3.js';
import { type MetadataUse, unusedMetadata } from '../../../../models/filesystems/file-layout.js';
import type { GroupedLayout } from '../../../../models/filesystems/groups/grouped-layout.js';
import { RunList } from '../../../../models/filesystems/run-list.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { GiB, KiB } from '../../../../sim/units.js';

const make = (options: object = {}, bytes = 10 * GiB): GroupedLayout =>
  ext3.make({ ...defaults(ext3.options), ...options }, bytes, new RandomStream(3, 'layout'));
const groupOf = (layout: GroupedLayout, file: number): number => layout.groups.geometry.groupOfInode(layout.inodeOf(file));

class Noted implements MetadataUse {
  readonly reads = new Set<number>();
  readonly changes = new Set<number>();

  read(block: number): void {
    this.reads.add(block);
  }

  change(block: number): void {
    this.changes.add(block);
  }

  forget(): void {
    // Of no interest here.
  }
}

describe('placement in block groups', () => {
  it('spreads directories of the root and keeps those below, and files, with their directory', () => {
    const layout = make();
    for (let i = 1; i <= 40; i++) layout.makeDirectory(i, 0, unusedMetadata);
    expect(new Set(Array.from({ length: 40 }, (_, i) => groupOf(layout, i + 1))).size).to.equal(40);
    layout.makeDirectory(100, 7, unusedMetadata);
    layout.create(101, 100, unusedMetadata);
    expect([groupOf(layout, 100), groupOf(layout, 101)]).to.deep.equal([groupOf(layout, 7), groupOf(layout, 7)]);
  });

  it('leaves a group that has no inode left', () => {
    const layout = make({ inodeRatio: 256 * KiB }, GiB);
    for (let i = 1; i <= 1000; i++) layout.create(i, 0, unusedMetadata);
    const groups = new Set(Array.from({ length: 1000 }, (_, i) => groupOf(layout, i + 1)));
    expect(groups.size).to.equal(2);
  });

  it('keeps two files that grow in turns in one piece each for as long as their windows are, and packs files that were closed', () => {
    const pieces = (options: object, closes: boolean): number => {
      const layout = make(options);
      const runs = new RunList();
      for (const file of [1, 2]) layout.create(file, 0, unusedMetadata);
      for (let block = 0; block < 2000; block++)
        for (const file of [1, 2]) {
          layout.allocate(file, block, 1, runs, unusedMetadata);
          if (closes) layout.close(file);
        }
      return layout.data.count(1);
    };
    expect(pieces({}, false)).to.be.below(20);
    expect(pieces({ writers: 1 }, false)).to.equal(2000);
    expect(pieces({}, true)).to.equal(2000);
  });

  it('packs small files one behind another in aligned chunks, their maps elsewhere, and leaves what was freed between them', () => {
    const layout = make({ allocator: 'packed' });
    const { geometry } = layout.groups;
    const runs = new RunList();
    const placeOf = (file: number): number => {
      layout.create(file, 0, unusedMetadata);
      layout.allocate(file, 0, 14, runs, unusedMetadata);
      layout.close(file);
      expect(runs.size).to.equal(1);
      return runs.block[0]! - geometry.groupFirst(0);
    };
    const first = placeOf(1);
    expect(first % 512).to.equal(0);
    expect(placeOf(2)).to.equal(first + 14);
    layout.unlink(1, unusedMetadata);
    expect(placeOf(3)).to.equal(first + 28);
    // The third file's map stands before the chunk, where that of the first one stood.
    expect(layout.groups.isFree(geometry.groupFirst(0) + first + 42)).to.equal(true);
  });

  it('begins the files of a process in its part of the group', () => {
    const layout = make({ colour: 8 });
    const runs = new RunList();
    layout.makeDirectory(1, 0, unusedMetadata);
    layout.create(2, 1, unusedMetadata);
    layout.allocate(2, 0, 5, runs, unusedMetadata);
    const { geometry } = layout.groups;
    expect((runs.block[0]! - geometry.groupFirst(groupOf(layout, 2))) / geometry.blocksPerGroup).to.be.closeTo(0.5, 0.001);
  });
});

describe('directories', () => {
  it('of one block read that block; as a hashed tree the root and one leaf; as a list all up to the entry', () => {
    const reads = (hashedDirectories: boolean, files: number): number => {
      const layout = make({ hashedDirectories });
      layout.makeDirectory(1, 0, unusedMetadata);
      for (let i = 0; i < files; i++) layout.create(10 + i, 1, unusedMetadata);
      const noted = new Noted();
      layout.lookUp(10 + files - 1, noted);
      const { geometry } = layout.groups;
      noted.reads.delete(geometry.inodeBlock(layout.inodeOf(1)));
      noted.reads.delete(geometry.inodeBlock(layout.inodeOf(10 + files - 1)));
      return noted.reads.size;
    };
    expect([reads(true, 200), reads(false, 200)]).to.deep.equal([1, 1]);
    expect([reads(true, 2000), reads(false, 2000)]).to.deep.equal([2, 8]);
  });

  it('grow by leaves half to all full, and by a second level of the index', () => {
    const layout = make({ block: KiB, inodeRatio: 4 * KiB }, GiB);
    layout.makeDirectory(1, 0, unusedMetadata);
    for (let i = 0; i < 40_000; i++) layout.create(10 + i, 1, unusedMetadata);
    const blocks = layout.size(1) / KiB;
    expect((40_000 * 16) / (blocks * KiB)).to.be.within(0.5, 1);
    const noted = new Noted();
    layout.lookUp(20_000, noted);
    // Inodes of both, root and node of the index, the leaf, and the way to these through the directory's own map.
    expect(noted.reads.size).to.be.within(5, 9);
    for (let i = 0; i < 40_000; i++) layout.unlink(10 + i, unusedMetadata);
    layout.unlink(1, unusedMetadata);
    expect(layout.groups.isConsistent()).to.equal(true);
  });

  it('a name too many for the first block makes three of it', () => {
    const layout = make();
    layout.makeDirectory(1, 0, unusedMetadata);
    const perBlock = Math.floor((4096 - 24) / 16);
    for (let i = 0; i < perBlock; i++) layout.create(10 + i, 1, unusedMetadata);
    expect(layout.size(1)).to.equal(4096);
    layout.create(9, 1, unusedMetadata);
    expect(layout.size(1)).to.equal(3 * 4096);
  });
});
