/** ext3 as modelled beside ext3 as e2fsprogs makes it. */
import { expect } from 'chai';
import { ext3 } from '../../../../models/filesystems/ext3/ext3.js';
import { unusedMetadata } from '../../../../models/filesystems/file-layout.js';
import { GroupGeometry } from '../../../../models/filesystems/groups/geometry.js';
import type { GroupedLayout } from '../../../../models/filesystems/groups/grouped-layout.js';
import { RunList } from '../../../../models/filesystems/run-list.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { GiB, KiB, MiB } from '../../../../sim/units.js';
import { expectSameGroups, journalOf, needE2fsprogs, withImage } from '../e2fsprogs.js';

const make = (bytes: number, options: object): GroupedLayout =>
  ext3.make({ ...defaults(ext3.options), ...options }, bytes, new RandomStream(1, 'layout'));

describe('ext3 beside mke2fs', () => {
  before(function () {
    needE2fsprogs(this);
  });

  const cases = [
    { name: '50 GiB', bytes: 50 * GiB, block: 4 * KiB, inode: 256, inodeRatio: 16 * KiB, journal: 128 * MiB },
    {
      name: '1.3 GiB, a last group that is cut',
      bytes: 1300 * MiB + 12 * KiB,
      block: 4 * KiB,
      inode: 128,
      inodeRatio: 8 * KiB,
      journal: 32 * MiB,
    },
    {
      name: '1 GiB and a last group too small',
      bytes: GiB + 300 * KiB,
      block: 4 * KiB,
      inode: 256,
      inodeRatio: 16 * KiB,
      journal: 32 * MiB,
    },
    { name: '200 MiB in blocks of 1 KiB', bytes: 200 * MiB, block: KiB, inode: 128, inodeRatio: 4 * KiB, journal: 4 * MiB },
    { name: '3 GiB in blocks of 2 KiB', bytes: 3 * GiB, block: 2 * KiB, inode: 256, inodeRatio: 10_000, journal: 16 * MiB },
    { name: '700 GiB', bytes: 700 * GiB, block: 4 * KiB, inode: 256, inodeRatio: 64 * KiB, journal: 128 * MiB },
  ];

  for (const { name, bytes, ...options } of cases) {
    const arguments_ = [
      '-t',
      'ext3',
      '-b',
      `${options.block}`,
      '-I',
      `${options.inode}`,
      '-i',
      `${options.inodeRatio}`,
      '-J',
      `size=${options.journal / MiB}`,
    ];

    it(`${name}: groups, bitmaps, inode tables, free blocks and the journal lie where mke2fs puts them`, () => {
      // Today's tool puts an ext3 journal in the first free blocks.
      const layout = make(bytes, { ...options, journalPlace: 'first' });
      withImage(bytes, arguments_, (image) => {
        expectSameGroups(layout, image);
        expect(layout.groups.geometry.reservedDescriptorBlocks).to.equal(image.fact('Reserved GDT blocks'));
        const real = image.blocksOf('<8>').filter(({ kind }) => kind === 'data');
        expect(journalOf(layout)).to.deep.equal(joined(real.map(({ first, blocks }) => [first, blocks] as const)));
      });
    }).timeout(60_000);
  }

  it('a file of any size has the map blocks in line that a real one has', () => {
    withImage(128 * MiB, ['-t', 'ext3', '-b', '1024'], (image) => {
      for (const kib of [1, 12, 13, 268, 269, 300, 524, 525, 4000, 66_000]) {
        const layout = make(256 * MiB, { block: KiB, inodeRatio: 8 * KiB, journal: 4 * MiB });
        layout.create(1, 0, unusedMetadata);
        const runs = new RunList();
        layout.allocate(1, 0, kib, runs, unusedMetadata);
        image.write(`file${kib}`, kib * KiB);
        const real = image.blocksOf(`file${kib}`);
        const mapBlocks = real.filter(({ kind }) => kind === 'map').length;
        expect([kib, spanOf(runs) - kib - metadataInside(layout, runs)]).to.deep.equal([kib, mapBlocks]);
        const pieces = joined(real.filter(({ kind }) => kind === 'data').map(({ first, blocks }) => [first, blocks] as const));
        // Where the first map blocks break the data: before a group's own metadata break them too.
        const sizes = (blocks: readonly number[]): number[] => blocks.slice(0, Math.min(blocks.length - 1, 8));
        expect(sizes(Array.from({ length: runs.size }, (_, i) => runs.blocks[i]!))).to.deep.equal(
          sizes(pieces.map(([, blocks]) => blocks!)),
        );
        image.debugfs(['-w', `rm file${kib}`]);
      }
    });
  }).timeout(60_000);

  it('resize inode and sparse copies make no difference to a partition too small for a group: it is refused', () => {
    const options = { blockBytes: 4 * KiB, inodeBytes: 256, bytesPerInode: 16 * KiB, growable: true, groupsTogether: 1 };
    expect(() => new GroupGeometry(64 * KiB, options)).to.throw('room for one block group');
  });
});

/** Runs that go on from one another as one. */
function joined(runs: readonly (readonly [number, number])[]): number[][] {
  const result: number[][] = [];
  for (const [first, blocks] of runs) {
    const last = result[result.length - 1];
    if (last !== undefined && last[0]! + last[1]! === first) last[1]! += blocks;
    else result.push([first, blocks]);
  }
  return result;
}

const spanOf = (runs: RunList): number => runs.block[runs.size - 1]! + runs.blocks[runs.size - 1]! - runs.block[0]!;

/** Blocks of groups' own metadata between the first and the last block of a file. */
function metadataInside(layout: GroupedLayout, runs: RunList): number {
  const { geometry } = layout.groups;
  const last = geometry.groupOf(runs.block[runs.size - 1]!);
  let blocks = 0;
  for (let group = geometry.groupOf(runs.block[0]!) + 1; group <= last; group++)
    blocks += geometry.tableEnd(group) - geometry.groupFirst(group);
  return blocks;
}
