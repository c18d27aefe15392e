import { expect } from 'chai';
import { vhdChain } from '../../../../models/formats/vhd-chain/vhd-chain.js';
import { Next, Op, type ImageFormat } from '../../../../models/io/image-format.js';
import { Plan } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { defaults } from '../../../../sim/options.js';
import { MiB } from '../../../../sim/units.js';
import { stepsOf } from '../plans.js';

const block = 2 * MiB;
/** The first block's data begins at the second page that the metadata leaves free, its bitmap right before. */
const firstData = 8192;

function makeDisk(blocks: number, cachedBitmaps = 32): ImageFormat {
  const context = { diskBytes: blocks * block, cache: 'none' as const, slots: 4, backing: null };
  const format = vhdChain.make(context, { ...defaults(vhdChain.options), cachedBitmaps });
  carryOut(format, Op.CREATE);
  carryOut(format, Op.OPEN);
  return format;
}

describe('linked chain of VHD files', () => {
  it('writes data and an empty bitmap, then BAT and bitmap side by side, into a new block', () => {
    const disk = makeDisk(4);
    expect(stepsOf(disk, Op.WRITE, 4096, 2048)).to.deep.equal([
      [`W 0 ${firstData - 512}+512`, `W 0 ${firstData + 4096}+2048`],
      ['W 0 1536+512', `W 0 ${firstData - 512}+512`],
      [],
    ]);
  });

  it('writes a new sector of a block with a place as data, then its bitmap', () => {
    const disk = makeDisk(4);
    carryOut(disk, Op.WRITE, 0, 512);
    expect(stepsOf(disk, Op.WRITE, 4096, 2048)).to.deep.equal([[`W 0 ${firstData + 4096}+2048`], [`W 0 ${firstData - 512}+512`], []]);
  });

  it('writes sectors that it has as data alone', () => {
    const disk = makeDisk(4);
    carryOut(disk, Op.WRITE, 0, 4096);
    expect(stepsOf(disk, Op.WRITE, 512, 1024)).to.deep.equal([[`W 0 ${firstData + 512}+1024`]]);
  });

  it('reads one bitmap a level that it passes', () => {
    const disk = makeDisk(4);
    carryOut(disk, Op.WRITE, 0, 4096);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(disk, Op.WRITE, 8192, 512);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'b');
    carryOut(disk, Op.WRITE, 16384, 512);
    carryOut(disk, Op.CLOSE);
    carryOut(disk, Op.OPEN);
    const bitmaps = stepsOf(disk, Op.READ, 0, 512);
    expect(bitmaps).to.deep.equal([['R 4 7680+512'], ['R 2 7680+512'], ['R 0 7680+512'], [`R 0 ${firstData}+512`]]);
    expect(stepsOf(disk, Op.READ, 0, 512), 'once they are in memory').to.deep.equal([[`R 0 ${firstData}+512`]]);
  });

  it('passes a level without I/O where the block has no place', () => {
    const disk = makeDisk(4);
    carryOut(disk, Op.WRITE, 0, 4096);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'a');
    expect(stepsOf(disk, Op.READ, 0, 512)).to.deep.equal([[`R 0 ${firstData}+512`]]);
  });

  it('holds as many bitmaps of a file as it is told and drops the least recently used', () => {
    const disk = makeDisk(4, 2);
    for (const at of [0, 1, 2]) carryOut(disk, Op.WRITE, at * block, 512);
    expect(stepsOf(disk, Op.READ, block, 512)).to.have.length(1);
    expect(stepsOf(disk, Op.READ, 0, 512)).to.have.length(2);
    expect(stepsOf(disk, Op.READ, 2 * block, 512), 'dropped for block 0').to.have.length(2);
  });

  it('needs no bitmap of a block that has all its sectors', () => {
    const disk = makeDisk(4, 1);
    carryOut(disk, Op.WRITE, 0, block);
    carryOut(disk, Op.WRITE, block, 512);
    expect(stepsOf(disk, Op.READ, 0, 512)).to.have.length(1);
  });

  it('takes the same I/O for a snapshot whatever the disk holds', () => {
    const [empty, full] = [makeDisk(8), makeDisk(8)];
    carryOut(full, Op.WRITE, 0, 8 * block);
    const count = (disk: ImageFormat): number => stepsOf(disk, Op.SNAPSHOT, 0, 0, 'a').flat().length;
    expect(count(full)).to.equal(count(empty));
  });

  it('copies only what a deleted snapshot alone has into the file below', () => {
    const disk = makeDisk(4);
    carryOut(disk, Op.WRITE, 0, 4096);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(disk, Op.WRITE, 8192, 1024);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'b');
    carryOut(disk, Op.DELETE, 0, 0, 'a');
    expect(disk.counters()).to.include({ 'coalesced bytes': 1024, 'chain length': 2 });
    carryOut(disk, Op.DELETE, 0, 0, 'b');
    expect(disk.counters()).to.include({ 'coalesced bytes': 1024, 'chain length': 1 });
  });

  it('names an unknown snapshot and those there are', () => {
    const disk = makeDisk(1);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'a');
    expect(() => disk.begin(0, Op.APPLY, 0, 0, 'b')).to.throw('one of a');
    expect(() => disk.begin(0, Op.SNAPSHOT, 0, 0, 'a')).to.throw('a snapshot of this name');
  });

  it('has a write wait for one that changes the same bitmap, or that gives a block its place', () => {
    const disk = makeDisk(4);
    carryOut(disk, Op.WRITE, 3 * block, 512);
    const plan = new Plan();
    const begin = (r: number, offset: number): Next => {
      disk.begin(r, Op.WRITE, offset, 512);
      return disk.step(r, plan.clear());
    };
    expect(begin(0, 0)).to.equal(Next.CONTINUE);
    expect(begin(1, 4096), 'the same block').to.equal(Next.WAIT);
    expect(begin(2, block), 'another new block').to.equal(Next.WAIT);
    expect(begin(3, 3 * block + 4096), 'a block that has a place').to.equal(Next.CONTINUE);
    while (disk.step(0, plan.clear()) !== Next.DONE);
    expect([disk.released.shift(), disk.released.shift()]).to.have.members([1, 2]);
    expect(disk.step(1, plan.clear())).to.equal(Next.CONTINUE);
  });
});
