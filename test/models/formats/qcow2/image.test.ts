import { expect } from 'chai';
import { Qcow2Image } from '../../../../models/formats/qcow2/image.js';
import { formats } from '../../../../models/formats/index.js';
import { Next, Op, type CacheMode } from '../../../../models/io/image-format.js';
import { Plan } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { InputError } from '../../../../sim/errors.js';
import { GiB } from '../../../../sim/units.js';
import { stepsOf } from '../plans.js';

const made = (clusterBytes = 65536, cache: CacheMode = 'writethrough', diskBytes = GiB): Qcow2Image => {
  const image = new Qcow2Image({ diskBytes, cache, slots: 4, backing: null }, clusterBytes, 16);
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
};

describe('qcow2-0.12', () => {
  it('writes metadata in the main loop and guest data beside it, and ends the step where it waits for data', () => {
    const steps = stepsOf(made(), Op.WRITE, 0, 4096);
    expect(steps).to.deep.equal([
      ['R 0 196608+65536!', 'W 0 196608+512!', 'W 0 262144+65536!', 'W 0 65536+512!', 'W 0 196608+512!', 'W 0 327680+4096'],
      ['W 0 331776+61440!', 'W 0 262144+512!'],
    ]);
  });

  it('writes in place what it owns, in one step', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 131072);
    expect(stepsOf(image, Op.WRITE, 4096, 65536)).to.deep.equal([['W 0 331776+65536']]);
  });

  it('splits a write at the end of an L2 table: its metadata comes between', () => {
    const image = made(4096);
    const steps = stepsOf(image, Op.WRITE, 2 * 1024 * 1024 - 4096, 8192);
    expect(steps.length).to.equal(3);
    expect(steps.flat().filter((entry) => !entry.endsWith('!')).length).to.equal(2);
  });

  it('reads nothing where nothing is allocated', () => {
    const image = made();
    expect(stepsOf(image, Op.READ, 0, 65536)).to.deep.equal([[]]);
    carryOut(image, Op.WRITE, 131072, 65536);
    expect(stepsOf(image, Op.READ, 0, 262144)).to.deep.equal([['R 0 327680+65536'], []]);
  });

  it('flushes each metadata write without write-through, and never the guest data', () => {
    const count = (cache: CacheMode): number =>
      stepsOf(made(65536, cache), Op.WRITE, 0, 65536)
        .flat()
        .filter((entry) => entry.startsWith('F')).length;
    expect([count('writethrough'), count('writeback'), count('none')]).to.deep.equal([0, 5, 5]);
  });

  it('goes on with a request of several runs after those that waited for its first', () => {
    const image = made(4096);
    const plan = new Plan();
    const span = 2 * 1024 * 1024;
    image.begin(0, Op.WRITE, span - 4096, 8192);
    expect(image.step(0, plan.clear())).to.equal(Next.CONTINUE);
    image.begin(1, Op.WRITE, span - 4096, 512);
    expect(image.step(1, plan.clear())).to.equal(Next.WAIT);
    expect(image.step(0, plan.clear()), 'links its first run').to.equal(Next.CONTINUE);
    expect(image.step(0, plan.clear()), 'lets the other one go first').to.equal(Next.WAIT);
    expect([image.released.shift(), image.released.shift(), image.released.size]).to.deep.equal([1, 0, 0]);
  });

  it('keeps names of snapshots in entries padded to 8 bytes, over sector ends', () => {
    const image = made();
    for (let i = 1; i <= 14; i++) carryOut(image, Op.SNAPSHOT, 0, 0, `snapshot ${i}`);
    const { snapshots, snapshotTableOffset } = image.inspect();
    expect(snapshots.map(({ id }) => id).slice(-2)).to.deep.equal(['13', '14']);
    const reads = stepsOf(image, Op.OPEN)[0]!.slice(5);
    // Entries of 51 to 53 bytes take 56; the tenth starts at 504, so its header is read as two sectors.
    expect(reads.length).to.equal(14 * 3 + 1);
    expect(reads.slice(27, 29)).to.deep.equal([`R 0 ${snapshotTableOffset}+512!`, `R 0 ${snapshotTableOffset + 512}+512!`]);
  });

  it('finds snapshots by id before name, and says which there are', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 512);
    carryOut(image, Op.SNAPSHOT, 0, 0, '2');
    carryOut(image, Op.SNAPSHOT, 0, 0, 'b');
    carryOut(image, Op.DELETE, 0, 0, '2');
    expect(image.inspect().snapshots.map(({ name }) => name)).to.deep.equal(['2']);
    expect(() => image.begin(0, Op.APPLY, 0, 0, 'absent')).to.throw(InputError, 'one of 2');
  });

  it('refuses cluster sizes that are none, and clusters too small for the disk', () => {
    const model = formats.get('qcow2-0.12', 'test');
    const context = { diskBytes: 1024 * 1024 * GiB, cache: 'none' as const, slots: 1, backing: null };
    expect(() => model.make(context, { cluster: 512 })).to.throw(InputError, 'cluster');
    expect(() => model.make({ ...context, diskBytes: 40 * GiB }, { cluster: 512 })).to.throw(InputError, 'a larger one');
  });
});
