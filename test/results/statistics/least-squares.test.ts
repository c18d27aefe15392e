import { expect } from 'chai';
import { leastSquares, tInterval, type FitParameter } from '../../../results/statistics/index.js';
import { RandomStream } from '../../../sim/random.js';

const bounds = (name: string, start: number, low: number, high: number): FitParameter => ({ name, start, low, high });

describe('least squares', () => {
  it('of a constant is the mean, with its t interval', () => {
    const values = [9.1, 10.4, 10.9, 9.6, 10.1];
    const { mean, high } = tInterval(values);
    // In standard errors that are the sample's own, so that the residuals' chi-square is that of 4 degrees of freedom.
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
    const { parameters, reducedChiSquare } = leastSquares([bounds('centre', 5, 0, 20)], ([centre]) =>
      values.map((value) => (centre! - value) / sd),
    );
    expect(parameters[0]!.value).closeTo(mean, 1e-6);
    expect(parameters[0]!.halfWidth).closeTo(high - mean, 1e-6);
    expect(reducedChiSquare).closeTo(1, 1e-9);
  });

  it('finds the parameters of a curve that is not straight, within their intervals', () => {
    const stream = new RandomStream(2, 'decay');
    const noise = (): number => Array.from({ length: 12 }, () => stream.uniform()).reduce((sum, u) => sum + u, -6);
    const points = Array.from({ length: 60 }, (_, i) => ({ x: i / 10, y: 3 * Math.exp(-0.7 * (i / 10)) + 0.5 + 0.02 * noise() }));
    const start = [bounds('height', 1, 0, 10), bounds('rate', 2, 0.01, 5), bounds('floor', 0, -1, 2)];
    const { parameters } = leastSquares(start, ([height, rate, floor]) =>
      points.map(({ x, y }) => (height! * Math.exp(-rate! * x) + floor! - y) / 0.02),
    );
    for (const [i, truth] of [3, 0.7, 0.5].entries()) {
      expect(Math.abs(parameters[i]!.value - truth)).most(1.5 * parameters[i]!.halfWidth);
      expect(parameters[i]!.halfWidth).below(0.1);
    }
  });

  it('says which parameters make up for each other, which does nothing, and which a bound holds', () => {
    const xs = [0, 1, 2, 3, 4, 5];
    const sum = leastSquares([bounds('a', 1, 0, 10), bounds('b', 1, 0, 10), bounds('idle', 1, 0, 2)], ([a, b]) =>
      xs.map((x) => (a! + b! - 6) / 0.1 + x * 0),
    );
    expect(sum.parameters.slice(0, 2).map(({ confusedWith }) => confusedWith)).deep.equals(['b', 'a']);
    expect(sum.parameters[0]!.halfWidth).above(10);
    expect(sum.parameters[2]!.halfWidth).equals(Infinity);
    const held = leastSquares([bounds('a', 1, 0, 4)], ([a]) => xs.map(() => a! - 6));
    expect(held.parameters[0]).includes({ value: 4, isAtBound: true });
  });

  it('goes around values at which the model has no answer, and refuses too few measurements', () => {
    const { parameters } = leastSquares([bounds('a', 8, 0, 10)], ([a]) => (a! < 2.9 ? null : [a! - 3, a! - 3.02, a! - 2.98]));
    expect(parameters[0]!.value).closeTo(3, 1e-3);
    expect(() => leastSquares([bounds('a', 1, 0, 2)], () => [1])).to.throw(RangeError, '1 measurements for 1');
    expect(() => leastSquares([bounds('a', 1, 0, 2)], () => null)).to.throw(RangeError, 'no answer');
  });
});
