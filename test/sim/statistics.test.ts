import { expect } from 'chai';
import fc from 'fast-check';
import { Histogram } from '../../sim/statistics/histogram.js';
import { TimeWeightedMean } from '../../sim/statistics/time-weighted-mean.js';

describe('histogram', () => {
  it('puts every value into the bucket that holds it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 46 - 1, noNaN: true }), (x) => {
        const value = Math.floor(x);
        const index = Histogram.indexOf(value);
        expect(Histogram.lowerBound(index)).to.be.at.most(value);
        expect(Histogram.lowerBound(index + 1)).to.be.above(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows quantiles to within 1/64, and mean, least and greatest exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 2e9 }), { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        (values, q) => {
          const histogram = new Histogram();
          for (const value of values) histogram.add(value);
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!;
          expect(histogram.quantile(q)).to.be.within(exact * (1 - Histogram.relativeError), exact * (1 + Histogram.relativeError) + 1);
          expect(histogram.mean).to.be.closeTo(values.reduce((a, b) => a + b) / values.length, 1e-3);
          expect([histogram.min, histogram.max]).to.deep.equal([sorted[0], sorted[sorted.length - 1]]);
        },
      ),
    );
  });

  it('merges to what adding everything gives', () => {
    const [a, b, both] = [new Histogram(), new Histogram(), new Histogram()];
    for (const value of [3, 900, 70_000]) {
      a.add(value);
      both.add(value);
    }
    b.add(12);
    both.add(12);
    a.merge(b);
    expect(a.counts).to.deep.equal(both.counts);
    expect([a.count, a.sum, a.min, a.max]).to.deep.equal([both.count, both.sum, both.min, both.max]);
  });

  it('has no quantile where there is no sample', () => {
    expect(new Histogram().quantile(0.5)).to.be.NaN;
  });
});

describe('time-weighted mean', () => {
  it('weighs each level by how long it lasted', () => {
    const mean = new TimeWeightedMean();
    mean.set(2, 10);
    mean.set(0, 20);
    mean.set(4, 30);
    expect(mean.area(40)).to.equal(2 * 10 + 4 * 10);
    expect(mean.mean(40)).to.equal(1.5);
  });
});
