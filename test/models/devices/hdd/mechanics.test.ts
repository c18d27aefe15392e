import { expect } from 'chai';
import fc from 'fast-check';
import { Mechanics } from '../../../../models/devices/hdd/mechanics.js';
import { millisecond } from '../../../../sim/units.js';
import { exampleDrive } from '../example-drive.js';

const revolution = 10 * millisecond;
const sector = 0.1 * millisecond;

describe('arm and spindle', () => {
  it('waits until the sector comes round, by absolute time', () => {
    const mechanics = new Mechanics(exampleDrive);
    expect(mechanics.access(0, 30, 1, false)).to.be.closeTo(31 * sector, 1e-3);
    expect(mechanics.access(7 * revolution, 30, 1, false)).to.be.closeTo(7 * revolution + 31 * sector, 1e-3);
  });

  it('loses a revolution where the same sector is written again', () => {
    const mechanics = new Mechanics(exampleDrive);
    const first = mechanics.access(0, 10, 8, true);
    const second = mechanics.access(first, 10, 8, true);
    expect(second - first).to.be.closeTo(revolution, 1e-3);
    expect(mechanics.rotationTime).to.be.closeTo(revolution - 8 * sector, 1e-3);
  });

  it('loses none where the next sector follows at once', () => {
    const mechanics = new Mechanics(exampleDrive);
    const first = mechanics.access(0, 10, 8, false);
    expect(mechanics.access(first, 18, 8, false) - first).to.be.closeTo(8 * sector, 1e-3);
  });

  it('takes the longer of seek and head switch, and settles before a write', () => {
    const mechanics = new Mechanics(exampleDrive);
    mechanics.access(0, 100, 1, false);
    expect(mechanics.seekTime).to.equal(0.8 * millisecond);
    // Cylinder 1, head 0: a seek of one cylinder and a head switch at once.
    mechanics.access(0, 300, 1, false);
    expect(mechanics.seekTime).to.equal(1 * millisecond);
    expect(mechanics.seekCylinders).to.equal(1);
    mechanics.access(0, 0, 1, true);
    expect(mechanics.seekTime).to.be.closeTo(1.3 * millisecond, 1e-3);
    mechanics.access(0, 5, 1, true);
    expect(mechanics.seekTime).to.equal(0);
  });

  it('switches heads and zones within a request', () => {
    const mechanics = new Mechanics(exampleDrive);
    const lastOfZone = 200 * 300 - 1;
    mechanics.access(0, lastOfZone, 1, false);
    const end = mechanics.access(0, lastOfZone, 2, false);
    // Two cylinders further, for one holds no data: 1 ms + 0.02 ms of the curve.
    expect(mechanics.seekTime).to.be.closeTo(1.02 * millisecond, 1e-3);
    expect(mechanics.transferTime).to.be.closeTo(sector + revolution / 50, 1e-3);
    expect(mechanics.cylinder).to.equal(201);
    expect(end).to.be.closeTo(mechanics.seekTime + mechanics.rotationTime + mechanics.transferTime, 1e-3);
  });

  it('reaches a place as soon as it says, wherever it is, and waits less than a revolution', () => {
    const block = fc.integer({ min: 0, max: exampleDrive.capacity - 1 });
    fc.assert(
      fc.property(block, block, fc.integer({ min: 0, max: 1e9 }), fc.boolean(), (from, to, time, isWrite) => {
        const mechanics = new Mechanics(exampleDrive);
        mechanics.access(0, from, 1, false);
        const positioning = mechanics.positioningTime(time, to, isWrite);
        mechanics.access(time, to, 1, isWrite);
        expect(mechanics.seekTime + mechanics.rotationTime).to.be.closeTo(positioning, 1e-3);
        expect(mechanics.rotationTime).to.be.within(0, revolution);
      }),
    );
  });
});
