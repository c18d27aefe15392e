import { expect } from 'chai';
import { nvmeTlc1tb } from '../../../../experiments/testbeds/drives/nvme-tlc-1tb.js';
import { FlashMap } from '../../../../models/devices/ssd/flash-map.js';
import type { SsdParameters } from '../../../../models/devices/ssd/parameters.js';
import { precondition } from '../../../../models/devices/ssd/precondition.js';
import { Ssd } from '../../../../models/devices/ssd/ssd.js';
import { HostIo } from '../../../../models/io/host-io.js';
import { Kind } from '../../../../models/io/plan.js';
import { Kernel } from '../../../../sim/kernel.js';
import { RandomStream } from '../../../../sim/random.js';
import { KiB, MiB } from '../../../../sim/units.js';

/** Two channels with two dies each: 512 MiB, in stripes of 64 KiB and blocks of 4 MiB. */
const small: SsdParameters = {
  ...nvmeTlc1tb.parameters,
  name: 'small',
  capacity: 1024 * 1024,
  channels: 2,
  diesPerChannel: 2,
  pagesPerBlock: 64,
  spare: 0.28,
  bufferBytes: MiB,
  freeBlocks: 3,
};

/** One die of many small blocks: what the analysis is of. */
const analysed = (spare: number): SsdParameters => ({
  ...small,
  channels: 1,
  diesPerChannel: 1,
  planes: 1,
  pagesPerBlock: 64,
  capacity: 2 * 1024 * 1024,
  spare,
});

/**
 * Write amplification of greedy collection under uniform random writes, for many large blocks: with a the share of valid units in a collected block, (1 - a) / ln(1 / a) is the share of the
 * flash that holds valid units, and each write costs 1 / (1 - a). Desnoyers, Analytic modeling of SSD write performance (SYSTOR 2012); Van Houdt, A mean field model (SIGMETRICS 2013).
 */
function greedyAmplification(used: number): number {
  let [low, high] = [1e-9, 1 - 1e-9];
  for (let i = 0; i < 200; i++) {
    const a = (low + high) / 2;
    if ((1 - a) / Math.log(1 / a) < used) low = a;
    else high = a;
  }
  return 1 / (1 - low);
}

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

function make(changed: Partial<SsdParameters> = {}) {
  const kernel = new Kernel();
  const ssd = new Ssd(kernel, { ...small, ...changed });
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

describe('the map of a flash drive', () => {
  for (const spare of [0.1, 0.2, 0.28, 0.5]) {
    it(`amplifies random writes as the analysis of greedy collection says, with a spare share of ${spare}`, () => {
      const map = new FlashMap(analysed(spare));
      precondition(map, 'steady', new RandomStream(1, 'overwrites'));
      const random = new RandomStream(2, 'overwrites');
      for (let i = 0; i < 2 * map.units; i++) {
        const stripe = map.write(random.below(map.units));
        if (stripe >= 0) map.collect(0);
      }
      // Free blocks and those being filled, half on average, are not there to hold garbage.
      const flash = (map.blocksPerDie - small.freeBlocks - 1) * map.blockUnits;
      expect(map.writeAmplification / greedyAmplification(map.units / flash)).to.be.within(0.97, 1.03);
    });
  }

  it('amplifies nothing where writes are sequential, over and over', () => {
    const map = new FlashMap(analysed(0.1));
    for (let i = 0; i < 5 * map.units; i++) {
      const stripe = map.write(i % map.units);
      if (stripe >= 0) map.collect(0);
    }
    expect(map.movedUnits).to.equal(0);
    expect(map.writeAmplification).to.equal(1);
    expect(map.erases).to.be.above(3 * map.blocksPerDie);
  });

  it('keeps each unit at a place of its own through all collection', () => {
    const map = new FlashMap(small);
    precondition(map, 'steady', new RandomStream(3, 'overwrites'));
    const places = new Set<number>();
    for (let unit = 0; unit < map.units; unit++) places.add(map.placeOf(unit));
    expect(places.has(-1)).to.equal(false);
    expect(places.size).to.equal(map.units);
  });

  it('amplifies less where half of the drive was trimmed', () => {
    const amplification = (trimmed: boolean) => {
      const map = new FlashMap(analysed(0.1));
      precondition(map, 'filled', new RandomStream(1, 'overwrites'));
      if (trimmed) for (let unit = map.units / 2; unit < map.units; unit++) map.trim(unit);
      const random = new RandomStream(1, 'overwrites');
      for (let i = 0; i < 2 * map.units; i++) if (map.write(random.below(map.units / 2)) >= 0) map.collect(0);
      return map.writeAmplification;
    };
    expect(amplification(true)).to.be.below(1.5);
    expect(amplification(false)).to.be.above(1.5);
  });

  it('takes no memory for a terabyte that was not written, and refuses one without spare blocks', () => {
    expect(new FlashMap(nvmeTlc1tb.parameters).units).to.be.above(240e6);
    expect(() => new FlashMap({ ...small, spare: 0 })).to.throw(/spare blocks/);
  });
});

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
      const map = new FlashMap(small);
      precondition(map, condition, new RandomStream(1, 'overwrites'));
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
});
