import { expect } from 'chai';
import fc from 'fast-check';
import { memoryMethods } from '../../../models/memory/index.js';
import { MemoryImage } from '../../../models/memory/memory-image.js';
import { reclaimPolicies } from '../../../models/memory/reclaim/index.js';
import { Reclaimer } from '../../../models/memory/reclaim/reclaimer.js';
import { spawn } from '../../../sim/process.js';
import { millisecond } from '../../../sim/units.js';
import { MemoryWorld, RandomWorkload } from '../../conformance/memory-world.js';

const guest = { pages: 1200, seed: 4, steps: 6000, writes: 3, reads: 0.1, packets: 0.1 };

interface Reclaimed {
  readonly world: MemoryWorld;
  readonly reclaimer: Reclaimer;
}

function reclaimed(policy: string, options: Readonly<Record<string, unknown>>, every: number): Reclaimed {
  const world = new MemoryWorld(new RandomWorkload(guest));
  const reclaimer = new Reclaimer(world.host, world.file, reclaimPolicies.get(policy, 'test').make(options, 'test'));
  spawn(world.kernel, reclaimer.run(every * millisecond));
  const method = memoryMethods.get('consnap', 'test').make(world.host, {}, 'test');
  world.run(method, { first: 0, interval: 40 * millisecond, count: 25, fullFrom: Infinity }, 1200 * millisecond);
  reclaimer.stop();
  world.kernel.run();
  spawn(world.kernel, reclaimer.reclaim());
  world.kernel.run();
  return { world, reclaimer };
}

function expectRestorable({ world, reclaimer }: Reclaimed): void {
  for (const image of reclaimer.kept) {
    const number = world.host.images.indexOf(image);
    expect([...image.restored()], `snapshot ${number}`).to.deep.equal([...world.host.references[number]!]);
  }
}

describe('reclamation of snapshots', () => {
  for (const [name] of reclaimPolicies) {
    it(`leaves what every kept snapshot restores as it was: ${name}`, () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 10, max: 400 }),
          fc.integer({ min: 1, max: 6 }),
          fc.integer({ min: 1, max: 6 }),
          (age, middle, old) => {
            const options: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
              'keep-all': {},
              'accessibility-window': { window: `${age}ms` },
              'multi-granularity': { fine: `${age}ms`, middle: `${2 * age}ms`, middleEvery: middle, oldEvery: old },
            };
            const result = reclaimed(name, options[name]!, 50);
            expect(result.world.host.images).to.have.length(25);
            expect(result.reclaimer.kept.length + result.reclaimer.dropped).to.equal(25);
            expectRestorable(result);
          },
        ),
        { numRuns: 10, seed: 2 },
      );
    });
  }

  it('keeps no snapshot beyond an accessibility window, and some by granularities', () => {
    const older = ({ world, reclaimer }: Reclaimed): number =>
      reclaimer.kept.slice(0, -1).filter(({ instant }) => world.kernel.now - instant > 300 * millisecond).length;
    expect(older(reclaimed('accessibility-window', { window: '300ms' }, 50))).to.equal(0);
    expect(older(reclaimed('multi-granularity', { fine: '300ms', middle: '600ms' }, 50))).to.be.greaterThan(0);
  });

  it('takes less room, and reads and writes for it', () => {
    const all = reclaimed('keep-all', {}, 50).reclaimer;
    const few = reclaimed('accessibility-window', { window: '100ms' }, 50);
    expect(few.reclaimer.space).to.be.below(all.space);
    expect(few.reclaimer.pagesMoved).to.be.greaterThan(0);
    expect(few.world.file.written).to.equal(
      few.world.host.records.reduce((sum, { bytes }) => sum + bytes, 0) + few.reclaimer.pagesMoved * 4104,
    );
  });

  it('moves a page just where the child has none and the target has one, as in Figure 4', () => {
    const a = new MemoryImage(8, 'full', null);
    for (let page = 0; page < 8; page++) a.put(page, 10 + page);
    const b = new MemoryImage(8, 'incremental', a);
    for (const page of [1, 2, 3]) b.put(page, 20 + page);
    const c = new MemoryImage(8, 'incremental', b);
    for (const page of [3, 4]) c.put(page, 30 + page);
    expect(c.absorbFather(), 'of b: pages 1 and 2').to.equal(2);
    expect(c.absorbFather(), 'of a: pages 0, 5, 6, 7').to.equal(4);
    expect(c.father).to.equal(null);
    expect([...c.restored()]).to.deep.equal([10, 21, 22, 33, 34, 15, 16, 17]);
    expect(() => c.absorbFather()).to.throw('builds on nothing');
  });
});
