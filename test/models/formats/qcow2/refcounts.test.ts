import { expect } from 'chai';
import { Geometry, headerPieces, layoutOf012 } from '../../../../models/formats/qcow2/geometry.js';
import { Refcounts } from '../../../../models/formats/qcow2/refcounts.js';
import { SynchronousFile } from '../../../../models/formats/synchronous-file.js';
import { Plan } from '../../../../models/io/plan.js';
import { GiB, MiB } from '../../../../sim/units.js';
import { planText } from '../plans.js';

function made(clusterBytes: number, diskBytes: number): { refcounts: Refcounts; plan: Plan; perBlock: number } {
  const geometry = new Geometry(clusterBytes, diskBytes);
  const file = new SynchronousFile(0, { role: 'image', name: 'x', bytes: 0 });
  file.open('writethrough');
  const refcounts = new Refcounts(geometry, file);
  refcounts.create(layoutOf012(geometry, headerPieces(null)));
  return { refcounts, plan: new Plan(), perBlock: geometry.refcountsPerBlock };
}

describe('refcounts of qcow2', () => {
  it('count each part of a new image once', () => {
    const { refcounts } = made(65536, GiB);
    expect([0, 1, 2, 3, 4].map((cluster) => refcounts.peek(cluster))).to.deep.equal([1, 1, 1, 1, 0]);
  });

  it('give a new image as many blocks as describe a large L1 table', () => {
    // Clusters of 512 bytes: 64 entries an L2 table, so 256 KiB of L1 table, and 256 counts a block.
    const layout = layoutOf012(new Geometry(512, GiB), headerPieces(null));
    expect(layout).to.include({ l1Clusters: 512, refcountTable: 513, refcountBlocks: 514, refcountBlockCount: 3 });
  });

  it('pass over a hole that is too small, and come back to it after a free', () => {
    const { refcounts, plan } = made(65536, GiB);
    const first = refcounts.allocate(plan, 6);
    refcounts.update(plan, first + 1, 1, -1);
    refcounts.update(plan, first + 4, 1, -1);
    expect(refcounts.allocate(plan, 2)).to.equal(first + 6);
    expect(refcounts.allocate(plan, 1)).to.equal(first + 8);
    refcounts.update(plan, first + 3, 1, -1);
    expect(refcounts.allocate(plan, 2)).to.equal(first + 3);
  });

  it('search from the start in a new session, reading each block up to the first free cluster', () => {
    const { refcounts, plan, perBlock } = made(512, MiB);
    refcounts.allocate(plan, perBlock * 2);
    refcounts.forget();
    refcounts.allocate(plan.clear(), 1);
    expect(planText(plan).filter((entry) => entry.startsWith('R')).length).to.equal(3);
  });

  it('write the sectors from the first to the last changed count', () => {
    const { refcounts, plan } = made(65536, GiB);
    refcounts.allocate(plan, 252);
    refcounts.allocate(plan.clear(), 2);
    expect(planText(plan)).to.deep.equal(['W 0 197120+512!']);
    refcounts.allocate(plan.clear(), 300);
    expect(planText(plan)).to.deep.equal(['W 0 197120+1024!']);
  });

  it('add a block that describes itself: written whole, then hooked into the table', () => {
    const { refcounts, plan, perBlock } = made(512, MiB);
    const free = perBlock - refcounts.used().length;
    refcounts.allocate(plan, free);
    const first = refcounts.allocate(plan.clear(), 1);
    expect(first).to.equal(perBlock);
    const block = refcounts.blockClusters[1]!;
    expect(block).to.equal(perBlock + 1);
    expect(refcounts.peek(block)).to.equal(1);
    const table = refcounts.tableOffset;
    expect(planText(plan)).to.deep.equal([`W 0 ${block * 512}+512!`, `R 0 ${table}+512!`, `W 0 ${table}+512!`, `W 0 ${block * 512}+512!`]);
  });

  it('move the table behind everything when it is full, and go on to count right', () => {
    const { refcounts, plan, perBlock } = made(512, MiB);
    const old = refcounts.tableOffset;
    const taken = new Set<number>();
    while (refcounts.tableOffset === old) {
      const first = refcounts.allocate(plan.clear(), 200);
      for (let i = 0; i < 200; i++) {
        expect(taken.has(first + i)).to.equal(false);
        taken.add(first + i);
      }
    }
    expect(refcounts.tableEntries).to.equal(128);
    expect(planText(plan)).to.include('W 0 0+512!', 'the header points to it');
    expect(refcounts.peek(old / 512), 'the old place').to.equal(0);
    const table = refcounts.tableOffset / 512;
    expect([refcounts.peek(table), refcounts.peek(table + 1)]).to.deep.equal([1, 1]);
    for (const block of refcounts.blockClusters) expect(refcounts.peek(block)).to.equal(1);
    expect(refcounts.used().length).to.equal(refcounts.allocatedClusters);
    expect(Math.floor(table / perBlock)).to.be.greaterThan(63);
  });

  it('refuse a count below zero', () => {
    const { refcounts, plan } = made(65536, GiB);
    expect(() => refcounts.update(plan, 9, 1, -1)).to.throw('cluster 9');
  });
});
