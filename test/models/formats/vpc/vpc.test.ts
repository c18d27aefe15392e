import { expect } from 'chai';
import { Op } from '../../../../models/io/image-format.js';
import { InputError } from '../../../../sim/errors.js';
import { GiB, MiB } from '../../../../sim/units.js';
import { openImage } from '../growing-formats.js';
import { stepsOf } from '../plans.js';

describe('vpc, the dynamic VHD', () => {
  it('has a disk as large as a drive geometry says, at least as large as asked for', () => {
    expect(openImage('vpc-7.2', { diskBytes: GiB }).diskBytes).to.equal(1073995776);
    expect(openImage('vpc-7.2', { diskBytes: 68555264 }).diskBytes).to.equal(68587520);
    expect(openImage('vpc-7.2', { diskBytes: 40 * GiB }).diskBytes).to.equal(42951106560);
  });

  it('goes beyond what a geometry can say since 7.2 only', () => {
    expect(openImage('vpc-7.2', { diskBytes: 200 * GiB }).diskBytes).to.equal(200 * GiB);
    expect(() => openImage('vpc-0.12', { diskBytes: 200 * GiB })).to.throw(InputError, 'at most 127.5 GiB');
    expect(() => openImage('vpc-7.2', { diskBytes: 2100 * GiB })).to.throw(InputError, 'disk size');
  });

  it('writes bitmap, footer and table entry of a new block, each flushed, then the data', () => {
    const image = openImage('vpc-7.2');
    const first = ['W 0 2048+512', 'F 0 0+0', 'W 0 2099712+512', 'F 0 0+0', 'R 0 1536+512', 'W 0 1536+512', 'F 0 0+0', 'W 0 2560+4096'];
    expect(stepsOf(image, Op.WRITE, 0, 4096).flat()).to.deep.equal(first);
  });

  it('writes a bitmap again whenever the block is another one than last time', () => {
    const image = openImage('vpc-7.2');
    stepsOf(image, Op.WRITE, 0, 512);
    stepsOf(image, Op.WRITE, 2 * MiB, 512);
    const again = ['W 0 2048+512', 'F 0 0+0', 'W 0 3072+512'];
    expect(stepsOf(image, Op.WRITE, 512, 512).flat()).to.deep.equal(again);
    expect(stepsOf(image, Op.WRITE, 512, 512).flat()).to.deep.equal(['W 0 3072+512']);
  });

  it('goes sector by sector in 0.12, and has no flush', () => {
    const image = openImage('vpc-0.12', { cache: 'writethrough' });
    stepsOf(image, Op.WRITE, 0, 1024);
    expect(stepsOf(image, Op.WRITE, 0, 1024)).to.deep.equal([['W 0 2560+512!', 'W 0 3072+512!']]);
    expect(stepsOf(image, Op.READ, 0, 1024)).to.deep.equal([['R 0 2560+512!', 'R 0 3072+512!']]);
    expect(stepsOf(image, Op.FLUSH)).to.deep.equal([[]]);
  });
});
