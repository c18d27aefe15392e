import { expect } from 'chai';
import { pagesSaved } from '../../../models/memory/epoch-record.js';
import { memoryMethods } from '../../../models/memory/index.js';
import { WRONG_VERSION } from '../../../models/memory/memory-image.js';
import { differingPages, Restore } from '../../../models/memory/restore.js';
import { spawn } from '../../../sim/process.js';
import { millisecond } from '../../../sim/units.js';
import { DiskUse, type GuestStep, type MemoryWorkload } from '../../../traces/memory/guest-step.js';
import { PageRuns } from '../../../traces/memory/page-runs.js';
import { MemoryWorld, RandomWorkload } from '../../conformance/memory-world.js';

const pages = 2000;
const guest = { pages, seed: 6, steps: 2000, writes: 3, reads: 0.3, packets: 0.1 };
const plan = { first: 100 * millisecond, interval: 100 * millisecond, count: 3, fullFrom: Infinity };

function run(method: string, reductions: readonly string[], workload: MemoryWorkload = new RandomWorkload(guest)): MemoryWorld {
  const world = new MemoryWorld(workload, { reductions });
  return world.run(memoryMethods.get(method, 'test').make(world.host, {}, 'test'), plan);
}

/** Reads block after block of its disk into page after page; then writes to block 0 if it is told to. */
class Reader implements MemoryWorkload {
  readonly pages = 64;
  readonly resident = new PageRuns();
  private done = 0;

  constructor(private readonly overwrites: boolean) {
    this.resident.add(0, 64);
  }

  next(step: GuestStep): boolean {
    this.done += 1;
    if (this.done > 200) return false;
    step.processorTime = millisecond;
    if (this.done > 1 && !(this.overwrites && this.done === 50)) return true;
    step.disk = this.done === 1 ? DiskUse.READ : DiskUse.WRITE;
    step.bytes = 32 * 4096;
    step.waits = true;
    if (this.done === 1) step.filled.add(8, 32);
    return true;
  }

  close(): void {}
}

/** Reads 32 blocks of its disk into pages from 8 on, and writes block 5 while they are on their way. */
class Overtaker implements MemoryWorkload {
  readonly pages = 64;
  readonly resident = new PageRuns();
  private done = 0;

  constructor() {
    this.resident.add(0, 64);
  }

  next(step: GuestStep): boolean {
    this.done += 1;
    if (this.done > 200) return false;
    if (this.done > 2) {
      step.processorTime = millisecond;
      return true;
    }
    step.disk = this.done === 1 ? DiskUse.READ : DiskUse.WRITE;
    step.offset = this.done === 1 ? 0 : 5 * 4096;
    step.bytes = this.done === 1 ? 32 * 4096 : 4096;
    if (this.done === 1) step.filled.add(8, 32);
    return true;
  }

  close(): void {}
}

describe('less of a memory to save', () => {
  for (const method of memoryMethods.names) {
    it(`by each way alone and by all, with ${method}`, () => {
      const bytes = (...reductions: string[]): number => run(method, ['free-pages', ...reductions]).host.records[0]!.bytes;
      const whole = run(method, []).host.records[0]!.bytes;
      const free = bytes();
      expect(free).to.be.below(whole);
      const [unused, duplicates, compressed] = [bytes('unused-memory'), bytes('disk-duplicates'), bytes('compression')];
      for (const less of [unused, duplicates, compressed]) expect(less).to.be.below(free);
      expect(bytes('unused-memory', 'disk-duplicates', 'compression')).to.be.below(Math.min(unused, duplicates, compressed));
    });
  }

  it('compresses the same page to the same size whatever else is saved, and takes time for it', () => {
    const sizes = (method: string) => {
      const { image } = run(method, ['compression']).host;
      return new Map(Array.from({ length: image.size }, (_, i) => [`${image.page[i]}:${image.version[i]}`, image.sizeOf(i)]));
    };
    const [stopped, cow] = [sizes('stop-and-copy'), sizes('consnap')];
    let shared = 0;
    for (const [page, size] of stopped) {
      if (!cow.has(page)) continue;
      shared += 1;
      expect(cow.get(page)).to.equal(size);
    }
    expect(shared).to.be.greaterThan(20);
    expect(new Set(stopped.values()).size).to.be.greaterThan(20);
    const begun = (reductions: string[]) => run('remus', reductions).host.records[0]!;
    expect(begun(['compression']).ended - begun(['compression']).begun).to.not.equal(begun([]).ended - begun([]).begun);
  });

  it('finds pages that were read from the disk, and reads them there to bring them back, those of one run together', () => {
    const world = run('stop-and-copy', ['disk-duplicates'], new Reader(false));
    const image = world.host.images[0]!;
    expect(Array.from({ length: image.size }, (_, i) => image.blockOf(i)).filter((block) => block >= 0)).to.deep.equal(
      Array.from({ length: 32 }, (_, i) => i),
    );
    const restore = new Restore(image, world.file, world.host);
    spawn(world.kernel, restore.loadAll());
    world.kernel.run();
    expect(restore.scattered).to.equal(1);
    expect(restore.bytesRead).to.equal(image.bytes + 32 * 4096);
  });

  it('does not refer to what was overwritten; a reference to it would be seen', () => {
    const references = (overwrites: boolean) => {
      const [image] = run('stop-and-copy', ['disk-duplicates'], new Reader(overwrites)).host.images;
      expect(image!.restored().includes(WRONG_VERSION)).to.equal(false);
      image!.blockMarks!.fill(99);
      return image!.restored().filter((version) => version === WRONG_VERSION).length;
    };
    expect(references(false)).to.equal(32);
    expect(references(true)).to.equal(0);
  });

  it('does not refer to a block that was written while it was read: the page may hold either', () => {
    const [image] = run('stop-and-copy', ['disk-duplicates'], new Overtaker()).host.images;
    const blocks = Array.from({ length: image!.size }, (_, i) => image!.blockOf(i)).filter((block) => block >= 0);
    expect(blocks).to.deep.equal(Array.from({ length: 32 }, (_, i) => i).filter((block) => block !== 5));
  });

  it('counts what is in the file, not what is left out', () => {
    for (const method of memoryMethods.names) {
      const { host, freeAt } = run(method, ['free-pages', 'unused-memory']);
      host.images.forEach((image, i) => {
        expect(pagesSaved(host.records[i]!), method).to.equal(image.size);
        expect(differingPages(image.restored(), host.references[i]!, freeAt[i]!)).to.deep.equal([]);
      });
      expect(host.records[0]!.pagesLeftOut).to.be.greaterThan(pages / 8);
    }
  });
});
