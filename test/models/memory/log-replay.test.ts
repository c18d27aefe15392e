import { expect } from 'chai';
import { logReplay, type GuestInputs } from '../../../models/memory/log-replay.js';
import { readOptions } from '../../../sim/options.js';
import { second } from '../../../sim/units.js';

const inputs: GuestInputs = { duration: 100 * second, processorTime: 50 * second, received: 100e6, diskRequests: 10_000 };
const of = (given: Readonly<Record<string, unknown>>, changed: Partial<GuestInputs> = {}) =>
  logReplay.estimate({ ...inputs, ...changed }, 60 * second, readOptions(logReplay.options, given, 'test'));

describe('log and replay, by formula', () => {
  it('slows a guest down faster than its processors grow', () => {
    const [one, two, four, eight] = [1, 2, 4, 8].map((vcpus) => of({ vcpus }).slowdownPercent) as [number, number, number, number];
    expect(one).to.be.within(0.5, 8);
    expect(four / two).to.be.greaterThan(2);
    expect(eight / four).to.be.greaterThan(2);
  });

  it('logs what the network brings, and records of events', () => {
    expect(of({}).logBytesPerSecond).to.be.closeTo(1e6 + (2000 + 100 + 100e6 / 1448 / 100) * 16, 1);
    expect(of({}, { received: 0, diskRequests: 0 }).logBytesPerSecond).to.equal(2000 * 16);
  });

  it('recovers in the time in which the guest was at work', () => {
    expect(of({}).recovery).to.be.within(30 * second, 32 * second);
    expect(of({}, { processorTime: 0 }).recovery).to.equal(0);
  });
});
