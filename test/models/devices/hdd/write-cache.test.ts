import { expect } from 'chai';
import fc from 'fast-check';
import { WriteCache } from '../../../../models/devices/hdd/write-cache.js';

describe('the write cache', () => {
  const run = fc.record({ start: fc.integer({ min: 0, max: 200 }), length: fc.integer({ min: 1, max: 20 }) });

  it('holds just the sectors that were written, once each', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 100 }), run, (runs, probe) => {
        const cache = new WriteCache();
        const held = new Set<number>();
        for (const { start, length } of runs) {
          cache.add(start, start + length);
          for (let i = 0; i < length; i++) held.add(start + i);
        }
        expect(cache.sectors).to.equal(held.size);
        const probed = Array.from({ length: probe.length }, (_, i) => held.has(probe.start + i));
        expect(cache.overlap(probe.start, probe.start + probe.length)).to.equal(probed.filter(Boolean).length);
        expect(cache.covers(probe.start, probe.start + probe.length)).to.equal(probed.every(Boolean));
      }),
    );
  });

  it('gives out each sector once, upwards from the position and then from the start', () => {
    const cache = new WriteCache();
    cache.add(50, 60);
    cache.add(10, 20);
    cache.add(80, 90);
    cache.add(30, 35);
    cache.add(60, 65);
    const taken: [number, number][] = [];
    let position = 55;
    while (cache.sectors > 0) {
      cache.take(position, 12);
      taken.push([cache.takenStart, cache.takenEnd]);
      position = cache.takenEnd;
    }
    expect(taken).to.deep.equal([
      [50, 62],
      [62, 65],
      [80, 90],
      [10, 20],
      [30, 35],
    ]);
  });

  it('grows with the number of runs', () => {
    const cache = new WriteCache();
    for (let i = 0; i < 1000; i++) cache.add(i * 10, i * 10 + 3);
    expect(cache.sectors).to.equal(3000);
    cache.add(0, 10_000);
    expect(cache.sectors).to.equal(10_000);
  });
});
