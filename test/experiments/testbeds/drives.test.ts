import { expect } from 'chai';
import { driveFile } from '../../../experiments/testbeds/drives/drive-file.js';
import { drives } from '../../../experiments/testbeds/drives/index.js';
import { may2073rcNumbers } from '../../../experiments/testbeds/drives/may2073rc.js';
import type { Parameter } from '../../../experiments/testbeds/testbed.js';
import { meanRandomSeek, seekTable } from '../../../models/devices/hdd/seek-curve.js';

describe("the test-beds' drives", () => {
  for (const [name, drive] of drives) {
    it(`${name}: every number has a unit or is a switch, a status, a source, and lies in its range`, () => {
      for (const [key, number] of Object.entries(drive.numbers) as [string, Parameter<number | boolean>][]) {
        expect(number.source, key).to.have.length.above(3);
        expect(number.unit !== '' || typeof number.value === 'boolean', key).to.equal(true);
        if (number.range !== undefined) expect(number.value, key).to.be.within(Number(number.range[0]), Number(number.range[1]));
      }
    });

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

  it('MAY2073RC: has the tracks a surface of its peer', () => {
    expect(drives.get('MAY2073RC', 'test').parameters.cylinders).to.be.closeTo(51_052, 510);
  });

  it('can be made again with a number moved in its range', () => {
    const moved = driveFile('moved', 'x', may2073rcNumbers, { seekAverageReadMs: 3.8, writeCache: true });
    expect(moved.parameters.buffer.writeCache).to.equal(true);
    expect(meanRandomSeek(seekTable(moved.parameters.seek, moved.parameters.cylinders)) / 1e6).to.be.closeTo(3.8, 0.01);
  });
});
