import { expect } from 'chai';
import { tCdf, tQuantile } from '../../../results/statistics/student-t.js';
import { linearFit, mean, pairedDifferenceInterval, pairedRatioInterval, sampleSd, tInterval } from '../../../results/statistics/index.js';

describe("Student's t", () => {
  // Published tables of the distribution, and R's qt() for the last digits.
  const table: readonly (readonly [p: number, freedom: number, t: number])[] = [
    [0.975, 1, 12.7062047362],
    [0.975, 2, 4.3026527297],
    [0.975, 9, 2.2621571628],
    [0.995, 4, 4.6040948713],
    [0.95, 30, 1.6972608866],
    [0.9, 5, 1.475884049],
    [0.975, 1000, 1.9623390808],
    [0.975, 2.5, 3.574654842],
    [0.9995, 3, 12.9239786367],
  ];
  for (const [p, freedom, t] of table) {
    it(`has t(${p}, ${freedom}) = ${t}`, () => {
      expect(tQuantile(p, freedom)).closeTo(t, 1e-9 * t);
      expect(tQuantile(1 - p, freedom)).closeTo(-t, 1e-9 * t);
    });
  }

  it('is close to the normal distribution at many degrees of freedom', () => {
    expect(tQuantile(0.975, 1e6)).closeTo(1.959966, 1e-6);
  });

  it('gives back p from its quantile', () => {
    for (const freedom of [1, 4, 29, 400])
      for (const p of [0.001, 0.3, 0.5, 0.8, 0.999]) {
        expect(tCdf(tQuantile(p, freedom), freedom)).closeTo(p, 1e-10);
      }
  });

  it('refuses what is no probability', () => {
    for (const p of [0, 1, -0.1, NaN]) expect(() => tQuantile(p, 3)).to.throw(RangeError);
    expect(() => tCdf(1, 0)).to.throw(RangeError);
  });
});

describe('intervals', () => {
  it('gives the textbook interval of a mean', () => {
    const { mean: centre, low, high, n } = tInterval([1, 2, 3, 4, 5]);
    expect(centre).equals(3);
    expect(high - centre).closeTo((2.7764451052 * Math.sqrt(2.5)) / Math.sqrt(5), 1e-9);
    expect(centre - low).closeTo(high - centre, 1e-12);
    expect(n).equals(5);
  });

  it('is a point for equal values, even where their sum rounds, and for one value', () => {
    const value = 7.528090218948929; // ten of these, summed and divided, give another number
    expect(tInterval(Array.from({ length: 10 }, () => value))).deep.equals({ mean: value, low: value, high: value, n: 10 });
    expect(sampleSd(Array.from({ length: 10 }, () => value))).equals(0);
    expect(tInterval([7])).deep.equals({ mean: 7, low: 7, high: 7, n: 1 });
  });

  it('pairs ratios and differences, so that what moves both cancels', () => {
    expect(pairedRatioInterval([2, 4, 8], [1, 2, 4])).deep.equals({ mean: 2, low: 2, high: 2, n: 3 });
    expect(pairedDifferenceInterval([3, 5, 9], [1, 3, 7])).deep.equals({ mean: 2, low: 2, high: 2, n: 3 });
  });

  it('refuses no values, unequal pairs, a ratio to zero', () => {
    expect(() => mean([])).to.throw(RangeError);
    expect(() => sampleSd([1])).to.throw(RangeError);
    expect(() => pairedRatioInterval([1], [1, 2])).to.throw(RangeError);
    expect(() => pairedRatioInterval([1], [0])).to.throw(RangeError);
  });
});

describe('a straight line through points', () => {
  it('is the line of least squares', () => {
    const { slope, intercept, r2 } = linearFit([
      [0, 1],
      [1, 3],
      [2, 5.3],
      [3, 6.7],
    ]);
    // By hand: sums of x 6, y 16, xy 33.7, x^2 14 over 4 points.
    expect(slope).closeTo(1.94, 1e-12);
    expect(intercept).closeTo(1.09, 1e-12);
    // The explained part of the spread: 1.94 * 9.7 of 18.98.
    expect(r2).closeTo(18.818 / 18.98, 1e-9);
  });

  it('explains everything where there is nothing to explain, and needs two points', () => {
    expect(
      linearFit([
        [0, 2],
        [5, 12],
      ]).r2,
    ).equal(1);
    expect(() => linearFit([[0, 2]])).throw(RangeError);
  });
});
