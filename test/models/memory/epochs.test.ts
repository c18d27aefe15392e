import { expect } from 'chai';
import { memoryMethods } from '../../../models/memory/index.js';
import type { EpochPlan } from '../../../models/memory/epochs.js';
import { millisecond, second } from '../../../sim/units.js';
import { MemoryWorld, RandomWorkload, type WorldSettings } from '../../conformance/memory-world.js';

const guest = { pages: 4000, seed: 8, steps: 20_000, writes: 2, reads: 0.05, packets: 0.05 };
const plan: EpochPlan = { first: 0, interval: 300 * millisecond, count: 6, fullFrom: Infinity };

function run(method: string, settings: WorldSettings = {}, changed: Partial<EpochPlan> = {}, options = {}): MemoryWorld {
  const world = new MemoryWorld(new RandomWorkload(guest), settings);
  return world.run(memoryMethods.get(method, 'test').make(world.host, options, 'test'), { ...plan, ...changed });
}

describe('snapshots in a row', () => {
  it('are full first and then as large as what the guest wrote', () => {
    const { images } = run('consnap').host;
    expect(images.map(({ kind }) => kind)).to.deep.equal(['full', ...Array<string>(5).fill('incremental')]);
    expect(images[0]!.size).to.equal(4000);
    for (const image of images.slice(1)) expect(image.size).to.be.within(1, 3500);
  });

  it('are all full where increments could not keep up', () => {
    const { images } = run('consnap', {}, { fullFrom: 0 }).host;
    expect(images.every(({ size, father }) => size === 4000 && father === null)).to.equal(true);
  });

  it('are full again where the guest wrote most of its memory', () => {
    const kinds = (fullFrom: number): string[] =>
      run('consnap', {}, { fullFrom, interval: 600 * millisecond }).host.images.map(({ kind }) => kind);
    const written = run('consnap', {}, { interval: 600 * millisecond }).host.images[2]!.size / 4000;
    expect(kinds(written * 0.5).slice(1)).to.include('full');
    expect(kinds(1).slice(1)).to.not.include('full');
  });

  it('begin at the interval, and late where the one before is not over', () => {
    const onTime = run('consnap');
    expect(onTime.epochs!.overruns).to.equal(0);
    expect(onTime.host.records.map(({ begun }) => begun)).to.deep.equal([0, 1, 2, 3, 4, 5].map((i) => i * 300 * millisecond));
    const late = run('consnap', { diskRate: 20e6 }, { interval: 20 * millisecond });
    expect(late.epochs!.overruns).to.be.greaterThan(0);
    expect(late.epochs!.late).to.be.greaterThan(0);
    const { records } = late.host;
    for (let i = 1; i < records.length; i++) expect(records[i]!.begun).to.be.at.least(records[i - 1]!.ended);
  });

  it('stop the guest for long by stop-and-copy, and by ConSnap for a moment that does not depend on the pages', () => {
    const stopped = run('stop-and-copy').host.records;
    const conSnap = run('consnap').host.records;
    // The thread copies nothing while the guest stands still; only requests of the disk are waited for.
    for (const { downtime } of conSnap) expect(downtime).to.be.within(2 * millisecond, 4 * millisecond);
    expect(stopped[0]!.downtime).to.be.greaterThan(10 * millisecond);
    for (const { begun, ended, downtime } of stopped) expect(downtime).to.equal(ended - begun);
  });

  it('save more with neighbours, and with fewer faults', () => {
    const alone = run('consnap', {}, {}, { neighbours: 1 });
    const together = run('consnap', {}, {}, { neighbours: 16 });
    const sum = (world: MemoryWorld, what: 'pagesByFault' | 'pagesByNeighbour' | 'bytes'): number =>
      world.host.records.reduce((total, record) => total + record[what], 0);
    expect(sum(alone, 'pagesByNeighbour')).to.equal(0);
    expect(sum(together, 'pagesByNeighbour')).to.be.greaterThan(0);
    expect(sum(together, 'pagesByFault')).to.be.below(sum(alone, 'pagesByFault'));
    expect(sum(together, 'bytes')).to.be.greaterThan(sum(alone, 'bytes'));
  });
});

describe('pre-copy', () => {
  it('does not converge where the guest writes faster than pages are saved, and stops it or gives up', () => {
    const busy = { pages: 4000, seed: 8, steps: 20_000, writes: 8, reads: 0, packets: 0 };
    const of = (options: Readonly<Record<string, unknown>>): MemoryWorld => {
      const world = new MemoryWorld(new RandomWorkload(busy));
      const method = memoryMethods.get('pre-copy', 'test').make(world.host, { rate: '4MB/s', downtime: '100us', ...options }, 'test');
      return world.run(method, { ...plan, count: 1 }, 60 * second);
    };
    const stopped = of({ limit: '2s' }).host.records[0]!;
    expect(stopped.converged).to.equal(false);
    expect(stopped.downtime).to.be.greaterThan(millisecond);
    const given = of({ limit: '2s', atLimit: 'give-up' }).host;
    expect([given.records[0]!.converged, given.records[0]!.gaveUp, given.records[0]!.downtime]).to.deep.equal([false, true, 0]);
    expect(given.images, 'nothing that could be restored').to.have.length(0);
  });

  it('saves more than the memory, the more the faster the guest writes', () => {
    const bytes = (writes: number): number => {
      const world = new MemoryWorld(new RandomWorkload({ ...guest, writes, reads: 0, packets: 0 }));
      const method = memoryMethods.get('pre-copy', 'test').make(world.host, { rate: '10MB/s', downtime: '1ms', limit: '20s' }, 'test');
      return world.run(method, { ...plan, count: 1 }, 60 * second).host.records[0]!.bytes;
    };
    const [idle, slow, fast] = [bytes(0), bytes(1), bytes(3)] as const;
    expect(idle).to.be.within(4000 * 4104, 4200 * 4104);
    expect(slow).to.be.greaterThan(idle);
    expect(fast).to.be.greaterThan(slow);
  });
});
