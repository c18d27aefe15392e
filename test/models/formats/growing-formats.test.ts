import { expect } from 'chai';
import { Next, Op, type ImageFormat } from '../../../models/io/image-format.js';
import { Plan } from '../../../models/io/plan.js';
import { InputError } from '../../../sim/errors.js';
import { GiB, KiB, MiB } from '../../../sim/units.js';
import { openImage } from './growing-formats.js';
import { planText, stepsOf } from './plans.js';

const write = (image: ImageFormat, offset: number, bytes: number): string[] => stepsOf(image, Op.WRITE, offset, bytes).flat();
const read = (image: ImageFormat, offset: number, bytes: number): string[] => stepsOf(image, Op.READ, offset, bytes).flat();

describe('VDI', () => {
  it('writes a block whole at first, then header and map, and later only the data', () => {
    const image = openImage('vdi');
    expect(write(image, 5 * MiB + 4096, 4096)).to.deep.equal(['W 0 1024+1048576', 'W 0 0+512', 'W 0 512+512']);
    expect(write(image, 5 * MiB, 4096)).to.deep.equal(['W 0 1024+4096']);
    expect(read(image, 4 * MiB, 2 * MiB)).to.deep.equal(['R 0 1024+1048576']);
  });

  it('writes all sectors of the map between the first and the last new block', () => {
    const image = openImage('vdi', { diskBytes: GiB });
    const steps = write(image, 127 * MiB, 2 * MiB);
    expect(steps[steps.length - 1]).to.equal('W 0 512+1024');
  });

  it('flushes only what was written since 7.2, always in 0.12', () => {
    expect(stepsOf(openImage('vdi'), Op.FLUSH)).to.deep.equal([[]]);
    expect(stepsOf(openImage('vdi', { options: { release: '0.12' } }), Op.FLUSH)).to.deep.equal([['F 0 0+0']]);
  });

  it('has requests wait while a block is new', () => {
    const image = openImage('vdi');
    const plan = new Plan();
    image.begin(0, Op.WRITE, 0, 512);
    expect(image.step(0, plan)).to.equal(Next.CONTINUE);
    image.begin(1, Op.WRITE, 512, 512);
    expect(image.step(1, plan.clear())).to.equal(Next.WAIT);
    expect(image.step(0, plan.clear())).to.equal(Next.DONE);
    expect(image.released.shift()).to.equal(1);
    expect(image.step(1, plan.clear())).to.equal(Next.DONE);
    expect(planText(plan)).to.deep.equal(['W 0 1536+512']);
  });
});

describe('Parallels', () => {
  it('makes room for 128 MiB at a time and writes its table at a flush', () => {
    const image = openImage('parallels', { diskBytes: GiB });
    expect(write(image, 0, 4096)).to.deep.equal(['Z 0 1048576+135266304', 'W 0 1048576+4096']);
    expect(write(image, 500 * MiB, 4096)).to.deep.equal(['W 0 2097152+4096']);
    expect(stepsOf(image, Op.FLUSH).flat()).to.deep.equal(['R 0 4096+512', 'W 0 0+4608', 'F 0 0+0']);
    expect(stepsOf(image, Op.CLOSE).flat()).to.deep.equal(['W 0 0+4096', 'F 0 0+0', 'T 0 3145728+0', 'F 0 0+0']);
  });

  it('writes new clusters that follow one another in one piece', () => {
    expect(write(openImage('parallels', { diskBytes: GiB }), 3 * MiB + 512, 2 * MiB)).to.deep.equal([
      'Z 0 1048576+137363456',
      'W 0 1049088+2097152',
    ]);
  });
});

describe('QED', () => {
  it('marks the header, writes the new table whole, and flushes it before L1 points to it', () => {
    const image = openImage('qed');
    const first = ['R 0 0+512', 'W 0 0+512', 'W 0 331776+61440', 'W 0 327680+4096', 'W 0 393216+262144', 'F 0 0+0', 'W 0 65536+512'];
    expect(write(image, 0, 4096)).to.deep.equal(first);
    expect(write(image, 64 * KiB, 64 * KiB)).to.deep.equal(['W 0 655360+65536', 'W 0 393216+512']);
    expect(stepsOf(image, Op.CLOSE).flat()).to.deep.equal(['F 0 0+0', 'R 0 0+512', 'W 0 0+512', 'F 0 0+0']);
  });

  it('copies from below, and flushes data before it is mapped, where it lies over an image', () => {
    const backing = openImage('raw', { options: { release: '7.2' } });
    const image = openImage('qed', { backing });
    write(image, 0, 64 * KiB);
    expect(write(image, 64 * KiB + 4096, 4096)).to.deep.equal([
      'R 1 65536+4096',
      'W 0 655360+4096',
      'R 1 73728+57344',
      'W 0 663552+57344',
      'W 0 659456+4096',
      'F 0 0+0',
      'W 0 393216+512',
    ]);
  });

  it('lets others go on while it allocates, except those that allocate', () => {
    const image = openImage('qed');
    write(image, 0, 512);
    const plan = new Plan();
    image.begin(0, Op.WRITE, MiB, 512);
    expect(image.step(0, plan)).to.equal(Next.CONTINUE);
    image.begin(1, Op.WRITE, 0, 512);
    expect(image.step(1, plan.clear())).to.equal(Next.DONE);
    image.begin(1, Op.READ, MiB + 512, 512);
    expect(image.step(1, plan.clear())).to.equal(Next.DONE);
    expect(plan.size).to.equal(0);
    image.begin(1, Op.WRITE, MiB + 512, 512);
    expect(image.step(1, plan.clear())).to.equal(Next.WAIT);
  });

  it('refuses tables that are no power of two', () => {
    expect(() => openImage('qed', { options: { tableClusters: 3 } })).to.throw(InputError, 'a power of two');
  });
});

describe('cow', () => {
  it('writes data in place and nothing else; a flush brings the map along', () => {
    const image = openImage('cow');
    const start = Math.ceil((1048 + (64 * MiB) / 4096) / 512) * 512;
    expect(write(image, MiB, 4096)).to.deep.equal([`W 0 ${start + MiB}+4096!`]);
    expect(stepsOf(image, Op.FLUSH).flat()).to.deep.equal(['W 0 0+4096', 'F 0 0+0']);
    expect(stepsOf(image, Op.FLUSH).flat()).to.deep.equal(['F 0 0+0']);
  });

  it('reads from below, sector by sector, what was not written', () => {
    const backing = openImage('raw');
    const image = openImage('cow', { backing, cache: 'writethrough' });
    const start = Math.ceil((1048 + (64 * MiB) / 4096) / 512) * 512;
    write(image, 512, 512);
    expect(read(image, 0, 1536)).to.deep.equal(['R 1 0+512!', `R 0 ${start + 512}+512!`, 'R 1 1024+512!']);
  });
});
