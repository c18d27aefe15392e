import { expect } from 'chai';
import { AllocationTable } from '../../../models/formats/allocation-table.js';

describe('allocation table', () => {
  const unit = 4096;

  it('gives places in order of allocation, behind what comes first in the file', () => {
    const table = new AllocationTable(unit, 10 * unit, 512);
    table.append(7);
    table.append(2);
    expect(table.placeOf(7 * unit + 100)).to.equal(512 + 100);
    expect(table.placeOf(2 * unit)).to.equal(512 + unit);
    expect(table.placeOf(0)).to.equal(-1);
    expect(table.end).to.equal(512 + 2 * unit);
  });

  it('leaves room between places where each has a header', () => {
    const table = new AllocationTable(unit, 10 * unit, 512, unit + 512);
    table.append(0);
    table.append(1);
    expect(table.placeOf(unit)).to.equal(512 + unit + 512);
    expect(table.run(0, 2 * unit)).to.equal(unit);
  });

  it('runs on over units that follow one another in the file, or have no place', () => {
    const table = new AllocationTable(unit, 10 * unit, 0);
    for (const u of [3, 4, 6]) table.append(u);
    expect(table.run(3 * unit + 512, 8 * unit)).to.equal(2 * unit - 512);
    expect(table.run(7 * unit, 2 * unit + 5)).to.equal(2 * unit + 5);
    expect(table.run(0, 10 * unit)).to.equal(3 * unit);
    expect(table.unitRun(3 * unit + 512, 8 * unit)).to.equal(unit - 512);
  });

  it('knows whether a range has all its places, to the last byte', () => {
    const table = new AllocationTable(unit, 10 * unit, 0);
    table.append(1);
    expect(table.hasAll(unit, unit)).to.equal(true);
    expect(table.hasAll(unit, unit + 1)).to.equal(false);
    expect(table.hasAll(unit - 1, 2)).to.equal(false);
    table.clear();
    expect(table.hasAll(unit, 1)).to.equal(false);
    expect(table.allocated).to.equal(0);
  });
});
