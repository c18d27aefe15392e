import { expect } from 'chai';
import { PaperImage } from '../../../../models/formats/irow/paper-image.js';
import type { EntryPoints } from '../../../../models/formats/irow/published-image.js';
import { LIVE, Next, Op, type CacheMode } from '../../../../models/io/image-format.js';
import { Plan } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { GiB, KiB, MiB } from '../../../../sim/units.js';
import { planText, stepsOf } from '../plans.js';

const cluster = 64 * KiB;

function made(
  diskBytes = GiB,
  clusterBytes = cluster,
  copyOnDemand = false,
  cache: CacheMode = 'writethrough',
  entryPoints: EntryPoints = 'asynchronous',
): PaperImage {
  const image = new PaperImage({ diskBytes, cache, slots: 4, backing: null }, clusterBytes, copyOnDemand, entryPoints);
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}

/** Bytes read and written by an operation. */
function transferred(image: PaperImage, op: Op, name: string): number {
  const moved = /^[RW] \d+ \d+\+(\d+)/;
  return stepsOf(image, op, 0, 0, name)
    .flat()
    .reduce((sum, entry) => sum + Number(moved.exec(entry)?.[1] ?? 0), 0);
}

describe('irow-paper', () => {
  it('creates a snapshot and rolls back at the same cost, whatever the size of disk and clusters', () => {
    const costs = [made(), made(50 * GiB), made(GiB, 4 * KiB), made(GiB, 2 * MiB)].map((image) => {
      const create = transferred(image, Op.SNAPSHOT, 'a');
      carryOut(image, Op.WRITE, 0, 16 * MiB);
      return [create, transferred(image, Op.APPLY, 'a')].join();
    });
    expect(new Set(costs).size).to.equal(1);
  });

  it('writes a partial cluster in one go, and its bit when that is done', () => {
    expect(stepsOf(made(), Op.WRITE, 512, 1024)).to.deep.equal([['W 2 0+65536'], ['W 1 0+512!']]);
  });

  it('has data on the drive before their bits, where writes are not durable by themselves', () => {
    const steps = stepsOf(made(GiB, cluster, false, 'none'), Op.WRITE, 0, cluster);
    expect(steps).to.deep.equal([['W 2 0+65536'], ['F 2 0+0!', 'W 1 0+512!', 'F 1 0+0!']]);
    expect(stepsOf(made(), Op.FLUSH)).to.deep.equal([['F 2 0+0', 'F 1 0+0']]);
  });

  it('has a second write to a new cluster wait for the first', () => {
    const image = made();
    const plan = new Plan();
    image.begin(0, Op.WRITE, 0, 512);
    image.step(0, plan.clear());
    image.begin(1, Op.WRITE, 512, 512);
    expect(image.step(1, plan.clear())).to.equal(Next.WAIT);
    expect(image.step(0, plan.clear())).to.equal(Next.DONE);
    expect(image.released.shift()).to.equal(1);
    expect(image.step(1, plan.clear())).to.equal(Next.DONE);
    expect(planText(plan)).to.deep.equal(['W 2 512+512']);
  });

  it('merges a deleted snapshot into each child that has not written the cluster itself, and lets its files go', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 2 * cluster);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.WRITE, 0, cluster);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'b');
    carryOut(image, Op.APPLY, 0, 0, 'a');
    const entries = stepsOf(image, Op.DELETE, 0, 0, 'a').flat();
    expect(entries.filter((entry) => entry.startsWith('W 4 '))).to.deep.equal(['W 4 65536+65536!']);
    expect(entries.slice(-2)).to.deep.equal(['T 1 0+0!', 'T 2 0+0!']);
    expect(image.extents('b').map(({ file, bytes }) => [file, bytes])).to.deep.equal([
      [4, 2 * cluster],
      [-1, GiB - 2 * cluster],
    ]);
    expect(image.extents(LIVE)[0]).to.include({ bytes: 2 * cluster });
    expect(image.extents(LIVE)[0]!.file).to.not.be.oneOf([2, 4]);
  });

  it('reads whole clusters and keeps the last one, until it is written', () => {
    const image = made(GiB, cluster, false, 'writethrough', 'synchronous');
    carryOut(image, Op.WRITE, 0, 2 * cluster);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.WRITE, cluster, cluster);
    const read = (offset: number): string[][] => stepsOf(image, Op.READ, offset, 4096);
    expect(read(4096)).to.deep.equal([[`R 2 0+${cluster}!`]]);
    expect(read(8192)).to.deep.equal([[]]);
    expect(read(cluster)).to.deep.equal([[`R 4 ${cluster}+${cluster}!`]]);
    carryOut(image, Op.WRITE, cluster + 512, 512);
    expect(read(cluster)).to.deep.equal([[`R 4 ${cluster}+${cluster}!`]]);
    carryOut(image, Op.APPLY, 0, 0, 'a');
    expect(read(cluster)).to.deep.equal([[`R 2 ${cluster}+${cluster}!`]]);
  });

  it('copies on demand only clusters that a father has', () => {
    const image = made(GiB, cluster, true);
    expect(stepsOf(image, Op.READ, 0, 512)).to.deep.equal([[], []]);
    carryOut(image, Op.WRITE, 0, cluster);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    expect(stepsOf(image, Op.READ, 512, 512)).to.deep.equal([
      ['R 2 512+512'],
      ['R 2 0+512!', 'R 2 1024+64512!', 'W 4 0+65536'],
      ['W 3 0+512!'],
    ]);
    expect(stepsOf(image, Op.READ, 512, 512)).to.deep.equal([['R 4 512+512']]);
  });

  it("puts the machine's state behind the bitmap, and reads only that when it is loaded", () => {
    const image = made();
    expect(stepsOf(image, Op.SAVE_STATE, 0, 32 * KiB)).to.deep.equal([['W 1 2048+32768!']]);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.APPLY, 0, 0, 'a');
    expect(stepsOf(image, Op.LOAD_STATE, 0, 32 * KiB)).to.deep.equal([['R 1 2048+32768!']]);
  });
});
