import { expect } from 'chai';
import fc from 'fast-check';
import { flushControllers } from '../../models/flush/index.js';
import { pagesSaved } from '../../models/memory/epoch-record.js';
import { memoryMethods } from '../../models/memory/index.js';
import { pageReductions } from '../../models/memory/reduction/index.js';
import { differingPages, Restore } from '../../models/memory/restore.js';
import { spawn } from '../../sim/process.js';
import { millisecond } from '../../sim/units.js';
import { MemoryWorld, plainTracker, RandomWorkload, type RandomGuest, type WorldSettings } from './memory-world.js';

const anyGuest: fc.Arbitrary<RandomGuest> = fc.record({
  pages: fc.integer({ min: 1, max: 3000 }),
  seed: fc.nat(1_000_000),
  steps: fc.integer({ min: 0, max: 2000 }),
  writes: fc.integer({ min: 0, max: 8 }),
  reads: fc.constantFrom(0, 0.1, 0.5),
  packets: fc.constantFrom(0, 0.2),
});
const anySettings: fc.Arbitrary<WorldSettings> = fc.record({
  tracker: fc.record({
    mechanism: fc.constantFrom('write-protect' as const, 'modification-log' as const),
    largePages: fc.boolean(),
    protectsAllAgain: fc.boolean(),
  }),
  controller: fc.constantFrom(...flushControllers.names),
  diskRate: fc.constantFrom(20e6, 200e6),
  marksZeroPages: fc.boolean(),
  reductions: fc.oneof(fc.constant([]), fc.shuffledSubarray([...pageReductions.names])),
});
const anyPlan = fc.record({
  first: fc.integer({ min: 0, max: 50 }).map((ms) => ms * millisecond),
  interval: fc.integer({ min: 1, max: 200 }).map((ms) => ms * millisecond),
  count: fc.integer({ min: 1, max: 6 }),
  fullFrom: fc.constantFrom(0, 0.3, Infinity),
});

/** Options under which the small guest meets what a large one meets. */
const tightOptions: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'stop-and-copy': [{}, { sync: false }],
  'pre-copy': [{ limit: '1s' }, { rules: 'qemu-7.2', limit: '1s', rate: '10MB/s', downtime: '1ms' }],
  consnap: [{}, { neighbours: 1, slice: '4KiB', buffer: '8KiB' }, { neighbours: 64, slice: '64KiB', buffer: '64KiB' }],
  'background-snapshot': [{}, { slicePages: 1 }],
  remus: [{}, { staging: '64KiB', link: '3MB/s' }, { latency: '20ms' }],
  kemari: [{}, { quiet: '3ms', link: '3MB/s' }],
  vnsnap: [{ limit: '1s' }, { rules: 'qemu-7.2', limit: '1s', rate: '10MB/s', downtime: '1ms' }],
  'checkpoint-cdp': [{ limit: '1s' }, { rules: 'qemu-7.2', limit: '1s', rate: '10MB/s', downtime: '1ms' }],
};

for (const [name, model] of memoryMethods) {
  describe(`memory snapshots by ${name}`, () => {
    const anyOptions = fc.constantFrom(...(tightOptions[name] ?? [{}]));

    it('restore memory as it was at their instant, whatever guest, log, controller and interval', () => {
      fc.assert(
        fc.property(anyGuest, anySettings, anyPlan, anyOptions, (guest, settings, plan, options) => {
          const world = new MemoryWorld(new RandomWorkload(guest), settings);
          world.run(model.make(world.host, options, 'test'), plan);
          expect(world.epochs!.isOver).to.equal(true);
          expect(world.machine.finished).to.be.a('number');
          world.host.images.forEach((image, i) => {
            const reference = world.host.references[i]!;
            expect(differingPages(image.restored(), reference, world.freeAt[i]!), `epoch ${i}`).to.deep.equal([]);
          });
        }),
        { numRuns: 100, seed: 1 },
      );
    });

    it('account for every page that is in the file', () => {
      const guest = { pages: 2000, seed: 3, steps: 2000, writes: 5, reads: 0.2, packets: 0.2 };
      const world = new MemoryWorld(new RandomWorkload(guest));
      world.run(model.make(world.host, {}, 'test'), { first: 0, interval: 100 * millisecond, count: 3, fullFrom: Infinity });
      world.host.images.forEach((image, i) => {
        const record = world.host.records[i]!;
        expect(pagesSaved(record)).to.equal(image.size);
        expect(record.bytes).to.equal(image.size * 4104);
        expect(image.bytes).to.equal(record.bytes);
        expect(record.ended).to.be.at.least(record.instant);
      });
    });

    for (const reductions of [[], pageReductions.names]) {
      const how = reductions.length === 0 ? 'all pages' : 'what reductions leave of them';
      it(`come back by a full load and lazily, with the same content: ${how}`, () => expectBack(reductions));
    }

    function expectBack(reductions: readonly string[]): void {
      const guest = { pages: 1500, seed: 5, steps: 1000, writes: 5, reads: 0.2, packets: 0.2 };
      const world = new MemoryWorld(new RandomWorkload(guest), { reductions });
      const method = model.make(world.host, {}, 'test');
      world.run(method, { first: 0, interval: 60 * millisecond, count: 3, fullFrom: Infinity });
      const last = world.host.images.length - 1;
      const reference = world.host.references[last]!;
      for (const kind of ['full', 'lazy'] as const) {
        const restore = new Restore(world.host.images[last]!, method.restoresFrom ?? world.file, world.host);
        const began = world.kernel.now;
        const touched = Array.from({ length: 200 }, (_, i) => (i * 37) % 1500);
        spawn(world.kernel, kind === 'full' ? restore.loadAll() : restore.loadLazily(touched, 20));
        world.kernel.run();
        expect(differingPages(restore.versions, reference, world.freeAt[last]!), kind).to.deep.equal([]);
        expect(world.kernel.now - began).to.be.greaterThan(millisecond);
        if (kind === 'lazy') expect(restore.demanded).to.be.greaterThan(0);
        expect(restore.scattered > 0).to.equal(reductions.length > 0);
      }
    }
  });
}

describe('pages that one epoch of copy-on-write saves', () => {
  for (const name of ['consnap', 'background-snapshot', 'stop-and-copy']) {
    it(`are each page of memory once with ${name}`, () => {
      const guest = { pages: 2500, seed: 9, steps: 3000, writes: 6, reads: 0.3, packets: 0.3 };
      const world = new MemoryWorld(new RandomWorkload(guest), { tracker: { ...plainTracker, largePages: true } });
      world.run(memoryMethods.get(name, 'test').make(world.host, {}, 'test'), {
        first: 0,
        interval: millisecond,
        count: 1,
        fullFrom: 0,
      });
      const [image] = world.host.images;
      expect(image!.size).to.equal(2500);
      expect(image!.present.count).to.equal(2500);
    });
  }
});
