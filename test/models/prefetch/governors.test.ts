import { expect } from 'chai';
import { CollectiveGovernor, collective } from '../../../models/prefetch/collective.js';
import type { PrefetchGovernor } from '../../../models/prefetch/governor.js';
import { governors, makeGovernor } from '../../../models/prefetch/index.js';
import { atLeastHeads } from '../../../models/prefetch/manners.js';
import { contendedShare, pausedShares, roundsUntilPause } from '../../../models/prefetch/rounds.js';
import { defaults } from '../../../sim/options.js';
import { RandomStream } from '../../../sim/random.js';
import { MiB } from '../../../sim/units.js';

const ms = 1e6;
const second = 1e9;
const transfer = { bytes: MiB, time: 100 * ms, round: 16 };
/** Half of 40 MB/s is not enough. */
const limits = { lower: 21e6 };

const fvd = (seed: number): PrefetchGovernor => makeGovernor('fvd-paper', limits, new RandomStream(seed, 'pauses'), 'test');
const seeds = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed);
const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b) / numbers.length;

/** Transfers of 1 MiB, as long as `time` says; when the last one ended. */
function feed(governor: PrefetchGovernor, count: number, time: (i: number) => number, from = 0): number {
  let now = from;
  for (let i = 0; i < count; i++) {
    const took = time(i);
    governor.transferred(MiB, now, now + took);
    now = Math.max(now + took, governor.readyAt);
  }
  return now;
}

describe('the FVD governor', () => {
  it('pauses after two rounds on average beside a contender that does not yield', () => {
    const rounds = seeds(4000).map((seed) => roundsUntilPause(fvd(seed), transfer, 1000));
    expect(mean(rounds)).to.be.closeTo(2, 0.1);
    const after = (n: number) => rounds.filter((r) => r > n).length / rounds.length;
    expect(after(1)).to.be.closeTo(0.5, 0.03);
    expect(after(2)).to.be.closeTo(0.25, 0.03);
  });

  it('has half of all contending drivers pause in each round', () => {
    const first = seeds(500).map((run) =>
      pausedShares(
        seeds(8).map((i) => fvd(run * 8 + i)),
        transfer,
      ),
    );
    expect(mean(first.map((shares) => shares[0]!))).to.be.closeTo(0.5, 0.03);
    expect(mean(first.filter((shares) => shares.length > 1).map((shares) => shares[1]!))).to.be.closeTo(0.5, 0.05);
    first.forEach((shares) => expect(shares.at(-1)).to.equal(1));
  });

  it('does not pause while the rate is above the lower limit', () => {
    expect(roundsUntilPause(fvd(1), { ...transfer, time: 40 * ms }, 1000)).to.equal(Infinity);
  });

  it('takes far less than half beside a contender', () => {
    expect(mean(seeds(50).map((seed) => contendedShare(fvd(seed), MiB, 40e6, 600 * second)))).to.be.below(0.2);
  });
});

describe('prefetch governors', () => {
  it('without regard for others takes half', () => {
    expect(contendedShare(makeGovernor('rate-limit', {}, new RandomStream(1, 't'), 'test'), MiB, 40e6, 600 * second)).to.be.closeTo(
      0.5,
      0.001,
    );
  });

  it('each keep to an upper limit where they have one', () => {
    for (const [name, model] of governors) {
      if (!Object.hasOwn(model.options, 'upper')) continue;
      const governor = makeGovernor(name, { upper: 10e6 }, new RandomStream(1, 't'), 'test');
      expect(
        feed(governor, 100, () => 10 * ms),
        name,
      ).to.be.at.least((100 * MiB * second) / 10e6 - 1);
    }
  });

  it('refuse an option that they do not have', () => {
    const make = () => makeGovernor('manners', { lower: 1e6 }, new RandomStream(1, 't'), 'test');
    expect(make).to.throw(/lower for the prefetch governor manners.*calibration/s);
  });
});

describe('the percentage rule', () => {
  const make = () => new CollectiveGovernor(defaults(collective.options));

  it('halves the rate when many requests are slow, and comes back step by step', () => {
    const governor = make();
    const end = feed(governor, 32, () => 50 * ms);
    expect(governor.slowShare).to.equal(1);
    expect(end).to.equal(33 * 50 * ms); // rests as long as it works
    const back = feed(governor, 200, () => 10 * ms, end);
    expect(feed(governor, 1, () => 10 * ms, back)).to.equal(back + 10 * ms);
  });

  it('does not see a few very slow requests among read-ahead hits', () => {
    const governor = make();
    const end = feed(governor, 320, (i) => (i % 10 === 0 ? 500 * ms : ms));
    expect(end).to.equal(32 * 500 * ms + 288 * ms);
    expect(governor.slowShare).to.be.closeTo(0.1, 0.03);
  });
});

describe('progress-based regulation', () => {
  const make = () => makeGovernor('manners', {}, new RandomStream(1, 't'), 'test');

  it('counts coins', () => {
    expect(atLeastHeads(4, 4)).to.equal(1 / 16);
    expect(atLeastHeads(5, 0)).to.be.closeTo(1, 1e-12);
    expect(atLeastHeads(10, 8)).to.be.closeTo(56 / 1024, 1e-12);
  });

  it('suspends itself when progress is poor, longer each time, and begins anew when it is good', () => {
    const governor = make();
    let now = feed(governor, 40, () => 20 * ms);
    expect(governor.pausedUntil).to.equal(0);
    const pauses: number[] = [];
    for (let i = 0; i < 3; i++) {
      for (let n = 0; governor.pausedUntil <= now && n < 100; n++) {
        governor.transferred(MiB, now, now + 40 * ms);
        now += 40 * ms;
      }
      pauses.push(governor.pausedUntil - now);
      now = governor.pausedUntil;
    }
    expect(pauses).to.deep.equal([second, 2 * second, 4 * second]);
    now = feed(governor, 10, () => 15 * ms, now);
    for (let n = 0; governor.pausedUntil <= now && n < 100; n++) {
      governor.transferred(MiB, now, now + 40 * ms);
      now += 40 * ms;
    }
    expect(governor.pausedUntil - now).to.equal(second);
  });
});

describe('yielding on delay', () => {
  it('backs off below one transfer after another when transfers are delayed, and recovers', () => {
    const governor = makeGovernor('nice', {}, new RandomStream(1, 't'), 'test');
    const idle = feed(governor, 80, () => 20 * ms);
    expect(idle).to.equal(80 * 20 * ms);
    const contended = feed(governor, 80, () => 60 * ms, idle);
    expect(contended - idle).to.be.above(10 * 80 * 60 * ms);
    const after = feed(governor, 400, () => 20 * ms, contended);
    expect(feed(governor, 8, () => 20 * ms, after) - after).to.equal(8 * 20 * ms);
  });
});
