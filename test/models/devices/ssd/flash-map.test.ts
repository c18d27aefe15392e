import { expect } from 'chai';
import { nvmeTlc1tb } from '../../../../experiments/testbeds/drives/nvme-tlc-1tb.js';
import { FlashMap } from '../../../../models/devices/ssd/flash-map.js';
import type { SsdParameters } from '../../../../models/devices/ssd/parameters.js';
import { conditioned } from '../../../../models/devices/ssd/precondition.js';
import { RandomStream } from '../../../../sim/random.js';
import { small } from './example-flash.js';

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

describe('the map of a flash drive', () => {
  for (const spare of [0.1, 0.2, 0.28, 0.5]) {
    it(`amplifies random writes as the analysis of greedy collection says, with a spare share of ${spare}`, () => {
      const map = conditioned(analysed(spare), 'steady', new RandomStream(1, 'overwrites'));
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
    const map = conditioned(small, 'steady', new RandomStream(3, 'overwrites'));
    map.checkConservation();
    const places = new Set<number>();
    for (let unit = 0; unit < map.units; unit++) places.add(map.placeOf(unit));
    expect(places.has(-1)).to.equal(false);
    expect(places.size).to.equal(map.units);
  });

  it('lies, where it was filled at no cost, as one that was written unit by unit, now and after any writes and trims', () => {
    // 5 units do not fill a stripe, nor do the stripes fill all blocks.
    const odd = { ...small, capacity: small.capacity - 8 * 11 };
    const [filled, written] = [new FlashMap(odd, 'filled'), new FlashMap(odd)];
    for (let unit = 0; unit < written.units; unit++) {
      const stripe = written.write(unit);
      if (stripe >= 0) written.collect(written.dieOf(stripe));
    }
    written.resetCounters();
    const random = new RandomStream(1, 'changes');
    for (let i = 0; i < 3 * filled.units; i++) {
      const [unit, isTrim] = [random.below(filled.units), random.below(10) === 0];
      for (const map of [filled, written]) {
        if (isTrim) map.trim(unit);
        else {
          const stripe = map.write(unit);
          if (stripe >= 0) map.collect(map.dieOf(stripe));
        }
      }
      if (i % 50_000 === 0) for (let u = 0; u < filled.units; u += 97) expect(filled.placeOf(u)).to.equal(written.placeOf(u));
    }
    for (let u = 0; u < filled.units; u++) expect(filled.placeOf(u)).to.equal(written.placeOf(u));
    expect(filled.erases).to.equal(written.erases).and.be.above(100);
    expect(filled.writeAmplification).to.equal(written.writeAmplification);
    filled.checkConservation();
    written.checkConservation();
  });

  it('amplifies less where half of the drive was trimmed', () => {
    const amplification = (trimmed: boolean) => {
      const map = conditioned(analysed(0.1), 'filled', new RandomStream(1, 'overwrites'));
      if (trimmed) for (let unit = map.units / 2; unit < map.units; unit++) map.trim(unit);
      const random = new RandomStream(1, 'overwrites');
      for (let i = 0; i < 2 * map.units; i++) if (map.write(random.below(map.units / 2)) >= 0) map.collect(0);
      return map.writeAmplification;
    };
    expect(amplification(true)).to.be.below(1.5);
    expect(amplification(false)).to.be.above(1.5);
  });

  it('goes on where all that stays falls on the same dies, and all that is overwritten on the others', () => {
    const map = conditioned(small, 'filled', new RandomStream(1, 'overwrites'));
    const { stripeUnits } = map;
    const writeStripe = (unit: number): void => {
      for (let i = 0; i < stripeUnits; i++) {
        const stripe = map.write((unit + i) % map.units);
        if (stripe >= 0) map.collect(map.dieOf(stripe));
      }
    };
    for (let i = 0; i < map.units / stripeUnits; i++) {
      writeStripe(stripeUnits + i * stripeUnits);
      writeStripe(0);
    }
    map.checkConservation();
    expect(map.writeAmplification).to.be.below(4);
  });

  it('takes next to no memory for a terabyte that was not written, or was once in order, and refuses one without spare blocks', () => {
    for (const fill of ['fresh', 'filled'] as const) expect(new FlashMap(nvmeTlc1tb.parameters, fill).units).to.be.above(240e6);
    expect(() => new FlashMap({ ...small, spare: 0 })).to.throw(/spare blocks/);
    expect(() => new FlashMap({ ...small, freeBlocks: 1 })).to.throw(/below 1 free blocks/);
  });
});
