import { expect } from 'chai';
import type { SsdParameters } from '../../../../models/devices/ssd/parameters.js';
import { conditioned, conditionNamed, type Condition } from '../../../../models/devices/ssd/precondition.js';
import { Ssd } from '../../../../models/devices/ssd/ssd.js';
import { HostIo, Part } from '../../../../models/io/host-io.js';
import { Kind } from '../../../../models/io/plan.js';
import { Kernel } from '../../../../sim/kernel.js';
import { RandomStream } from '../../../../sim/random.js';
import { KiB } from '../../../../sim/units.js';
import { small } from './example-flash.js';

interface Request {
  readonly kind: Kind;
  readonly sector: number;
  readonly sectors: number;
}

/** Keeps `depth` I/Os going until `count` are done; answers the time. */
function run(ssd: Ssd, kernel: Kernel, count: number, depth: number, request: (i: number) => Request): number {
  const start = kernel.now;
  let begun = 0;
  const next = (io: HostIo) => {
    if (begun === count) return;
    Object.assign(io, request(begun++));
    ssd.submit(io);
  };
  const owner = {
    ioDone(io: HostIo) {
      expect(io.spent.reduce((a, b) => a + b)).to.equal(kernel.now - io.submitted);
      expect(Math.min(...io.spent)).to.be.at.least(0);
      next(io);
    },
  };
  for (let i = 0; i < depth; i++) next(new HostIo(owner));
  kernel.run();
  return kernel.now - start;
}

function make(changed: Partial<SsdParameters> = {}, condition: Condition = 'fresh', hostOverhead = 0) {
  const kernel = new Kernel();
  const parameters = { ...small, ...changed };
  const ssd = new Ssd(kernel, parameters, conditioned(parameters, condition, new RandomStream(1, 'overwrites')), hostOverhead);
  const once = (kind: Kind, sector = 0, sectors = 8) => run(ssd, kernel, 1, 1, () => ({ kind, sector, sectors }));
  /** Until it is answered, whatever goes on behind. */
  const answered = (kind: Kind, sector = 0, sectors = 8) => {
    let at = -1;
    const start = kernel.now;
    const io = new HostIo({ ioDone: () => void (at = kernel.now - start) });
    Object.assign(io, { kind, sector, sectors });
    ssd.submit(io);
    while (at < 0) kernel.run(Infinity, 1);
    return at;
  };
  return { kernel, ssd, once, answered };
}

