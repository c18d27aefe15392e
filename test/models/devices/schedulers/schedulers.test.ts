import { expect } from 'chai';
import fc from 'fast-check';
import { schedulers } from '../../../../models/devices/schedulers/index.js';
import type { Scheduler } from '../../../../models/devices/schedulers/scheduler.js';
import { HostIo } from '../../../../models/io/host-io.js';
import { Kind } from '../../../../models/io/plan.js';

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
  while (scheduler.size > 0) sectors.push(scheduler.take(0).sector);
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
            if (i % every === 0) taken.push(scheduler.take(0));
          });
          while (scheduler.size > 0) taken.push(scheduler.take(0));
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
    scheduler.take(0);
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
    scheduler.take(0);
    scheduler.take(0);
    [300, 450].forEach((sector) => scheduler.add(at(sector)));
    expect(scheduler.take(0).sector).to.equal(450);
  });

  it('clook: up to the last one, then from the lowest up', () =>
    expect(afterFirst('clook', 500, waiting)).to.deep.equal([520, 900, 100, 300, 480]));

  it('sstf: the nearest one, from the end of the last', () => {
    expect(afterFirst('sstf', 500, [520, 490, 900])).to.deep.equal([520, 490, 900]);
    expect(afterFirst('sstf', 500, [527, 490, 900])).to.deep.equal([490, 527, 900]);
  });

  it('sstf: the higher one of two as near', () => expect(afterFirst('sstf', 500, [506, 510])).to.deep.equal([510, 506]));

  describe('deadline', () => {
    const write = (sector: number): HostIo => Object.assign(at(sector), { kind: Kind.WRITE });
    it('goes upwards from the last one, then from the oldest', () =>
      expect(afterFirst('deadline', 500, waiting)).to.deep.equal([520, 900, 100, 300, 480]));

    it('serves reads before writes, but only two batches in turn', () => {
      const scheduler = make('deadline');
      scheduler.add(at(950));
      scheduler.take(0);
      [write(10), at(900), at(800), at(700)].forEach((io) => scheduler.add(io));
      expect(drain(scheduler)).to.deep.equal([900, 800, 10, 700]);
    });

    it('begins no batch ahead while the oldest is past its time, and ends one after 16', () => {
      const scheduler = make('deadline');
      scheduler.add(write(1000));
      scheduler.take(0);
      scheduler.add(write(1));
      for (let i = 0; i < 40; i++) scheduler.add(write(2000 + i));
      const order = Array.from({ length: 20 }, () => scheduler.take(6e9).sector);
      expect(order.indexOf(1)).to.equal(15);
      expect(order[16]).to.equal(2015);
    });
  });
});
