import { expect } from 'chai';
import { fvdOfPaper } from '../../../../models/formats/fvd/fvd-paper.js';
import { formats } from '../../../../models/formats/index.js';
import { Next, Op, type ImageFormat } from '../../../../models/io/image-format.js';
import { Plan } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { defaults, readOptions } from '../../../../sim/options.js';
import { GiB, KiB, MiB } from '../../../../sim/units.js';
import { planText, stepsOf } from '../plans.js';

type Changed = Readonly<Record<string, unknown>>;

function made(backingBytes: number, changed: Changed = {}, isZero?: (offset: number, bytes: number) => boolean): ImageFormat {
  const base = { cache: 'none' as const, slots: 4 };
  const raw = formats.get('raw', 'test');
  const backing: ImageFormat | null =
    backingBytes === 0 ? null : raw.make({ ...base, diskBytes: backingBytes, backing: null }, defaults(raw.options));
  const zeros = isZero === undefined ? {} : { backingIsZero: isZero };
  return fvdOfPaper.make({ ...base, diskBytes: GiB, backing, ...zeros }, readOptions(fvdOfPaper.options, changed, 'test'));
}

describe('fvd-paper', () => {
  it('has no metadata I/O without a backing image', () => {
    const image = made(0);
    expect(stepsOf(image, Op.WRITE, 0, 4096)).to.deep.equal([['W 1 0+4096']]);
    expect(stepsOf(image, Op.READ, 0, 4096)).to.deep.equal([['R 1 0+4096']]);
    expect(stepsOf(image, Op.FLUSH)).to.deep.equal([['F 1 0+0']]);
  });

  it('writes past the backing image without the bitmap, and inside it with', () => {
    const image = made(10 * MiB);
    expect(stepsOf(image, Op.WRITE, 10 * MiB, 64 * KiB)).to.deep.equal([[`W 1 ${10 * MiB}+65536`]]);
    expect(stepsOf(image, Op.WRITE, 0, 64 * KiB)).to.deep.equal([['W 1 0+65536'], ['W 0 4096+512'], []]);
    expect(stepsOf(image, Op.WRITE, 0, 64 * KiB)).to.deep.equal([['W 1 0+65536']]);
  });

  it('reads a whole block for a partial write, merges it, then writes the bitmap', () => {
    expect(stepsOf(made(10 * MiB), Op.WRITE, 4096, 4096)).to.deep.equal([['R 2 0+65536'], ['W 1 0+65536'], ['W 0 4096+512'], []]);
    const both = stepsOf(made(10 * MiB), Op.WRITE, 60 * KiB, 72 * KiB);
    expect(both).to.deep.equal([['R 2 0+65536'], ['R 2 131072+65536'], ['W 1 0+196608'], ['W 0 4096+512'], []]);
  });

  it('keeps bits of blocks of zeros set from the start', () => {
    const image = made(10 * MiB, {}, (offset) => offset >= MiB);
    expect(stepsOf(image, Op.WRITE, 2 * MiB, 4096)).to.deep.equal([[`W 1 ${2 * MiB}+4096`]]);
    expect(stepsOf(image, Op.WRITE, 0, 65536).length).to.equal(3);
  });

  it('pays for every first write where the optimizations are off', () => {
    const image = made(10 * MiB, { noBackingFree: false, zeroFilledFree: false }, () => true);
    expect(stepsOf(image, Op.WRITE, 2 * MiB, 65536).length).to.equal(3);
    expect(stepsOf(image, Op.WRITE, 512 * MiB, 4096)).to.deep.equal([[`W 1 ${512 * MiB}+4096`], ['W 0 5120+512'], []]);
  });

  it('reads runs here and below at once', () => {
    const image = made(10 * MiB);
    carryOut(image, Op.WRITE, 65536, 65536);
    expect(stepsOf(image, Op.READ, 0, 3 * 65536)).to.deep.equal([['R 2 0+65536', 'R 1 65536+65536', 'R 2 131072+65536']]);
  });

  it('has a second write to a block wait until the first is acknowledged', () => {
    const image = made(10 * MiB);
    const plan = new Plan();
    image.begin(0, Op.WRITE, 0, 65536);
    expect(image.step(0, plan)).to.equal(Next.CONTINUE);
    image.begin(1, Op.WRITE, 4096, 4096);
    expect(image.step(1, plan.clear())).to.equal(Next.WAIT);
    expect([image.step(0, plan.clear()), image.step(0, plan.clear())]).to.deep.equal([Next.CONTINUE, Next.DONE]);
    expect(image.released.shift()).to.equal(1);
    expect(image.step(1, plan.clear())).to.equal(Next.DONE);
    expect(planText(plan)).to.deep.equal(['W 1 4096+4096']);
  });
});
