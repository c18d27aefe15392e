import { expect } from 'chai';
import fc from 'fast-check';
import { correlation, holmAdjusted, kolmogorovSmirnov, pairedTest, ratioOfMeans } from '../../../results/statistics/index.js';
import { twoSidedTail } from '../../../results/statistics/student-t.js';
import { reference } from './reference.js';

describe('comparisons of two variants', () => {
  const { a, b } = reference;

  it("have the p value of SciPy's paired t test", () => {
    const { p, difference } = pairedTest(a, b);
    expect(p).closeTo(reference.pairedT.p, 1e-12);
    expect(difference.mean / ((difference.high - difference.low) / 2 / 2.2621571628)).closeTo(reference.pairedT.t, 1e-8);
    for (const [t, freedom, tail] of reference.tails) expect(twoSidedTail(t, freedom)).closeTo(tail, 1e-9 * tail);
  });

  it('are certain where all pairs differ alike, and say nothing of one pair', () => {
    expect(pairedTest([3, 5], [1, 3]).p).equals(0);
    expect(pairedTest([3, 5], [3, 5]).p).equals(1);
    expect(() => pairedTest([3], [1])).to.throw(RangeError, '1 pair');
  });

  it("have Fieller's interval of the ratio, as the roots of the t test", () => {
    const answer = ratioOfMeans(a, b);
    if ('refused' in answer) throw new Error(answer.refused);
    const [ratio, low, high] = reference.fieller;
    expect(answer.ratio.mean).closeTo(ratio, 1e-12);
    expect(answer.ratio.low).closeTo(low, 1e-9);
    expect(answer.ratio.high).closeTo(high, 1e-9);
  });

  it('give the ratio as a point where every pair has the same one, and refuse one to what may be 0', () => {
    const same = ratioOfMeans([10, 12, 14], [5, 6, 7]);
    if ('refused' in same) throw new Error(same.refused);
    expect(same.ratio.low).closeTo(2, 1e-9);
    expect(same.ratio.high).closeTo(2, 1e-9);
    expect(ratioOfMeans([1, 2, 3], [-1, 0.1, 1]))
      .has.property('refused')
      .that.includes('cannot be told from 0');
    expect(ratioOfMeans([1, 2], [0, 0]))
      .has.property('refused')
      .that.includes('is 0');
  });

  it('correlate as SciPy says, and not at all where one side stands still', () => {
    expect(correlation(a, b)).closeTo(reference.pearson, 1e-12);
    expect(correlation([1, 2, 3], [4, 4, 4])).equals(null);
    expect(correlation([1], [2])).equals(null);
  });
});

describe("Holm's correction", () => {
  it('multiplies the least by all, the next by one fewer, and never falls', () => {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') is 0.03 0.06 0.06 0.02
    const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
    for (const [i, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[i]).closeTo(p, 1e-12);
    expect(holmAdjusted([])).deep.equals([]);
    expect(() => holmAdjusted([0.1, NaN])).to.throw(RangeError);
  });

  it('lies between no correction and that of Bonferroni, in the order of the p values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (values) => {
        const adjusted = holmAdjusted(values);
        return values.every(
          (p, i) =>
            adjusted[i]! >= p &&
            adjusted[i]! <= Math.min(1, p * values.length) &&
            values.every((q, j) => q < p || adjusted[j]! >= adjusted[i]!),
        );
      }),
    );
  });
});

describe("Kolmogorov's and Smirnov's test of two samples", () => {
  it("has SciPy's exact p values", () => {
    const small = kolmogorovSmirnov(reference.a, reference.b);
    expect(small.d).closeTo(reference.ksSmall.exact[0], 1e-12);
    expect(small.p).closeTo(reference.ksSmall.exact[1], 1e-10);
    const { x, y, exact } = reference.ksLarge;
    const large = kolmogorovSmirnov(x, y);
    expect(large).has.property('method', 'exact');
    expect(large.d).closeTo(exact[0], 1e-12);
    expect(large.p).closeTo(exact[1], 1e-10);
  });

  it("goes over to Kolmogorov's distribution for many values", () => {
    const values = Array.from({ length: 2000 }, (_, i) => i);
    for (const [shift, p] of reference.kolmogorov) {
      const answer = kolmogorovSmirnov(
        values,
        values.map((value) => value + shift),
      );
      expect(answer.method).equals('asymptotic');
      expect(answer.d).closeTo(shift / 2000, 1e-12);
      expect(answer.p).closeTo(p, 1e-9 * p + 1e-12);
    }
  });

  it('finds nothing between equal samples and everything between separate ones', () => {
    expect(kolmogorovSmirnov([1, 1, 2], [1, 1, 2])).deep.includes({ d: 0, p: 1 });
    // Of the 20 orders of three and three, two keep them apart.
    expect(kolmogorovSmirnov([1, 2, 3], [4, 5, 6]).p).closeTo(0.1, 1e-12);
    expect(() => kolmogorovSmirnov([], [1])).to.throw(RangeError);
  });
});
