import { expect } from 'chai';
import { RangeLocks } from '../../../models/formats/range-locks.js';
import { RequestQueue } from '../../../models/io/request-queue.js';

describe('range locks', () => {
  it('are free where ranges only touch', () => {
    const locks = new RangeLocks(4);
    locks.hold(0, 100, 100);
    expect(locks.isFree(0, 100)).to.equal(true);
    expect(locks.isFree(200, 100)).to.equal(true);
    expect(locks.isFree(199, 1)).to.equal(false);
    expect(locks.isFree(0, 1000)).to.equal(false);
  });

  it('let all that wait try again in order, and keep other ranges', () => {
    const locks = new RangeLocks(6);
    const released = new RequestQueue();
    locks.hold(0, 0, 10);
    locks.hold(1, 20, 10);
    locks.wait(3);
    locks.wait(2);
    locks.release(0, released);
    expect([released.shift(), released.shift(), released.size]).to.deep.equal([3, 2, 0]);
    expect(locks.isFree(0, 10)).to.equal(true);
    expect(locks.isFree(25, 1)).to.equal(false);
  });
});
