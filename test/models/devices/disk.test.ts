import { expect } from 'chai';
import fc from 'fast-check';
import { HostIo, Part } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { millisecond } from '../../../sim/units.js';
import { Bench, exampleDrive, noBuffer, readAheadBuffer, writeCacheBuffer } from './example-drive.js';

const revolution = 10 * millisecond;
const withReadAhead = { ...exampleDrive, buffer: readAheadBuffer };
const withWriteCache = { ...exampleDrive, buffer: writeCacheBuffer };
const withBoth = { ...exampleDrive, buffer: { ...readAheadBuffer, writeCache: true, writeCacheSectors: 400, destageSectors: 100 } };
const withLink = { ...withBoth, link: { timePerSector: 12_345.6, readWatermark: 0.5 } };

describe('a disk', () => {
  const command = fc.record({
    kind: fc.constantFrom(Kind.READ, Kind.READ, Kind.WRITE, Kind.WRITE, Kind.FLUSH),
    sector: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: exampleDrive.capacity - 65 })),
    sectors: fc.integer({ min: 1, max: 64 }),
    gap: fc.integer({ min: 0, max: 30_000_000 }),
  });
  const drives = { plain: exampleDrive, 'read-ahead': withReadAhead, 'write cache': withWriteCache, link: withLink };

  for (const [name, drive] of Object.entries(drives)) {
    for (const depth of [1, 4]) {
      it(`${name}, depth ${depth}: parts are whole, not negative, and sum to the latency; busy time is what the commands and the write-out took`, () => {
        fc.assert(
          fc.property(fc.array(command, { minLength: 1, maxLength: 60 }), (commands) => {
            const bench = new Bench(drive, 'elevator', depth);
            let time = 0;
            for (const { kind, sector, sectors, gap } of commands) bench.submitAt((time += gap), kind, sector, sectors);
            bench.kernel.run();
            expect(bench.done.length).to.equal(commands.length);
            let service = 0;
            for (const { io, at } of bench.done) {
              const parts = Array.from(io.spent);
              for (const part of parts) expect(Number.isInteger(part) && part >= 0, parts.join()).to.equal(true);
              expect(parts.reduce((sum, part) => sum + part, 0)).to.equal(at - io.submitted);
              service += at - io.submitted - io.spent[Part.QUEUE]!;
            }
            const busy = bench.disk.busyTime();
            expect(busy).to.be.at.most(bench.kernel.now + commands.length);
            // What waits for write-out counts as queue time of a request, and as work of the drive.
            if (drive.buffer.writeCache) expect(busy).to.be.at.least(service - 1);
            else expect(busy).to.equal(service);
          }),
          { numRuns: 60 },
        );
      });
    }
  }

  it('never completes within submit', () => {
    for (const drive of Object.values(drives)) {
      const bench = new Bench(drive);
      bench.submit(Kind.FLUSH);
      bench.submit(Kind.WRITE, 0, 8);
      bench.submit(Kind.READ, 0, 8);
      expect(bench.done).to.deep.equal([]);
    }
  });

  it('refuses what is not on it, and what it cannot do', () => {
    const bench = new Bench(exampleDrive);
    expect(() => bench.submit(Kind.READ, exampleDrive.capacity - 4, 8)).to.throw(RangeError);
    expect(() => bench.submit(Kind.READ, 0, 0)).to.throw(RangeError);
    expect(() => bench.submit(Kind.PUNCH, 0, 8)).to.throw(RangeError);
  });

  it('counts waiting for other requests as queue time', () => {
    const bench = new Bench(exampleDrive);
    bench.submit(Kind.READ, 1000, 8);
    bench.submit(Kind.READ, 40_000, 8);
    bench.kernel.run();
    const [first, second] = bench.done;
    expect(second!.io.spent[Part.QUEUE]).to.equal(first!.at);
    expect(second!.io.seekCylinders).to.equal(130);
    expect(bench.disk.seekCylinders).to.equal(133);
  });

  it('picks the command that is reached soonest where the drive holds several', () => {
    const order = (depth: number): number[] => {
      const bench = new Bench(exampleDrive, 'fcfs', depth);
      for (const sector of [0, 90, 60]) bench.submit(Kind.READ, sector, 4);
      bench.kernel.run();
      return bench.done.map(({ io }) => io.sector);
    };
    expect(order(1)).to.deep.equal([0, 90, 60]);
    expect(order(2)).to.deep.equal([0, 60, 90]);
  });

  it('passes the oldest command over only so often, however many come that are reached sooner', () => {
    const depth = 8;
    const bench = new Bench(exampleDrive, 'fcfs', depth);
    const order: number[] = [];
    const near = new Set<HostIo>();
    const again = (io: HostIo): void => {
      order.push(io.sector);
      if (!near.has(io) || order.length > 200) return;
      Object.assign(io, { sector: (order.length * 17) % 90 });
      bench.disk.submit(io);
    };
    for (let i = 0; i <= depth; i++) {
      const io = new HostIo({ ioDone: again });
      if (i !== 1) near.add(io);
      Object.assign(io, { kind: Kind.READ, sector: i === 1 ? exampleDrive.capacity - 8 : i * 8, sectors: 1 });
      bench.disk.submit(io);
    }
    bench.kernel.run();
    expect(order.indexOf(exampleDrive.capacity - 8)).to.be.within(depth, 2 * depth + 2);
  });

  describe('without a write cache', () => {
    it('loses a revolution at each of consecutive small writes', () => {
      const bench = new Bench(exampleDrive);
      bench.take(Kind.WRITE, 0, 8);
      expect(bench.take(Kind.WRITE, 8, 8)).to.be.closeTo(revolution + 0.8 * millisecond, 1);
    });

    it('flushes at once, past what waits', () => {
      const bench = new Bench(exampleDrive);
      bench.submit(Kind.WRITE, 5000, 8);
      bench.submit(Kind.FLUSH);
      bench.kernel.run();
      expect(bench.done[0]!.io.kind).to.equal(Kind.FLUSH);
      expect(bench.done[0]!.at).to.equal(0);
    });
  });

  describe('reading ahead', () => {
    it('serves four consecutive reads without losing a revolution', () => {
      const times = (drive: typeof exampleDrive): number[] => {
        const bench = new Bench(drive);
        return [0, 20, 40, 60].map((sector) => bench.take(Kind.READ, sector, 20));
      };
      const [, ...ahead] = times(withReadAhead);
      for (const time of ahead) expect(time).to.be.closeTo(2 * millisecond, 2);
      const [, ...plain] = times(exampleDrive);
      for (const time of plain) expect(time).to.be.above(revolution);
    });

    it('serves from the buffer what has been read meanwhile, for the overhead alone', () => {
      const bench = new Bench(withReadAhead);
      bench.take(Kind.READ, 0, 20);
      bench.idle(5 * millisecond);
      expect(bench.take(Kind.READ, 20, 20)).to.equal(0.05 * millisecond);
      expect(bench.done[1]!.io.seekCylinders).to.equal(0);
    });

    it('stops at the end of the track or the cylinder where it is told to', () => {
      const overhead = 0.05 * millisecond;
      const readAheadWithin = (within: 'track' | 'cylinder' | 'drive', sector: number): number => {
        const bench = new Bench({ ...exampleDrive, buffer: { ...readAheadBuffer, readAheadSectors: 290, readAheadWithin: within } });
        bench.take(Kind.READ, 40, 20);
        bench.idle(100 * millisecond);
        return bench.take(Kind.READ, sector, 10);
      };
      expect(readAheadWithin('track', 90)).to.equal(overhead);
      expect(readAheadWithin('track', 100)).to.be.above(overhead);
      expect(readAheadWithin('cylinder', 290)).to.equal(overhead);
      expect(readAheadWithin('cylinder', 300)).to.be.above(overhead);
      expect(readAheadWithin('drive', 300)).to.equal(overhead);
    });

    it('stops at its limit, and goes on from there', () => {
      const bench = new Bench(withReadAhead);
      bench.take(Kind.READ, 0, 20);
      bench.idle(1000 * millisecond);
      expect(bench.take(Kind.READ, 300, 20)).to.equal(0.05 * millisecond);
      bench.idle(1000 * millisecond);
      expect(bench.take(Kind.READ, 1000, 20)).to.be.above(1 * millisecond);
    });

    it('reads on from its limit only when asked to: what lies behind it takes media time', () => {
      const bench = new Bench(withReadAhead);
      bench.take(Kind.READ, 0, 20);
      bench.idle(1000 * millisecond);
      expect(bench.take(Kind.READ, 310, 20)).to.be.above(1 * millisecond);
    });

    it('keeps the segment when the arm goes elsewhere, until it is written over', () => {
      const bench = new Bench(withReadAhead);
      bench.take(Kind.READ, 0, 20);
      bench.idle(50 * millisecond);
      bench.take(Kind.WRITE, 30_000, 8);
      expect(bench.take(Kind.READ, 100, 20)).to.equal(0.06 * millisecond);
      bench.take(Kind.WRITE, 110, 8);
      expect(bench.take(Kind.READ, 100, 20)).to.be.above(1 * millisecond);
    });

    it('gives up the segment that was used longest ago', () => {
      const bench = new Bench(withReadAhead);
      for (const sector of [0, 10_000, 20_000]) bench.take(Kind.READ, sector, 20);
      expect(bench.take(Kind.READ, 10_000, 20)).to.be.below(0.1 * millisecond);
      expect(bench.take(Kind.READ, 0, 20)).to.be.above(1 * millisecond);
    });
  });

  describe('with a write cache', () => {
    it('answers a write from the buffer and writes it out afterwards', () => {
      const bench = new Bench(withWriteCache);
      expect(bench.take(Kind.WRITE, 20_000, 40)).to.equal(0.07 * millisecond);
      expect(bench.disk.drive.dirtySectors(bench.kernel.now)).to.equal(40);
      bench.idle(100 * millisecond);
      expect(bench.disk.drive.dirtySectors(bench.kernel.now)).to.equal(0);
      expect(bench.disk.busyTime()).to.be.above(4 * millisecond);
    });

    it('lets a flush wait until all is on the media', () => {
      const bench = new Bench(withWriteCache);
      for (const sector of [50_000, 100, 30_000]) bench.take(Kind.WRITE, sector, 40);
      expect(bench.take(Kind.FLUSH)).to.be.above(12 * millisecond);
      expect(bench.disk.drive.dirtySectors(bench.kernel.now)).to.equal(0);
      expect(bench.take(Kind.FLUSH)).to.equal(0);
    });

    it('counts write-out during a flush as work once', () => {
      const bench = new Bench(withWriteCache);
      for (const sector of [50_000, 100, 30_000]) bench.take(Kind.WRITE, sector, 40);
      bench.take(Kind.FLUSH);
      expect(bench.disk.busyTime()).to.equal(bench.kernel.now);
    });

    it('writes out what it holds before a write that is too large for it goes to the media', () => {
      const bench = new Bench(withWriteCache);
      bench.take(Kind.WRITE, 20_000, 40);
      const { drive } = bench.disk;
      const start = bench.kernel.now;
      expect(bench.take(Kind.WRITE, 0, 500)).to.be.above(5 * revolution);
      expect(drive.dirtySectors(start)).to.equal(0);
      // Nothing is left to do afterwards.
      const busy = bench.disk.busyTime();
      bench.idle(100 * millisecond);
      expect(bench.disk.busyTime()).to.equal(busy);
    });

    it('waits for room when the buffer is full', () => {
      const bench = new Bench(withWriteCache);
      const times = Array.from({ length: 20 }, (_, i) => bench.take(Kind.WRITE, (i * 7919) % 50_000, 50));
      expect(times[0]).to.be.below(0.1 * millisecond);
      expect(times[19]).to.be.above(3 * millisecond);
      expect(bench.done[19]!.io.spent[Part.QUEUE]).to.be.above(2 * millisecond);
    });

    it('holds no more than it has room for, whatever is written anew meanwhile, but for the piece that is on its way out', () => {
      const buffer = { ...writeCacheBuffer, destageSectors: 50 };
      const write = fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 400 }));
      fc.assert(
        fc.property(fc.array(write, { minLength: 4, maxLength: 20 }), (writes) => {
          const bench = new Bench({ ...exampleDrive, buffer });
          for (const [sector, sectors] of writes) {
            bench.take(Kind.WRITE, sector, sectors);
            expect(bench.disk.drive.dirtySectors(bench.kernel.now)).to.be.at.most(buffer.writeCacheSectors + buffer.destageSectors);
          }
        }),
      );
    });

    it('is busy for no longer than the time that has passed, with commands and times in fractions of a nanosecond', () => {
      const overheads = { ...exampleDrive.overheads, writeHitAfterWrite: 70_000.6 };
      const bench = new Bench({ ...exampleDrive, overheads, buffer: writeCacheBuffer });
      for (let i = 0; i < 200; i++) bench.take(Kind.WRITE, (i * 7919) % 50_000, 50);
      expect(bench.disk.busyTime()).to.be.at.most(bench.kernel.now);
      bench.disk.checkConservation();
    });

    it('writes a stream of consecutive small writes at the rate of the media', () => {
      const bench = new Bench(withWriteCache);
      const sectors = 8 * 2000;
      for (let sector = 0; sector < sectors; sector += 8) bench.take(Kind.WRITE, sector, 8);
      bench.take(Kind.FLUSH);
      // 160 tracks of a revolution each, a fifth of one at most for each switch between tracks.
      expect(bench.kernel.now).to.be.below((sectors / 100) * 1.2 * revolution);
    });

    it('writes a sector that is overwritten in the buffer once', () => {
      const bench = new Bench(withWriteCache);
      bench.submit(Kind.WRITE, 59_000, 8);
      for (let i = 0; i < 20; i++) bench.submit(Kind.WRITE, 100, 8);
      bench.submit(Kind.FLUSH);
      bench.kernel.run();
      expect(bench.take(Kind.FLUSH)).to.be.below(5 * revolution);
    });

    it('reads back what it holds', () => {
      const bench = new Bench(withBoth);
      bench.submit(Kind.WRITE, 40_000, 40);
      bench.submit(Kind.WRITE, 100, 40);
      bench.submit(Kind.READ, 110, 20);
      bench.kernel.run();
      expect(bench.done[2]!.at - bench.done[1]!.at).to.equal(0.06 * millisecond);
    });
  });

  describe('that keeps written data in its segments', () => {
    const keeping = { ...exampleDrive, buffer: { ...readAheadBuffer, writesTakeSegments: true } };

    it('reads it back for the overhead alone, a run of writes from one segment', () => {
      const bench = new Bench(keeping);
      bench.take(Kind.READ, 20_000, 20);
      for (const sector of [100, 108, 116]) bench.take(Kind.WRITE, sector, 8);
      expect(bench.take(Kind.READ, 100, 24)).to.equal(0.06 * millisecond);
      expect(bench.take(Kind.READ, 20_000, 20)).to.equal(0.05 * millisecond);
    });

    it('gives up reads for it', () => {
      const bench = new Bench(keeping);
      bench.take(Kind.READ, 20_000, 20);
      for (const sector of [100, 30_000]) bench.take(Kind.WRITE, sector, 8);
      expect(bench.take(Kind.READ, 20_000, 20)).to.be.above(1 * millisecond);
    });

    it('holds nothing between the data of a write and where it had read ahead', () => {
      const bench = new Bench({
        ...keeping,
        buffer: { ...keeping.buffer, segments: 1, writeCache: true, writeCacheSectors: 400, destageSectors: 100 },
      });
      bench.take(Kind.READ, 20_000, 20);
      bench.take(Kind.WRITE, 100, 8);
      bench.take(Kind.FLUSH);
      expect(bench.take(Kind.READ, 100, 8)).to.be.below(0.1 * millisecond);
      expect(bench.take(Kind.READ, 19_900, 8)).to.be.above(0.5 * millisecond);
    });
  });

  it('has the buffer off by its parameters alone', () => {
    expect(new Bench({ ...withWriteCache, buffer: noBuffer }).take(Kind.WRITE, 0, 8)).to.be.above(0.8 * millisecond);
  });
});