describe('a flash drive', () => {
  it('reads a unit in command, flash, channel and link time', () => {
    const { once } = make();
    once(Kind.WRITE, 0, 128);
    const link = Math.round((4096 / small.linkRate) * 1e9);
    const channel = Math.round((4096 / small.channelRate) * 1e9);
    expect(once(Kind.READ)).to.equal(small.commandTime + small.readTime + channel + link);
  });

  it('answers writes from its buffer, and reads of what stands there or was never written without the flash', () => {
    const { answered } = make();
    const link = Math.round((4096 / small.linkRate) * 1e9);
    expect(answered(Kind.WRITE)).to.equal(small.commandTime + link);
    expect(answered(Kind.READ)).to.equal(small.commandTime + link);
    expect(answered(Kind.READ, 8000)).to.equal(small.commandTime + link);
  });

  it('programs as fast as all dies together once the buffer is full', () => {
    const { ssd, kernel } = make();
    const time = run(ssd, kernel, 4000, 32, (i) => ({ kind: Kind.WRITE, sector: (i * 128) % small.capacity, sectors: 128 }));
    const rate = (4000 * 64 * KiB) / (time / 1e9);
    const stripe = small.programTime + Math.round((64 * KiB * 1e9) / small.channelRate);
    expect(rate / ((4 * 64 * KiB) / (stripe / 1e9))).to.be.within(0.97, 1.01);
    expect(ssd.map.writeAmplification).to.equal(1);
  });

  it('is bound by its channels where programs are quick', () => {
    const { ssd, kernel } = make({ programTime: 1000 });
    const time = run(ssd, kernel, 4000, 32, (i) => ({ kind: Kind.WRITE, sector: (i * 128) % small.capacity, sectors: 128 }));
    expect((4000 * 64 * KiB) / (time / 1e9) / (2 * small.channelRate)).to.be.within(0.95, 1);
  });

  it('reads from all dies at once', () => {
    const { ssd, kernel } = make();
    run(ssd, kernel, 1024, 32, (i) => ({ kind: Kind.WRITE, sector: i * 128, sectors: 128 }));
    const random = new RandomStream(1, 'reads');
    const read = () => ({ kind: Kind.READ, sector: random.below(1024 * 16) * 8, sectors: 8 });
    const alone = run(ssd, kernel, 2000, 1, read);
    expect(alone / run(ssd, kernel, 2000, 32, read)).to.be.within(3.5, 5);
  });

  it('takes on one command after another, however many wait and whatever the flash could do; one alone does not notice', () => {
    const interval = 100_000;
    const alone = make({ commandInterval: interval });
    expect(alone.answered(Kind.READ, 8000)).to.equal(make().answered(Kind.READ, 8000));
    for (const kind of [Kind.READ, Kind.WRITE, Kind.FLUSH]) {
      const { ssd, kernel } = make({ commandInterval: interval });
      const one = make({ commandInterval: interval }).answered(kind, 0, 8);
      const time = run(ssd, kernel, 500, 32, (i) => ({
        kind,
        sector: kind === Kind.FLUSH ? 0 : i * 8,
        sectors: kind === Kind.FLUSH ? 0 : 8,
      }));
      expect(time).to.be.within(499 * interval + one, 500 * interval + 2 * small.programTime);
      ssd.checkConservation();
    }
  });

  it('passes data both ways at once over a link that is full duplex, one way at a time over one that is not', () => {
    const rate = (linkHalfDuplex: boolean) => {
      const { ssd, kernel } = make({ linkHalfDuplex, linkRate: 100e6 });
      // Reads of what was never written take no flash: the link is all there is.
      const request = (i: number) => ({ kind: i % 2 === 0 ? Kind.READ : Kind.WRITE, sector: (i % 2) * 500_000 + i * 128, sectors: 128 });
      return (2000 * 64 * KiB) / (run(ssd, kernel, 2000, 32, request) / 1e9) / 100e6;
    };
    expect(rate(false)).to.be.within(1.9, 2);
    expect(rate(true)).to.be.within(0.98, 1);
  });

  it('waits at a FLUSH for what was written, unless the buffer survives a loss of power', () => {
    const volatile = make();
    volatile.answered(Kind.WRITE);
    expect(volatile.answered(Kind.FLUSH)).to.be.above(small.programTime);
    expect(volatile.answered(Kind.FLUSH)).to.equal(small.commandTime);
    expect(volatile.ssd.map.paddedUnits).to.equal(15);
    const safe = make({ powerLossProtection: true });
    safe.answered(Kind.WRITE);
    expect(safe.answered(Kind.FLUSH)).to.equal(small.commandTime);
    const uncached = make({ writeCache: false });
    expect(uncached.answered(Kind.WRITE)).to.be.above(small.programTime);
  });

  for (const readsBeforeProgram of [1, 8, 32]) {
    it(`answers a FLUSH in bounded time while one place is read without end, with ${readsBeforeProgram} reads before a program`, () => {
      const { ssd, kernel, once } = make({ channels: 1, diesPerChannel: 1, readsBeforeProgram });
      once(Kind.WRITE, 0, 128);
      let reads = 0;
      const again = (io: HostIo): void => {
        reads += 1;
        Object.assign(io, { kind: Kind.READ, sector: 0, sectors: 8 });
        ssd.submit(io);
      };
      for (let i = 0; i < 8; i++) again(new HostIo({ ioDone: again }));
      kernel.run(kernel.now + 1e6);
      const before = { at: kernel.now, reads };
      let flushed = -1;
      const late = new HostIo({ ioDone: () => void (flushed = kernel.now) });
      const write = new HostIo({ ioDone: () => ssd.submit(Object.assign(late, { kind: Kind.FLUSH, sector: 0, sectors: 0 })) });
      ssd.submit(Object.assign(write, { kind: Kind.WRITE, sector: 80_000, sectors: 8 }));
      kernel.run(kernel.now + 1e9);
      expect(flushed).to.be.above(before.at + small.programTime);
      const read = small.readTime + Math.round((4096 * 1e9) / small.channelRate);
      const program = small.programTime + Math.round((64 * KiB * 1e9) / small.channelRate);
      // The reads that pass, the one under way, and the way of the two commands.
      expect(flushed - before.at).to.be.below((readsBeforeProgram + 1) * read + program + 50_000);
      expect(flushed - before.at).to.be.above(readsBeforeProgram * read + program);
      expect(reads - before.reads).to.be.above(5000);
      ssd.checkConservation();
    });
  }

  it('tells each read what its own data took, though a longer one of the same die follows', () => {
    const { ssd, kernel, once } = make({ channels: 1, diesPerChannel: 1 });
    once(Kind.WRITE, 0, 128);
    const done: HostIo[] = [];
    for (const sectors of [8, 128]) {
      const io = new HostIo({ ioDone: (of) => void done.push(of) });
      ssd.submit(Object.assign(io, { kind: Kind.READ, sector: 0, sectors }));
    }
    kernel.run();
    const passes = (bytes: number, rate: number) => Math.round((bytes * 1e9) / rate);
    for (const { spent, sectors } of done) {
      const bytes = sectors * 512;
      expect(spent[Part.TRANSFER]).to.equal(small.readTime + passes(bytes, small.channelRate) + passes(bytes, small.linkRate));
    }
  });

  it('ends what waits for its stripe though the block is erased and written again meanwhile, and where flash takes no time', () => {
    for (const changed of [
      { writeCache: false, queueDepth: 128 },
      { programTime: 0, readTime: 0 },
      { programTime: 0, eraseTime: 0 },
    ]) {
      const { ssd, kernel } = make({ channels: 1, diesPerChannel: 1, pagesPerBlock: 4, capacity: 12_000, ...changed }, 'steady');
      const random = new RandomStream(5, 'writes');
      run(ssd, kernel, 6000, 200, () => ({ kind: Kind.WRITE, sector: random.below(1490) * 8, sectors: 8 }));
      expect(ssd.requests).to.equal(6000);
      ssd.checkConservation();
      expect(ssd.map.erases).to.be.above(50);
    }
  });

  it('reads a unit first that a write covers in part', () => {
    const { once, answered } = make();
    once(Kind.WRITE, 0, 128);
    expect(answered(Kind.WRITE, 1, 2) - answered(Kind.WRITE, 8, 8)).to.be.above(small.readTime - 10_000);
  });

  it('trims whole units', () => {
    const { ssd, once } = make();
    once(Kind.WRITE, 0, 128);
    once(Kind.PUNCH, 4, 16);
    expect([0, 1, 2, 3].map((unit) => ssd.map.placeOf(unit) >= 0)).to.deep.equal([true, false, true, true]);
  });

  it('slows down when it is full and written at random', () => {
    const rate = (condition: 'fresh' | 'steady') => {
      const kernel = new Kernel();
      const map = conditioned(small, condition, new RandomStream(1, 'overwrites'));
      const ssd = new Ssd(kernel, small, map);
      const random = new RandomStream(2, 'writes');
      const time = run(ssd, kernel, 20_000, 32, () => ({ kind: Kind.WRITE, sector: random.below(small.capacity / 8) * 8, sectors: 8 }));
      expect(ssd.busyTime()).to.be.within(time * 0.99, time);
      return { rate: 20_000 / time, amplification: map.writeAmplification };
    };
    const [fresh, steady] = [rate('fresh'), rate('steady')];
    expect(fresh.amplification).to.equal(1);
    // What is moved is read, too, blocks are erased, and dies wait for the slowest.
    expect(fresh.rate / steady.rate).to.be.within(steady.amplification, steady.amplification * 1.7);
  });

  it('reads flash wherever it was filled, and takes the time of the host for as many commands at once as there are', () => {
    const { answered } = make({}, 'filled', 1000);
    const [link, channel] = [small.linkRate, small.channelRate].map((rate) => Math.round((4096 / rate) * 1e9));
    expect(answered(Kind.READ, 80_000)).to.equal(1000 + small.commandTime + small.readTime + channel! + link!);
    const many = make({}, 'filled', 100_000);
    expect(run(many.ssd, many.kernel, 8, 8, (i) => ({ kind: Kind.READ, sector: i * 128, sectors: 8 }))).to.be.below(
      100_000 + 4 * small.readTime,
    );
  });

  it('tells an observer of reads and writes as it takes them on', () => {
    const { ssd, once } = make();
    const seen: number[] = [];
    ssd.observe({ served: ({ sector }) => seen.push(sector) });
    once(Kind.WRITE, 16);
    once(Kind.FLUSH);
    once(Kind.READ, 8);
    expect(seen).to.deep.equal([16, 8]);
  });

  for (const condition of ['fresh', 'filled', 'steady'] as const) {
    it(`conserves I/Os, units, stripes and the time of its dies, ${condition}, to the end and where it is cut off`, () => {
      for (const until of [Infinity, 3e6, 8e6]) {
        const kernel = new Kernel();
        const ssd = new Ssd(kernel, small, conditioned(small, condition, new RandomStream(1, 'overwrites')));
        const random = new RandomStream(2, 'requests');
        let left = 4000;
        const submit = (io: HostIo): void => {
          if (left-- <= 0) return;
          const kind = [Kind.READ, Kind.WRITE, Kind.WRITE, Kind.WRITE, Kind.FLUSH, Kind.PUNCH][random.below(6)]!;
          Object.assign(io, { kind, sector: random.below(small.capacity - 256), sectors: kind === Kind.FLUSH ? 0 : 1 + random.below(200) });
          ssd.submit(io);
        };
        for (let i = 0; i < 300; i++) submit(new HostIo({ ioDone: submit }));
        kernel.run(until);
        ssd.checkConservation();
      }
    });
  }

  const broken = (what: string, spoil: (ssd: Ssd) => void): void => {
    const { ssd, kernel } = make();
    run(ssd, kernel, 100, 4, (i) => ({ kind: Kind.WRITE, sector: i * 8, sectors: 8 }));
    ssd.checkConservation();
    spoil(ssd);
    expect(() => ssd.checkConservation()).to.throw(what);
  };

  it('notices a write that it did not store, a unit at two places, a stripe too many, and a command that took longer than its parts', () => {
    broken('units of the WRITEs', (ssd) => Reflect.set(ssd, 'unitsToWrite', 101));
    broken('that lie somewhere', (ssd) => Reflect.set(ssd.map, 'mapped', 99));
    broken('in its stripes', (ssd) => Reflect.set(ssd.map, 'closedStripes', 9));
    broken('the integral of the number of I/Os', (ssd) => Reflect.set(ssd, 'stays', 1));
    broken('in the buffer', (ssd) => Reflect.set(ssd, 'buffered', 1));
    broken('dies of', (ssd) => Reflect.set(Reflect.get(ssd, 'flash') as object, 'worked', 1));
  });

  it('knows its conditions by name', () => {
    expect(conditionNamed('steady', 'x')).to.equal('steady');
    expect(() => conditionNamed('new', 'the condition')).to.throw(/the condition.*"new".*fresh, filled, steady/);
  });
});
