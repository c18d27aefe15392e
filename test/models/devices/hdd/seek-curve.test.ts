import { expect } from 'chai';
import { meanRandomSeek, seekTable } from '../../../../models/devices/hdd/seek-curve.js';

describe('the seek curve', () => {
  const points = [
    { cylinders: 2, time: 1000 },
    { cylinders: 4, time: 2000 },
    { cylinders: 10, time: 2600 },
  ];

  it('is nothing for no distance, each point itself, and linear between points', () => {
    const table = seekTable(points, 11);
    expect(table[0]).to.equal(0);
    expect(table[2]).to.equal(1000);
    expect(table[3]).to.equal(1500);
    expect(table[4]).to.equal(2000);
    expect(table[7]).to.equal(2300);
    expect(table[10]).to.equal(2600);
  });

  it('starts with the first point and goes on in line with the last two', () => {
    const table = seekTable(points, 13);
    expect(table[1]).to.equal(1000);
    expect(table[12]).to.equal(2800);
  });

  it('has as its mean that over all pairs of different cylinders', () => {
    const table = seekTable(points, 13);
    let sum = 0;
    for (let from = 0; from < 13; from++) for (let to = 0; to < 13; to++) sum += table[Math.abs(from - to)]!;
    expect(meanRandomSeek(table)).to.be.closeTo(sum / (13 * 12), 1e-9);
  });
});
