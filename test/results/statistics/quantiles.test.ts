import { expect } from 'chai';
import { bootstrapInterval, mean, pooledQuantile, quantileWithBand } from '../../../results/statistics/index.js';
import { normalCdf, normalQuantile } from '../../../results/statistics/normal.js';
import { RandomStream } from '../../../sim/random.js';
import { Histogram } from '../../../sim/statistics/histogram.js';
import { reference } from './reference.js';

const histogramOf = (count: number, seed: number, scale = 1): Histogram => {
  const stream = new RandomStream(seed, 'latencies');
  const histogram = new Histogram();
  for (let i = 0; i < count; i++) histogram.add(Math.round(scale * stream.exponential(1e6)));
  return histogram;
};

const banded = (answer: ReturnType<typeof quantileWithBand>): Exclude<typeof answer, { refused: string }> => {
  if ('refused' in answer) throw new Error(answer.refused);
  return answer;
};

describe('the normal distribution', () => {
  it('agrees with SciPy to the last digits, in the tails too', () => {
    for (const [z, p] of reference.normalCdf) expect(normalCdf(z)).closeTo(p, 1e-12 * p);
    for (const [p, z] of reference.normalQuantile) expect(normalQuantile(p)).closeTo(z, 1e-10);
    expect(() => normalQuantile(1)).to.throw(RangeError);
  });
});

describe('bootstrap intervals', () => {
  const { skewed } = reference;

  for (const method of ['percentile', 'bca'] as const) {
    it(`${method}: are those of SciPy, up to the chance of resampling`, () => {
      const statistic = (sample: readonly number[]): number => mean(sample);
      const { low, high, mean: own } = bootstrapInterval(skewed, { statistic, method, seed: 3, resamples: 60000 });
      expect(own).closeTo(2.29, 1e-12);
      expect(low).closeTo(reference.bootstrap[method][0], 0.02);
      expect(high).closeTo(reference.bootstrap[method][1], 0.06);
    });
  }

  it('are equal for equal seeds, and a point for equal values', () => {
    const statistic = mean;
    const once = bootstrapInterval(skewed, { statistic, method: 'bca', seed: 1 });
    expect(bootstrapInterval(skewed, { statistic, method: 'bca', seed: 1 })).deep.equals(once);
    expect(bootstrapInterval(skewed, { statistic, method: 'bca', seed: 2 })).not.deep.equals(once);
    expect(bootstrapInterval([2, 2, 2, 2, 2], { statistic, method: 'bca', seed: 1 })).deep.equals({ mean: 2, low: 2, high: 2, n: 5 });
    expect(() => bootstrapInterval([1, 2, 3, 4], { statistic, method: 'percentile', seed: 1 })).to.throw(RangeError, '4 value(s)');
  });
});

describe('quantiles of latency', () => {
  it('have the order statistics of the binomial distribution as their band', () => {
    for (const [n, q, [low, high]] of reference.binomial) {
      // Values 1..n below 2^7 ns would be exact; scaled ones are known to a bucket.
      const histogram = new Histogram();
      for (let i = 1; i <= n; i++) histogram.add(i * 1e6);
      const band = banded(quantileWithBand(histogram, q));
      expect(band.value).closeTo(n * q * 1e6, band.value * Histogram.relativeError);
      expect(band.low)
        .most(low * 1e6)
        .and.closeTo(low * 1e6, low * 1e6 * Histogram.relativeError);
      expect(band.high)
        .least(Math.min(high + 1, n) * 1e6)
        .and.closeTo((high + 1) * 1e6, high * 1e6 * Histogram.relativeError);
    }
  });

  it('hold the true quantile about as often as they say', () => {
    const truth = -Math.log(1 - 0.9) * 1e6;
    const held = Array.from({ length: 400 }, (_, i) => banded(quantileWithBand(histogramOf(500, i), 0.9))).filter(
      ({ low, high }) => low <= truth && truth <= high,
    );
    expect(held.length / 400).within(0.94, 1);
  });

  it('are refused where fewer than ten samples lie beyond', () => {
    expect(quantileWithBand(histogramOf(999, 1), 0.99))
      .has.property('refused')
      .that.includes('at least 1000');
    expect(quantileWithBand(histogramOf(1000, 1), 0.99)).has.property('n', 1000);
    expect(quantileWithBand(histogramOf(1000, 1), 0.001)).has.property('refused');
    expect(() => quantileWithBand(histogramOf(10, 1), 1)).to.throw(RangeError);
  });

  it('of several runs are those of all requests, and their band knows that runs differ', () => {
    // Runs of different loads: requests of one run are alike, so the band of one histogram would be too narrow.
    const runs = Array.from({ length: 12 }, (_, i) => histogramOf(2000, i, 1 + (i % 4)));
    const all = new Histogram();
    for (const run of runs) all.merge(run);
    const pooled = banded(pooledQuantile(runs, 0.99, 1));
    const alone = banded(quantileWithBand(all, 0.99));
    expect(pooled.value).equals(alone.value);
    expect(pooled.high - pooled.low).above(2 * (alone.high - alone.low));
    expect(pooledQuantile(runs.slice(0, 3), 0.99, 1))
      .has.property('refused')
      .that.includes('5 are the fewest');
  });
});
