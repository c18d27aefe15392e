import { expect } from 'chai';
import { pagesSaved } from '../../../models/memory/epoch-record.js';
import { memoryMethods } from '../../../models/memory/index.js';
import { differingPages } from '../../../models/memory/restore.js';
import { millisecond } from '../../../sim/units.js';
import { MemoryWorld, RandomWorkload } from '../../conformance/memory-world.js';
import { PageBits } from '../../../models/guests/memory/page-bits.js';

const pages = 3000;
const guest = { pages, seed: 5, steps: 3000, writes: 8, reads: 0.4, packets: 0.3 };

/** Snapshots in a row of a guest that has the upper half of its memory free until it writes there. */
function saved(skipFree: boolean): { world: MemoryWorld; free: PageBits } {
  const world = new MemoryWorld(new RandomWorkload(guest));
  const free = new PageBits(pages);
  for (let page = pages / 2; page < pages; page++) {
    world.host.memory.free.add(page);
    free.add(page);
  }
  const method = memoryMethods.get('stop-and-copy', 'test').make(world.host, { skipFree }, 'test');
  world.run(method, { first: 0, interval: 50 * millisecond, count: 5, fullFrom: Infinity });
  return { world, free };
}

describe('stop-and-copy that leaves out free pages', () => {
  it('saves less, and restores all pages that were not free at the instant', () => {
    const { world, free } = saved(true);
    const { host } = world;
    expect(pagesSaved(host.records[0]!)).to.be.within(pages / 2, (pages * 3) / 4);
    expect(pagesSaved(host.records[0]!)).to.be.below(pagesSaved(saved(false).world.host.records[0]!));
    host.images.forEach((image, i) => {
      expect(differingPages(image.restored(), host.references[i]!, i === 0 ? free : host.memory.free), `snapshot ${i}`).to.deep.equal([]);
    });
  });
});
