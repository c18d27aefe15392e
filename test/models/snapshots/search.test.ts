import { expect } from 'chai';
import fc from 'fast-check';
import { Comparisons, scan, sortAndSearch, SortedSnapshots } from '../../../models/snapshots/search.js';
import { compareTimes, type SnapshotTime } from '../../../models/snapshots/snapshot-name.js';

const times = (n: number): SnapshotTime[] => Array.from({ length: n }, (_, i) => ({ seconds: 60 * i, ordinal: 0 }));

function keptSorted(n: number): SortedSnapshots {
  const list = new SortedSnapshots();
  for (const { seconds } of times(n)) list.append(seconds);
  return list;
}

describe('finding a snapshot', () => {
  it("finds by the paper's search what a scan finds, whatever the order of the list", () => {
    const list = fc.uniqueArray(fc.record({ seconds: fc.nat(20), ordinal: fc.nat(2) }), {
      maxLength: 40,
      comparator: (a, b) => compareTimes(a, b) === 0,
    });
    fc.assert(
      fc.property(list, fc.record({ seconds: fc.nat(20), ordinal: fc.nat(2) }), (snapshots, sought) => {
        const sorted = [...snapshots];
        const found = sortAndSearch(sorted, sought, new Comparisons());
        expect(sorted).to.deep.equal([...snapshots].sort(compareTimes));
        expect(sorted[found]).to.deep.equal(snapshots[scan(snapshots, sought, new Comparisons())]);
      }),
    );
  });

  it('takes no more comparisons than the logarithm of their number in a list kept sorted', () => {
    for (const n of [1, 2, 7, 8, 100, 1000]) {
      const list = keptSorted(n);
      for (const sought of times(n)) {
        const before = list.comparisons.count;
        expect(list.find(sought)).to.deep.equal(sought);
        expect(list.comparisons.count - before).to.be.at.most(Math.ceil(Math.log2(n + 1)));
      }
      expect(list.find({ seconds: 30, ordinal: 0 })).to.equal(null);
    }
  });

  it('takes half of them on average in a scan', () => {
    const comparisons = new Comparisons();
    const list = times(99);
    for (const sought of list) scan(list, sought, comparisons);
    expect(comparisons.count / 99).to.equal(50);
  });

  it("takes the square of their number in the paper's search of a list in the order in which they were taken", () => {
    const comparisons = new Comparisons();
    sortAndSearch(times(1000), { seconds: 0, ordinal: 0 }, comparisons);
    expect(comparisons.count).to.be.within(499_500, 499_500 + 10);
  });

  it('tells snapshots of one second apart', () => {
    const list = new SortedSnapshots();
    const taken = [5, 5, 5, 6].map((seconds) => list.append(seconds));
    expect(taken.map(({ ordinal }) => ordinal)).to.deep.equal([0, 1, 2, 0]);
    expect(list.remove(taken[1]!)).to.equal(true);
    expect(list.find(taken[1]!)).to.equal(null);
    expect(list.find(taken[2]!)).to.deep.equal(taken[2]);
    expect(() => list.append(5)).to.throw(RangeError);
  });
});
