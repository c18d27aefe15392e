import { expect } from 'chai';
import fc from 'fast-check';
import { schedulers } from '../../../../models/devices/schedulers/index.js';
import type { Scheduler } from '../../../../models/devices/schedulers/scheduler.js';
import { HostIo } from '../../../../models/io/host-io.js';

const owner = { ioDone: (): void => undefined };
const at = (sector: number, request = 0): HostIo => {
  const io = new HostIo(owner);
  io.sector = sector;
  io.sectors = 8;
  io.request = request;
  return io;
};
const make = (name: string): Scheduler => schedulers.get(name, 'test').make();
const drain = (scheduler: Scheduler): number[] => {
  const sectors: number[] = [];
  while (scheduler.size > 0) sectors.push(scheduler.take().sector);
  return sectors;
};

describe('I/O schedulers', () => {
  for (const [name] of schedulers) {
    it(`${name}: serves every request once, those of one sector in the order of arrival`, () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 }), fc.integer({ min: 1, max: 7 }), (sectors, every) => {
          const scheduler = make(name);
          const taken: HostIo[] = [];
          sectors.forEach((sector, i) => {
            scheduler.add(at(sector, i));
            if (i % every === 0) taken.push(scheduler.take());
          });
          while (scheduler.size > 0) taken.push(scheduler.take());
          expect(taken.map((io) => io.request).sort((a, b) => a - b)).to.deep.equal(sectors.map((_, i) => i));
          const last = new Map<number, number>();
          for (const io of taken) {
            expect(io.request).to.be.above(last.get(io.sector) ?? -1);
            last.set(io.sector, io.request);
          }
        }),
      );
    });
  }

  const afterFirst = (name: string, first: number, then: readonly number[]): number[] => {
    const scheduler = make(name);
    scheduler.add(at(first));
    scheduler.take();
    then.forEach((sector) => scheduler.add(at(sector)));
    return drain(scheduler);
  };
  const waiting = [900, 100, 520, 300, 480];

  it('fcfs: in the order of arrival', () => expect(afterFirst('fcfs', 500, waiting)).to.deep.equal(waiting));

  it('elevator: up to the last one, then down', () =>
    expect(afterFirst('elevator', 500, waiting)).to.deep.equal([520, 900, 480, 300, 100]));

  it('elevator: goes up again after the lowest one', () => {
    const scheduler = make('elevator');
    [500, 400].forEach((sector) => scheduler.add(at(sector)));
    scheduler.take();
    scheduler.take();
    [300, 450].forEach((sector) => scheduler.add(at(sector)));
    expect(scheduler.take().sector).to.equal(450);
  });

  it('clook: up to the last one, then from the lowest up', () =>
    expect(afterFirst('clook', 500, waiting)).to.deep.equal([520, 900, 100, 300, 480]));

  it('sstf: the nearest one, from the end of the last', () => {
    expect(afterFirst('sstf', 500, [520, 490, 900])).to.deep.equal([520, 490, 900]);
    expect(afterFirst('sstf', 500, [527, 490, 900])).to.deep.equal([490, 527, 900]);
  });

  it('sstf: the higher one of two as near', () => expect(afterFirst('sstf', 500, [506, 510])).to.deep.equal([510, 506]));
});
