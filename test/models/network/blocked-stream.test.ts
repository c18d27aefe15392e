import { expect } from 'chai';
import { BlockedStream } from '../../../models/network/blocked-stream.js';

const ms = 1e6;
const settings = { rate: 100e6, roundTrip: 0.15 * ms, retransmissionTimeout: 200 * ms, window: 85_000, queue: 700_000 };

/** Data that is missing after a second in which the stream was stopped for `stop`. */
function lost(stop: number, changed: Partial<typeof settings> = {}) {
  const stream = new BlockedStream({ ...settings, ...changed });
  stream.block(100 * ms);
  stream.unblock(100 * ms + stop);
  return (100e6 - stream.bytes(1000 * ms)) / 100e6;
}

describe('a stream through a hypervisor that stops', () => {
  it('loses what a short stop takes, and nothing more', () => {
    expect(lost(0)).to.equal(0);
    expect(lost(10 * ms)).to.be.closeTo(0.01, 1e-9);
    expect(lost(200 * ms)).to.be.closeTo(0.2, 1e-9);
  });

  it('begins anew with one segment after a stop beyond the time-out', () => {
    expect(lost(250 * ms)).to.be.within(0.25 + 0.0001, 0.25 + 0.001);
  });

  it('waits for a retransmission where the queue could not hold the window', () => {
    expect(lost(250 * ms, { queue: 50_000 })).to.be.closeTo(0.6, 0.001);
  });

  it('counts until now', () => {
    const stream = new BlockedStream(settings, 50 * ms);
    expect(stream.bytes(60 * ms)).to.be.closeTo(1e6, 1);
    stream.block(60 * ms);
    expect(stream.bytes(90 * ms)).to.be.closeTo(1e6, 1);
    stream.unblock(360 * ms);
    expect(stream.timeouts).to.equal(1);
  });
});
