import { expect } from 'chai';
import { InputError } from '../../../sim/errors.js';
import { TraceOp } from '../../../traces/batch.js';
import { syntheticWorkloads } from '../../../traces/synthetic/index.js';
import { randIoPhases } from '../../../traces/synthetic/rand-io.js';
import { drain, type PlainRecord } from '../support/records.js';

const small = { partitionOffset: '1MiB', partitionSize: '64MiB', block: '64KiB' };
const run = (given: Record<string, unknown>, seed = 1): PlainRecord[] =>
  drain(syntheticWorkloads.get('rand-io', 'test').open({ ...small, ...given }, seed, 'test'), 100);
const offsets = (records: readonly PlainRecord[]): number[] => records.map(({ offset }) => offset);
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

describe('RandIO', () => {
  it('reaches every block of the partition once in each phase, aligned, at time 0', () => {
    const all = Array.from({ length: 1024 }, (_, i) => 2 ** 20 + i * 65_536);
    for (const phase of randIoPhases) {
      const records = run({ phase });
      expect(sorted(offsets(records))).to.deep.equal(all);
      const op = phase === 'read' ? TraceOp.READ : TraceOp.WRITE;
      expect(records.every((record) => record.time === 0 && record.bytes === 65_536 && record.op === op)).to.equal(true);
    }
  });

  it('takes the same blocks in another order in each phase where a share is touched', () => {
    const [first, second, read] = randIoPhases.map((phase) => offsets(run({ phase, touchedPercent: 20 })));
    expect(new Set(first)).to.have.property('size', 204);
    expect(sorted(second!)).to.deep.equal(sorted(first!));
    expect(sorted(read!)).to.deep.equal(sorted(first!));
    expect(second).not.to.deep.equal(first);
    expect(read).not.to.deep.equal(second);
  });

  it('spreads the touched blocks over the whole partition', () => {
    const touched = offsets(run({ phase: 'first-write', touchedPercent: 20 })).map((offset) => (offset - 2 ** 20) / 2 ** 26);
    const quarters = [0, 0, 0, 0];
    for (const place of touched) quarters[Math.floor(place * 4)]!++;
    for (const count of quarters) expect(count).to.be.within(30, 75);
  });

  it('goes on where a part of a phase ended', () => {
    const whole = run({ phase: 'second-write' });
    const parts = [...run({ phase: 'second-write', operations: 300 }), ...run({ phase: 'second-write', skip: 300 })];
    expect(parts).to.deep.equal(whole);
  });

  it('writes more of the same disk where more is touched', () => {
    expect(run({ touchedPercent: 50 }).slice(0, 204)).to.deep.equal(run({ touchedPercent: 20 }));
  });

  it('depends on the seed and on nothing else', () => {
    expect(run({})).to.deep.equal(run({}));
    expect(run({}, 2)).not.to.deep.equal(run({}, 1));
  });

  it('refuses more operations than blocks, and a partition without a block', () => {
    expect(() => run({ operations: 2000 })).to.throw(InputError, /at most 1024/);
    expect(() => run({ operations: 1, skip: 1024 })).to.throw(InputError, /at most 1024/);
    expect(() => run({ partitionSize: '32KiB' })).to.throw(InputError, /0 blocks/);
    expect(() => run({ phase: 'third-write' })).to.throw(InputError, /third-write/);
  });
});
