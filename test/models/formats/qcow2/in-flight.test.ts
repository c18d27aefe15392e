import { expect } from 'chai';
import { InFlight } from '../../../../models/formats/qcow2/in-flight.js';
import { RequestQueue } from '../../../../models/io/request-queue.js';

const cluster = 65536;

describe('allocations in flight', () => {
  it('let apart ones go, and stop the one right behind', () => {
    const inFlight = new InFlight(8, cluster);
    inFlight.add(0, 32 * cluster, 1);
    expect(inFlight.clustersFree(33 * cluster, 1)).to.equal(0);
    expect(inFlight.obstacle).to.equal(0);
    expect(inFlight.clustersFree(34 * cluster, 1)).to.equal(1);
    expect(inFlight.clustersFree(31 * cluster, 1)).to.equal(1);
  });

  it('cut a run off before one that it meets', () => {
    const inFlight = new InFlight(8, cluster);
    inFlight.add(0, 10 * cluster, 2);
    expect(inFlight.clustersFree(6 * cluster, 10)).to.equal(4);
  });

  it('make one that begins in the middle of the same cluster wait', () => {
    const inFlight = new InFlight(8, cluster);
    inFlight.add(0, 10 * cluster + 4096, 1);
    expect(inFlight.clustersFree(10 * cluster, 1)).to.equal(0);
    expect(inFlight.clustersFree(10 * cluster + 8192, 1)).to.equal(0);
  });

  it('free those that wait, the last one first; not released are those with I/O of their own', () => {
    const inFlight = new InFlight(8, cluster);
    const released = new RequestQueue();
    const isFree = new Uint8Array(8);
    inFlight.add(0, 0, 1);
    for (const r of [1, 2, 3]) inFlight.wait(r, 0);
    inFlight.park(1);
    inFlight.park(3);
    expect(inFlight.hasWaiters(0)).to.equal(true);
    inFlight.remove(0);
    inFlight.release(0, released, isFree);
    expect([released.shift(), released.shift(), released.size]).to.deep.equal([3, 1, 0]);
    expect([...isFree]).to.deep.equal([0, 1, 1, 1, 0, 0, 0, 0]);
    expect(inFlight.isEmpty).to.equal(true);
  });

  it('of a later release let the one right behind go, and cut off or stop only what meets their clusters', () => {
    const inFlight = new InFlight(8, cluster);
    inFlight.add(0, 32 * cluster, 1);
    expect(inFlight.bytesFree(33 * cluster, 4096)).to.equal(4096);
    expect(inFlight.bytesFree(30 * cluster + 512, 4 * cluster)).to.equal(2 * cluster - 512);
    expect(inFlight.bytesFree(32 * cluster + 512, 512)).to.equal(0);
    expect(inFlight.obstacle).to.equal(0);
  });

  it('can be removed in any order', () => {
    const inFlight = new InFlight(8, cluster);
    for (const r of [0, 1, 2]) inFlight.add(r, r * 4 * cluster, 1);
    inFlight.remove(1);
    expect(inFlight.clustersFree(4 * cluster, 1)).to.equal(1);
    expect(inFlight.clustersFree(8 * cluster, 1)).to.equal(0);
    inFlight.remove(2);
    inFlight.remove(0);
    expect(inFlight.isEmpty).to.equal(true);
  });
});
