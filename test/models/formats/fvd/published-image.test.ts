import { expect } from 'chai';
import { publishedLayout } from '../../../../models/formats/fvd/published-layout.js';
import { fvdOf2011 } from '../../../../models/formats/fvd/fvd-2011.js';
import { Next, Op } from '../../../../models/io/image-format.js';
import { Plan } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { InputError } from '../../../../sim/errors.js';
import { readOptions } from '../../../../sim/options.js';
import { GiB, MiB } from '../../../../sim/units.js';
import { planText, stepsOf } from '../plans.js';

const made = (options: Readonly<Record<string, unknown>>) =>
  fvdOf2011.make({ diskBytes: GiB, cache: 'none', slots: 4, backing: null }, readOptions(fvdOf2011.options, options, 'test'));

describe('fvd-2011', () => {
  it('chooses the smallest block that keeps the bitmap within 4 MiB', () => {
    const block = (gib: number): number =>
      publishedLayout({ block: 0, compact: false, chunk: MiB, journal: 512 }, gib * GiB, gib * GiB).blockBytes;
    expect([block(1), block(16), block(17), block(1024)]).to.deep.equal([512, 512, 1024, 32768]);
  });

  it('has a journal with room for one write of the whole disk', () => {
    const layout = publishedLayout({ block: 0, compact: true, chunk: MiB, journal: 4096 }, GiB, 0);
    expect(layout.journalBytes).to.equal(8192);
  });

  it('grows a compact file by 100 MiB when a chunk does not fit', () => {
    const image = made({ compact: true });
    const first = stepsOf(image, Op.WRITE, 0, MiB)[0]!;
    expect(first[0]).to.match(/^T 0 /);
    for (let i = 1; i < 100; i++) expect(stepsOf(image, Op.WRITE, i * MiB, 4096)[0]!.length, `chunk ${i}`).to.equal(1);
    expect(stepsOf(image, Op.WRITE, 100 * MiB, 4096)[0]![0]).to.match(/^T 0 /);
  });

  it('journals the table entry of a chunk with every write that may be acknowledged before it is durable', () => {
    const image = made({ compact: true });
    const plan = new Plan();
    for (const r of [0, 1]) {
      image.begin(r, Op.WRITE, r * 4096, 4096);
      expect(image.step(r, plan.clear())).to.equal(Next.CONTINUE);
    }
    image.step(1, plan.clear());
    expect(planText(plan)[0]).to.match(/^W 0 \d+\+512$/);
    image.step(0, plan.clear());
    expect(planText(plan).length).to.equal(1);
  });

  it('waits for journal writes under way before the journal begins anew', () => {
    const image = made({ compact: true, journal: 512, chunk: 64 * MiB });
    const plan = new Plan();
    for (let i = 0; i < 7; i++) carryOut(image, Op.WRITE, i * 64 * MiB, 512);
    for (const r of [0, 1]) {
      image.begin(r, Op.WRITE, (8 + r) * 64 * MiB, 512);
      image.step(r, plan.clear());
    }
    expect(image.step(0, plan.clear()), 'takes the last sector').to.equal(Next.CONTINUE);
    expect(image.step(1, plan.clear())).to.equal(Next.WAIT);
    expect(image.step(0, plan.clear())).to.equal(Next.DONE);
    expect(image.released.shift()).to.equal(1);
    image.step(1, plan.clear());
    expect(planText(plan)).to.deep.equal(['W 0 8192+4096!', 'W 0 12288+512']);
  });

  it('refuses blocks and chunks that are none, or larger than the disk', () => {
    expect(() => made({ block: 1000 })).to.throw(InputError, 'power of two');
    expect(() => made({ block: '2GiB' })).to.throw(InputError, 'option block of fvd-2011: found 2 GiB, expected at most 1 GiB');
    expect(() => made({ compact: true, chunk: '1TiB' })).to.throw(InputError, 'option chunk of fvd-2011: found 1 TiB');
    expect(() => made({ compact: true, chunk: '1GiB', block: '1GiB' })).not.to.throw();
  });
});
