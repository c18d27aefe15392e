import { expect } from 'chai';
import fc from 'fast-check';
import { KeyedRandom, RandomPermutation, RandomStream } from '../../sim/random.js';

/** Pearson's correlation. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const product = (u: readonly number[], mu: number, v: readonly number[], mv: number) =>
    u.reduce((sum, a, i) => sum + (a - mu) * (v[i]! - mv), 0);
  return product(x, mx, y, my) / Math.sqrt(product(x, mx, x, mx) * product(y, my, y, my));
}

describe('random streams', () => {
  it('repeat for the same seed and name, and differ for others', () => {
    const draws = (seed: number, name: string) =>
      Array.from(
        { length: 4 },
        (
          (stream) => () =>
            stream.uint32()
        )(new RandomStream(seed, name)),
      );
    expect(draws(1, 'think')).to.deep.equal(draws(1, 'think'));
    expect(draws(1, 'think')).to.not.deep.equal(draws(2, 'think'));
    expect(draws(1, 'think')).to.not.deep.equal(draws(1, 'size'));
  });

  it('are uniform: mean 1/2, variance 1/12, and every sixteenth equally often', () => {
    const stream = new RandomStream(7, 'uniform');
    const n = 200_000;
    const bins = new Float64Array(16);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const u = stream.uniform();
      sum += u;
      squares += (u - 0.5) ** 2;
      bins[Math.floor(u * 16)]! += 1;
    }
    expect(sum / n).to.be.closeTo(0.5, 5 / Math.sqrt(12 * n));
    expect(squares / n).to.be.closeTo(1 / 12, 0.001);
    const chiSquare = bins.reduce((total, count) => total + (count - n / 16) ** 2 / (n / 16), 0);
    expect(chiSquare).to.be.below(37.7); // chi-square, 15 degrees of freedom, 0.1 %
  });

  it('of adjacent seeds are not correlated', () => {
    const first = (seed: number) => new RandomStream(seed, 'a').uniform();
    const seeds = Array.from({ length: 5000 }, (_, i) => i);
    expect(
      Math.abs(
        correlation(
          seeds.map(first),
          seeds.map((s) => first(s + 1)),
        ),
      ),
    ).to.be.below(0.06);
  });

  it('draw whole numbers below any bound', () => {
    const stream = new RandomStream(1, 'below');
    for (const bound of [1, 7, 2 ** 32, 2 ** 45]) {
      for (let i = 0; i < 100; i++) expect(stream.below(bound)).to.satisfy((x: number) => Number.isInteger(x) && x >= 0 && x < bound);
    }
  });

  it('by key do not depend on the order of drawing', () => {
    const keyed = new KeyedRandom(3, 'service');
    const forwards = [0, 1, 2, 3].map((i) => keyed.uniform(9, i));
    expect([3, 2, 1, 0].map((i) => keyed.uniform(9, i)).reverse()).to.deep.equal(forwards);
    expect(new Set(forwards).size).to.equal(4);
  });

  it('permute: every element once, in an order that is not the plain one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (size, seed) => {
        const permutation = new RandomPermutation(size, new RandomStream(seed, 'p'));
        const seen = new Set(Array.from({ length: size }, (_, i) => permutation.at(i)));
        expect(seen.size).to.equal(size);
        expect(Math.max(...seen)).to.equal(size - 1);
      }),
    );
    const order = new RandomPermutation(4096, new RandomStream(1, 'p'));
    const indexes = Array.from({ length: 4096 }, (_, i) => i);
    expect(
      Math.abs(
        correlation(
          indexes,
          indexes.map((i) => order.at(i)),
        ),
      ),
    ).to.be.below(0.06);
  });
});
