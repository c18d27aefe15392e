import { expect } from 'chai';
import { effects as effectChart, renderSvg } from '../../../results/charts/index.js';
import { effectsOf, type Effect, type MetricPairs } from '../../../results/compare/effects.js';
import { summaryOf, verdictOf } from '../../../results/compare/verdict.js';
import { RandomStream } from '../../../sim/random.js';

/** Normal enough: the sum of twelve uniform draws, less six. */
const noise = (stream: RandomStream): number => Array.from({ length: 12 }, () => stream.uniform()).reduce((sum, u) => sum + u, -6);

/** Two variants that share what moves them from run to run, and differ by `factor`. */
function pairs(metric: string, factor: number, seed = 1, n = 10, own = 0.01): MetricPairs {
  const stream = new RandomStream(seed, metric);
  const shared = Array.from({ length: n }, () => 100 + 20 * noise(stream));
  const with_ = (by: number): number[] => shared.map((value) => value * by * (1 + own * noise(stream)));
  return { metric, at: '', unit: 'ms', better: 'lower', a: with_(factor), b: with_(1) };
}

describe('effects of one variant against another', () => {
  it('are found in pairs where the spread from run to run would hide them', () => {
    const [effect] = effectsOf([pairs('latency', 0.9)]) as [Effect];
    expect(effect.direction).equals('lower');
    expect(effect.isBetter).equals(true);
    expect(effect.correlation).above(0.98);
    expect(effect.ratio!.low).below(0.9).and.above(0.86);
    expect(effect.ratio!.high).above(0.9).and.below(0.94);
    // The same numbers, paired the wrong way, say nothing.
    const { a, b } = pairs('latency', 0.9);
    expect(effectsOf([{ ...pairs('latency', 0.9), a: [...a].reverse(), b }])[0]!.direction).equals('unclear');
  });

  it('are not told where there are none, in nineteen of twenty whole comparisons', () => {
    const wrong = Array.from({ length: 200 }, (_, seed) => effectsOf(Array.from({ length: 8 }, (__, m) => pairs(`metric${m}`, 1, seed))));
    const share = wrong.filter((all) => all.some(({ direction }) => direction !== 'unclear')).length / wrong.length;
    expect(share).most(0.09);
    // Without the correction one of eight would be told in a third of them.
    const alone = wrong.filter((all) => all.some(({ p }) => p !== null && p < 0.05)).length / wrong.length;
    expect(alone).above(0.25);
  });

  it('know a better direction, none, and a metric that never differs', () => {
    const base = pairs('x', 0.5);
    const judged = effectsOf([base, { ...base, better: 'higher' }, { ...base, better: null }, { ...base, a: base.b }]);
    expect(judged.map(({ isBetter }) => isBetter)).deep.equals([true, false, null, null]);
    expect(judged.map(({ direction }) => direction)).deep.equals(['lower', 'lower', 'lower', 'same']);
  });
});

describe('verdicts in words', () => {
  const words = (metric: MetricPairs): string => verdictOf(effectsOf([metric])[0]!, 'adaptive', 'fixed');

  it('say by how much, in the words of the unit', () => {
    expect(words(pairs('downtimeMs', 0.88))).matches(
      /^downtimeMs: adaptive is shorter than fixed by 1[0-9](\.\d)? % \[\d+\.?\d*, \d+\.?\d*\], which is better$/,
    );
    expect(words({ ...pairs('iops', 1.2), unit: '1/s', better: 'higher' })).matches(
      /^iops: adaptive is higher than fixed by \d+(\.\d)? % .*better$/,
    );
    expect(words({ ...pairs('bytes', 30), unit: 'B' })).matches(/larger than fixed by a factor of 30/);
  });

  it('have the interval in order, the estimate within', () => {
    for (const factor of [0.3, 0.8, 1.3, 4]) {
      const [, by, low, high] = /by ([\d.]+) % \[([\d.]+), ([\d.]+)\]/.exec(words(pairs('t', factor)))!.map(Number) as [
        number,
        number,
        number,
        number,
      ];
      expect(low).most(by);
      expect(by).most(high);
      expect(by).closeTo(Math.abs(factor - 1) * 100, Math.abs(high - low));
    }
  });

  it('say that they cannot tell, and why a small p alone is not enough', () => {
    expect(words(pairs('x', 1, 3))).equals('x: cannot tell');
    const borderline = { ...pairs('x', 1), a: [1, 2, 3, 4, 6], b: [0.9, 1.5, 2.9, 3.4, 5.1] };
    const all = effectsOf([borderline, pairs('y', 1), pairs('z', 1)]);
    expect(all[0]!.p).below(0.05);
    expect(verdictOf(all[0]!, 'a', 'b')).includes('cannot tell (alone it would');
  });

  it('give the difference where a ratio says nothing, and count at the end', () => {
    const signed = { ...pairs('gain', 1), a: [1.1, 0.9, 1, 1.05, 0.95], b: [-1, -0.9, -1.1, -1, -1] };
    expect(words(signed)).matches(/longer than fixed by 2\.00 ms \[1\.\d\d, 2\.\d\d\]/);
    const deterministic = { ...pairs('count', 1), unit: '', a: [10, 10, 10], b: [8, 8, 8] };
    expect(words(deterministic)).equals('count: the same difference in every run: +2 (deterministic here)');
    const alone = effectsOf([pairs('x', 0.99)])[0]!;
    const [tested, fixed, same] = effectsOf([pairs('x', 0.99), deterministic, { ...deterministic, b: deterministic.a }]);
    expect([tested!.pHolm, fixed!.p, same!.pHolm]).deep.equals([alone.pHolm, null, null]);
    const all = effectsOf([pairs('t', 0.5), pairs('u', 1, 2), deterministic]);
    expect(summaryOf(all, 'a', 'b')).equals('a against b, 3 metrics: 1 better, 1 worse, 1 not told apart');
  });
});

describe('the chart of effects', () => {
  it('has a row for each metric, and a band where one was measured', async () => {
    const rows = [
      { metric: 'downtime', ratio: 0.9, low: 0.8, high: 1, kind: 'better' as const, band: [0.5, 1.4] as const },
      { metric: 'throughput', ratio: 1.1, low: -0.2, high: 2, kind: 'cannot tell' as const },
    ];
    const spec = effectChart({ description: 'ratios', xTitle: 'adaptive / fixed' }, rows);
    expect((spec as unknown as { layer: { name: string }[] }).layer.map(({ name }) => name)).deep.equals([
      'bands',
      'one',
      'intervals',
      'ratios',
    ]);
    expect(await renderSvg(spec))
      .includes('downtime')
      .and.includes('adaptive / fixed');
  });

  it('refuses what an axis of factors cannot show', () => {
    const row = { metric: 'm', ratio: 0, low: 0, high: 1, kind: 'differs' as const };
    expect(() => effectChart({ description: '', xTitle: '' }, [row])).to.throw(RangeError, 'ratio of 0');
    expect(() => effectChart({ description: '', xTitle: '' }, [])).to.throw(RangeError);
  });
});
