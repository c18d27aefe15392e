import { expect } from 'chai';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { syntheticWorkloads } from '../../../traces/synthetic/index.js';
import { drain, type PlainRecord } from '../support/records.js';

const run = (given: Record<string, unknown>, seed = 1): PlainRecord[] =>
  drain(syntheticWorkloads.get('mixed', 'test').open({ requests: 20_000, ...given }, seed, 'test'));

describe('generated mix', () => {
  it('has the asked number of requests, share of reads and mean gap, inside the disk', () => {
    const records = run({ readPercent: 70, disk: '1GiB', largest: '64KiB', meanGap: '2ms' });
    expect(records).to.have.length(20_000);
    expect(records.filter(({ op }) => op === TraceOp.READ).length / 20_000).to.be.closeTo(0.7, 0.02);
    expect(records[19_999]!.time / 19_999 / 2e6).to.be.closeTo(1, 0.03);
    expect(records[0]!.time).to.equal(0);
    for (const { offset, bytes } of records) {
      expect(bytes).to.be.within(4096, 65_536);
      expect(bytes % 4096).to.equal(0);
      expect(offset % 4096).to.equal(0);
      expect(offset + bytes).to.be.at.most(2 ** 30);
    }
  });

  it('follows on from the request before as often as asked', () => {
    const follows = (given: Record<string, unknown>): number => {
      const records = run({ disk: '100GiB', ...given });
      return records.filter(({ offset }, i) => i > 0 && offset === records[i - 1]!.offset + records[i - 1]!.bytes).length / records.length;
    };
    expect(follows({ sequentialPercent: 0 })).to.be.below(0.001);
    expect(follows({ sequentialPercent: 80 })).to.be.closeTo(0.8, 0.02);
  });

  it('flushes after each so many requests', () => {
    const ops = run({ requests: 9, flushEvery: 2 }).map(({ op }) => op === TraceOp.FLUSH);
    expect(ops).to.deep.equal([false, false, true, false, false, true, false, false, true]);
  });

  it('is the same for the same seed and refuses sizes that do not fit', () => {
    expect(run({ requests: 100 })).to.deep.equal(run({ requests: 100 }));
    expect(() => run({ largest: '2KiB' })).to.throw(InputError, /mixed\.largest/);
  });
});
