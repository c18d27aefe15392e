import { expect } from 'chai';
import { diskFile } from '../../../experiments/testbeds/drives/disk-file.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { drives } from '../../../experiments/testbeds/drives/index.js';
import { may2073rc, may2073rcNumbers } from '../../../experiments/testbeds/drives/may2073rc.js';
import type { Parameter } from '../../../experiments/testbeds/testbed.js';
import { diesOf, stripeBytesOf } from '../../../models/devices/ssd/parameters.js';
import { conditioned, conditionNamed } from '../../../models/devices/ssd/precondition.js';
import { Ssd } from '../../../models/devices/ssd/ssd.js';
import { HostIo } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { InputError } from '../../../sim/errors.js';
import { RandomStream } from '../../../sim/random.js';
import { meanRandomSeek, seekTable } from '../../../models/devices/hdd/seek-curve.js';

describe("the test-beds' drives", () => {
  for (const [name, drive] of drives) {
    it(`${name}: every number has a unit or is a switch, a status, a source, and lies in its range`, () => {
      for (const [key, number] of Object.entries(drive.numbers) as [string, Parameter<number | boolean | string>][]) {
        expect(number.source, key).to.have.length.above(3);
        expect(number.unit !== '' || typeof number.value !== 'number', key).to.equal(true);
        if (number.range !== undefined) expect(number.value, key).to.be.within(Number(number.range[0]), Number(number.range[1]));
      }
    });

    if (drive.kind === 'disk')
      it(`${name}: is the drive that its numbers say`, () => {
        const { parameters, numbers } = drive;
        expect(parameters.capacity).to.equal(numbers.capacitySectors.value);
        const mean = meanRandomSeek(seekTable(parameters.seek, parameters.cylinders));
        expect(mean / 1e6).to.be.closeTo(numbers.seekAverageReadMs.value, 0.01);
        const outerRate = (parameters.zones[0]!.sectorsPerTrack * 512 * parameters.rpm) / 60 / 1e6;
        expect(outerRate).to.be.closeTo(numbers.outerRateMBs.value, 0.1);
        expect(parameters.buffer.writeCache).to.equal(numbers.writeCache.value);
      });
  }

  for (const [name, drive] of drives) {
    if (drive.kind !== 'flash') continue;
    it(`${name}: is the drive that its numbers say, with room to collect garbage in`, () => {
      const { parameters, numbers } = drive;
      expect((parameters.capacity * 512) / 1e9).to.be.closeTo(numbers.capacityGB.value, 0.001);
      expect(conditionNamed(numbers.condition.value, name)).to.equal('filled');
      const map = conditioned(parameters, 'filled', new RandomStream(1, 'flash'));
      const [dies, stripe] = [diesOf(parameters), stripeBytesOf(parameters)];
      expect(dies).to.equal(numbers.channels.value * numbers.diesPerChannel.value);
      const flash = dies * map.blocksPerDie * parameters.pagesPerBlock * stripe;
      expect(flash / (parameters.capacity * 512)).to.be.closeTo(1 + numbers.spare.value, 0.005);
    });
  }

  /** Random reads of 4 KiB a second, of a drive that was written in order. */
  const readsPerSecond = (name: string, depth: number): number => {
    const drive = drives.get(name, 'test');
    if (drive.kind !== 'flash') throw new Error(`${name} is no flash drive`);
    const kernel = new Kernel();
    const random = new RandomStream(1, 'reads');
    const ssd = new Ssd(kernel, drive.parameters, conditioned(drive.parameters, 'filled', random));
    let left = 20_000;
    const submit = (io: HostIo): void => {
      if (left-- <= 0) return;
      ssd.submit(Object.assign(io, { kind: Kind.READ, sector: random.below(drive.parameters.capacity / 8) * 8, sectors: 8 }));
    };
    for (let i = 0; i < depth; i++) submit(new HostIo({ ioDone: submit }));
    kernel.run();
    return 20_000 / (kernel.now / 1e9);
  };

  it('of flash read at random as fast as drives of their class: that of 2009 is held by its controller, that of today by its dies', () => {
    expect(readsPerSecond('SATA-MLC-160GB', 1)).to.be.within(4000, 8000);
    expect(readsPerSecond('SATA-MLC-160GB', 32)).to.be.within(30_000, 40_000);
    expect(readsPerSecond('NVMe-TLC-1TB', 1)).to.be.within(10_000, 20_000);
    expect(readsPerSecond('NVMe-TLC-1TB', 256)).to.be.within(200_000, 600_000);
  });

  it("can be put in the place of a test-bed's, which then serves it as it takes requests", () => {
    const on = withChanges(fvd, { drive: 'ssd', 'drive.readUs': 70 });
    expect(on.drive.name).to.equal('NVMe-TLC-1TB');
    expect(on.drive.parameters).to.include({ readTime: 70_000, programTime: 550_000 });
    expect([on.scheduler.value, on.queueDepth.value, on.writeCache.value]).to.deep.equal(['fcfs', 256, true]);
    expect(on.guest).to.deep.equal(fvd.guest);
    const disk = withChanges(fvd, { drive: 'SATA-500GB-7200' });
    expect([disk.scheduler.value, disk.writeCache.value]).to.deep.equal([fvd.scheduler.value, true]);
    expect(() => withChanges(fvd, { drive: 'sdd' })).to.throw(/the unknown drive "sdd"/);
    expect(() => withChanges(fvd, { drive: 'ssd', 'drive.rpm': 7200 })).to.throw(/no parameter "drive\.rpm"/);
  });

  it('MAY2073RC: has the tracks a surface of its peer', () => {
    expect(may2073rc.parameters.cylinders).to.be.closeTo(51_052, 510);
  });

  it('settle after a write in no less than no time, where the ranges of its seeks overlap', () => {
    const moved = diskFile('moved', 'x', may2073rcNumbers, { seekAverageReadMs: 4.5, seekAverageWriteMs: 4.2 });
    expect(moved.parameters.writeSettle).to.equal(0);
  });

  it('are refused with the parameter at fault where it is of no drive', () => {
    const message = /parameters of a drive: found drive\.heads = 1\.5: .*1\.5 heads, expected numbers of one drive/;
    expect(() => withChanges(fvd, { 'drive.heads': 1.5 })).to.throw(InputError, message);
    expect(() => withChanges(fvd, { 'drive.seekTrackToTrackMs': 50 })).to.throw(InputError, /no rising seek curve/);
    const flash: Readonly<Record<string, readonly [number, RegExp]>> = {
      channels: [1.5, /1\.5 as channels/],
      programUs: [-1, /-1000 ns as programTime/],
      linkMBs: [0, /0 bytes a second as linkRate/],
      freeBlocks: [1, /below 1 free blocks/],
      spare: [0, /spare blocks/],
      bufferMiB: [0, /less than four stripes/],
    };
    for (const [name, [value, pattern]] of Object.entries(flash))
      expect(() => withChanges(fvd, { drive: 'ssd', [`drive.${name}`]: value }), name).to.throw(InputError, pattern);
  });

  it('can be made again with a number moved in its range', () => {
    const moved = diskFile('moved', 'x', may2073rcNumbers, { seekAverageReadMs: 3.8, writeCache: true });
    expect(moved.parameters.buffer.writeCache).to.equal(true);
    expect(meanRandomSeek(seekTable(moved.parameters.seek, moved.parameters.cylinders)) / 1e6).to.be.closeTo(3.8, 0.01);
  });
});
