import { expect } from 'chai';
import { formats } from '../../../../models/formats/index.js';
import { CachedImage } from '../../../../models/formats/qcow2/cached-image.js';
import { Next, Op, type CacheMode } from '../../../../models/io/image-format.js';
import { Plan } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { InputError } from '../../../../sim/errors.js';
import { readOptions } from '../../../../sim/options.js';
import { GiB, KiB } from '../../../../sim/units.js';
import { planText, stepsOf } from '../plans.js';

const cluster = 64 * KiB;

function made(cache: CacheMode = 'none', given: Readonly<Record<string, unknown>> = {}): CachedImage {
  const model = formats.get('qcow2-7.2', 'test');
  const image = model.make({ diskBytes: GiB, cache, slots: 4, backing: null }, readOptions(model.options, given, 'test'));
  if (!(image instanceof CachedImage)) throw new Error('another image');
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}

describe('qcow2-7.2', () => {
  it('defers metadata but for a new L2 table, and zeroes a new cluster as a whole', () => {
    const image = made();
    const first = stepsOf(image, Op.WRITE, 0, 4096);
    const [refcounts, l2] = [`W 0 ${2 * cluster}+${cluster}!`, `W 0 ${4 * cluster}+${cluster}!`];
    const metadata = [`R 0 ${2 * cluster}+${cluster}!`, refcounts, 'F 0 0+0!', l2, 'F 0 0+0!', `W 0 ${3 * cluster}+512!`, 'F 0 0+0!'];
    expect(first).to.deep.equal([[...metadata, `Z 0 ${5 * cluster}+${cluster}`, `W 0 ${5 * cluster}+4096`], []]);
    expect(stepsOf(image, Op.WRITE, cluster, 4096).flat()).to.deep.equal([`Z 0 ${6 * cluster}+${cluster}`, `W 0 ${6 * cluster}+4096`]);
    expect(stepsOf(image, Op.FLUSH)).to.deep.equal([[refcounts, 'F 0 0+0!', l2, 'F 0 0+0']]);
    expect(stepsOf(image, Op.FLUSH)).to.deep.equal([[]]);
  });

  it('copies the rest of a shared cluster in one write with the data', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, cluster);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    const data = stepsOf(image, Op.WRITE, 4096, 4096)[0]!.filter((entry) => !entry.endsWith('!'));
    expect(data[0]).to.equal(`R 0 ${5 * cluster}+${cluster}`);
    expect(data[1]).to.match(new RegExp(`^W 0 \\d+\\+${cluster}$`));
    expect(data.length).to.equal(2);
  });

  it('flushes after each write under write-through', () => {
    const image = made('writethrough');
    carryOut(image, Op.WRITE, 0, 4096);
    expect(stepsOf(image, Op.WRITE, 0, 4096).flat()).to.deep.equal([`W 0 ${5 * cluster}+4096`, 'F 0 0+0']);
    expect(stepsOf(image, Op.FLUSH).flat()).to.deep.equal([]);
  });

  it('lets allocations side by side go together, and has those in one cluster wait', () => {
    const image = made();
    const plan = new Plan();
    const begin = (r: number, offset: number): Next => {
      image.begin(r, Op.WRITE, offset, 4096);
      return image.step(r, plan.clear());
    };
    expect(begin(0, 0)).to.equal(Next.CONTINUE);
    expect(begin(1, cluster)).to.equal(Next.CONTINUE);
    expect(begin(2, 8192)).to.equal(Next.WAIT);
    expect(image.step(0, plan.clear())).to.equal(Next.DONE);
    expect(image.released.shift()).to.equal(2);
    expect(image.step(2, plan.clear())).to.equal(Next.DONE);
    expect(planText(plan)).to.deep.equal([`W 0 ${5 * cluster + 8192}+4096`]);
  });

  it('takes nothing while a later part of a write waits for another allocation', () => {
    const image = made();
    const plan = new Plan();
    carryOut(image, Op.WRITE, 0, 4096);
    image.begin(0, Op.WRITE, cluster, 4096);
    expect(image.step(0, plan.clear())).to.equal(Next.CONTINUE);
    image.begin(1, Op.WRITE, 0, 2 * cluster);
    expect(image.step(1, plan.clear())).to.equal(Next.WAIT);
    expect(planText(plan)).to.deep.equal([]);
  });

  it('keeps slices of L2 tables where the cache cannot hold all of them', () => {
    const image = made('none', { cluster: '4KiB', l2Cache: '1KiB', l2CacheEntry: '512' });
    carryOut(image, Op.WRITE, 0, 4096);
    carryOut(image, Op.CLOSE);
    carryOut(image, Op.OPEN);
    const reads = stepsOf(image, Op.READ, 0, 4096).flat();
    expect(reads[0]).to.match(/\+512!$/);
    expect(reads.length).to.equal(2);
  });

  it('shows what the disk holds beside what waits in the caches', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 4096);
    carryOut(image, Op.FLUSH);
    image.keepDiskView();
    carryOut(image, Op.WRITE, cluster, 4096);
    const clusters = (): number => image.inspect().active.map.reduce((n, [, run]) => n + run, 0);
    expect([clusters(), image.seenOnDisk(clusters), clusters()]).to.deep.equal([2, 1, 2]);
    carryOut(image, Op.FLUSH);
    expect(image.seenOnDisk(clusters)).to.equal(2);
  });

  it('deletes snapshots by name alone, and applies them by id before name', () => {
    const image = made();
    const names = (): string[] => image.inspect().snapshots.map(({ name }) => name);
    carryOut(image, Op.WRITE, 0, 4096);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.SNAPSHOT, 0, 0, '1');
    expect(() => carryOut(image, Op.DELETE, 0, 0, '2')).to.throw(InputError, 'no snapshot of this name');
    carryOut(image, Op.APPLY, 0, 0, '2');
    carryOut(image, Op.DELETE, 0, 0, '1');
    expect(names()).to.deep.equal(['a']);
    expect(() => carryOut(image, Op.DELETE, 0, 0, '1')).to.throw(InputError, 'one of a');
    carryOut(image, Op.APPLY, 0, 0, '1');
  });

  it('discards the rest of the last cluster of a disk, which ends within it, apart from what is before', () => {
    const model = formats.get('qcow2-7.2', 'test');
    const context = { diskBytes: 18_944, cache: 'none', slots: 1, backing: null } as const;
    const image = model.make(context, readOptions(model.options, { cluster: 2048 }, 'test'));
    for (const op of [Op.CREATE, Op.OPEN]) carryOut(image, op);
    carryOut(image, Op.WRITE, 0, 18_944);
    const punches = stepsOf(image, Op.DISCARD, 0, 18_944)
      .flat()
      .filter((entry) => entry.startsWith('P'));
    expect(punches).to.deep.equal(['P 0 10240+18432!', 'P 0 28672+2048!']);
  });

  it('refuses parts of L2 tables that are none', () => {
    expect(() => made('none', { l2CacheEntry: '1000' })).to.throw(InputError, 'option l2CacheEntry of test: found 1000');
    const larger = 'option l2CacheEntry of qcow2-7.2: found 8 KiB, expected at most the cluster size, 4 KiB';
    expect(() => made('none', { cluster: '4KiB', l2CacheEntry: '8KiB' })).to.throw(InputError, larger);
    expect(() => made('none', { cluster: '4KiB', l2CacheEntry: '4KiB' })).not.to.throw();
  });

  it('has caches of a byte hold the least that the driver works with', () => {
    expect(() => made('none', { l2Cache: 1, refcountCache: 1 })).not.to.throw();
  });
});
