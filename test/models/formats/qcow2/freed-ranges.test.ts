import { expect } from 'chai';
import fc from 'fast-check';
import { FreedRanges } from '../../../../models/formats/qcow2/freed-ranges.js';

function drained(freed: FreedRanges): [number, number][] {
  const ranges: [number, number][] = [];
  freed.drain((first, clusters) => ranges.push([first, clusters]));
  return ranges;
}

describe('freed ranges', () => {
  it('keep the order in which they began, whatever joins them', () => {
    const freed = new FreedRanges();
    // The order and the ranges of a discard that QEMU 7.2 was seen to carry out.
    for (const cluster of [9, 10, 5, 11, 12, 13, 6, 7]) freed.add(cluster);
    expect(drained(freed)).to.deep.equal([
      [9, 5],
      [5, 3],
    ]);
    expect(drained(freed)).to.deep.equal([]);
  });

  it('become one where the cluster between them is freed, in the place of the older', () => {
    const freed = new FreedRanges();
    for (const cluster of [8, 20, 6, 7]) freed.add(cluster);
    expect(drained(freed)).to.deep.equal([
      [6, 3],
      [20, 1],
    ]);
  });

  it('cover what was freed, apart from one another', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (clusters) => {
        const freed = new FreedRanges();
        for (const cluster of clusters) freed.add(cluster);
        const ranges = drained(freed).sort(([a], [b]) => a - b);
        expect(ranges.flatMap(([first, n]) => Array.from({ length: n }, (_, i) => first + i))).to.deep.equal(
          clusters.sort((a, b) => a - b),
        );
        for (let i = 1; i < ranges.length; i++) expect(ranges[i]![0]).to.be.above(ranges[i - 1]![0] + ranges[i - 1]![1]);
      }),
    );
  });
});
