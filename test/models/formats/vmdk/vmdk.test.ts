import { expect } from 'chai';
import { Next, Op } from '../../../../models/io/image-format.js';
import { Plan } from '../../../../models/io/plan.js';
import { GiB, KiB, MiB } from '../../../../sim/units.js';
import { openImage } from '../growing-formats.js';
import { stepsOf } from '../plans.js';

const renewal = ['R 0 512+10240', 'W 0 512+10240', 'F 0 0+0'];

describe('VMDK, monolithic sparse', () => {
  it('fills a new grain around the data and writes both table entries, then renews the content identifier once', () => {
    const image = openImage('vmdk-7.2', { diskBytes: GiB });
    const entries = (sector: number, copy: number): string[] =>
      [sector, copy].flatMap((place) => [`R 0 ${place}+512`, `W 0 ${place}+512`]).concat('F 0 0+0');
    const first = ['R 0 77312+2048', 'W 0 196608+4096', 'W 0 204800+57344', 'W 0 200704+4096', ...entries(77312, 11264), ...renewal];
    expect(stepsOf(image, Op.WRITE, 4096, 4096).flat()).to.deep.equal(first);
    expect(stepsOf(image, Op.WRITE, 64 * KiB, 64 * KiB).flat()).to.deep.equal(['W 0 262144+65536', ...entries(77312, 11264)]);
  });

  it('keeps 16 grain tables, and reads a 17th in place of the one used least', () => {
    const image = openImage('vmdk-7.2', { diskBytes: GiB });
    const tableSpan = 32 * MiB;
    for (let i = 0; i < 16; i++) expect(stepsOf(image, Op.READ, i * tableSpan, 512).flat()).to.have.length(1);
    expect(stepsOf(image, Op.READ, 0, 512).flat()).to.deep.equal([]);
    expect(stepsOf(image, Op.READ, 16 * tableSpan, 512).flat()).to.have.length(1);
    expect(stepsOf(image, Op.READ, 0, 512).flat()).to.deep.equal([]);
    expect(stepsOf(image, Op.READ, tableSpan, 512).flat()).to.have.length(1);
  });

  it('checks the identifier of a VMDK parent once a session, when it first looks below', () => {
    const image = openImage('vmdk-7.2', { backing: openImage('vmdk-7.2') });
    expect(stepsOf(image, Op.READ, 0, 512).flat()).to.contain('R 1 512+10240');
    expect(stepsOf(image, Op.READ, 0, 512).flat()).to.deep.equal([]);
    const overRaw = openImage('vmdk-7.2', { backing: openImage('raw', { options: { release: '7.2' } }) });
    expect(stepsOf(overRaw, Op.READ, 0, 512).flat()).to.deep.equal(['R 0 15872+2048', 'R 1 0+512']);
  });

  it('reads for several requests at once where it lies below another image', () => {
    const image = openImage('vmdk-7.2');
    stepsOf(image, Op.WRITE, 0, 64 * KiB);
    const plan = new Plan();
    const readTwice = (): Next[] =>
      [0, 1].map((r) => {
        image.begin(r, Op.READ, r * 512, 512);
        return image.step(r, plan.clear());
      });
    expect(readTwice()).to.deep.equal([Next.CONTINUE, Next.WAIT]);
    expect([image.step(0, plan.clear()), image.step(1, plan.clear()), image.step(1, plan.clear())]).to.deep.equal([
      Next.DONE,
      Next.CONTINUE,
      Next.DONE,
    ]);
    stepsOf(image, Op.OPEN_KNOWN);
    expect(readTwice()).to.deep.equal([Next.DONE, Next.DONE]);
  });

  it('makes the file longer and writes only the data in 0.12', () => {
    const image = openImage('vmdk-0.12', { diskBytes: GiB, cache: 'writethrough' });
    stepsOf(image, Op.WRITE, 0, 512);
    const next = ['T 0 327680+0!', 'W 0 266240+4096!', 'R 0 11264+512!', 'W 0 11264+512!', 'R 0 77312+512!', 'W 0 77312+512!'];
    expect(stepsOf(image, Op.WRITE, MiB + 4096, 4096)).to.deep.equal([next]);
  });

  it('copies a grain whole from a parent in 0.12', () => {
    const image = openImage('vmdk-0.12', { cache: 'writethrough', backing: openImage('raw', { cache: 'writethrough' }) });
    const steps = stepsOf(image, Op.WRITE, 4096, 4096).flat();
    expect(steps.slice(1, 5)).to.deep.equal(['T 0 131072+0!', 'R 1 0+65536!', 'W 0 65536+65536!', 'W 0 69632+4096!']);
  });
});
