import { expect } from 'chai';
import {
  binned,
  cumulative,
  histogram,
  renderSvg,
  stackedBars,
  timeSeries,
  tornado,
  type BarPart,
  type TornadoBar,
} from '../../../results/charts/index.js';

const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
const marksOf = (svg: string, name: string): number =>
  [...(new RegExp(`class="mark-[a-z]+ role-mark ${name}_marks"[^>]*>(.*?)</g>`, 's').exec(svg)?.[1] ?? '').matchAll(/<(path|text|line)/g)]
    .length;
const plain = { description: 'd', xTitle: 'Latency (ms)', yTitle: 'Share' };
interface Drawn {
  readonly data: { readonly values: readonly { readonly x: number; readonly value: number }[] };
}

describe('a tornado', () => {
  const bar = (parameter: string, atLow: number, atHigh: number): TornadoBar => ({
    parameter,
    lowEnd: 'few',
    highEnd: 'many',
    atLow,
    atHigh,
  });
  const options = { description: 'd', xTitle: 'ratio', value: 2 };

  it('has the parameter that moves the most at the top, to whichever side', async () => {
    const svg = await renderSvg(tornado(options, [bar('small', 1.9, 2.1), bar('large', 2, 1), bar('middle', 2.5, 2.4)]));
    const names = textsOf(svg).filter((text) => ['small', 'large', 'middle'].includes(text));
    expect(names).deep.equals(['large', 'middle', 'small']);
    expect(marksOf(svg, 'bars')).equals(6);
  });

  it('shows the bounds that are finite, and names them', async () => {
    const svg = await renderSvg(tornado({ ...options, bounds: [1.5, Infinity] }, [bar('p', 1, 3)]));
    expect(marksOf(svg, 'bounds')).equals(1);
    expect(textsOf(svg)).includes('bound of the claim');
    expect(textsOf(await renderSvg(tornado(options, [bar('p', 1, 3)])))).not.includes('bound of the claim');
  });

  it('refuses nothing to show, a parameter twice, and what is not finite', () => {
    expect(() => tornado(options, [])).throw(RangeError, 'without a bar');
    expect(() => tornado(options, [bar('p', 1, 3), bar('p', 1, 3)])).throw(RangeError, 'twice');
    expect(() => tornado(options, [bar('p', NaN, 3)])).throw(RangeError, 'not finite');
  });
});

describe('a histogram', () => {
  it('counts each value once, a value on an edge to the right of it, the last edge inside', () => {
    expect(binned('a', [0, 1, 1, 3], [0, 1, 2, 3]).map(({ value }) => value)).deep.equals([0.25, 0.5, 0.25]);
  });

  it('refuses values outside of its edges, and edges that do not ascend', () => {
    expect(() => binned('a', [4], [0, 1])).throw(RangeError, '4 of "a" lies outside');
    expect(() => binned('a', [-1], [0, 1])).throw(RangeError, '-1 of "a" lies outside');
    expect(() => binned('a', [1], [0, 0])).throw(RangeError, 'do not ascend');
    expect(() => binned('a', [], [0, 1])).throw(RangeError, 'no values');
  });

  it('draws a bar for each bin of each series', async () => {
    const bins = ['a', 'b'].flatMap((series) => binned(series, [0.5, 1.5, 2.5], [0, 1, 2, 3]));
    expect(marksOf(await renderSvg(histogram({ ...plain, series: ['a', 'b'] }, bins)), 'bins')).equals(6);
    expect(() => histogram({ ...plain, series: ['a'], xLog: true }, binned('a', [0.5], [0, 1]))).throw(RangeError, 'log axis');
  });
});

describe('a cumulative distribution', () => {
  const pointsOf = (values: readonly number[], complementary: boolean) =>
    (cumulative({ ...plain, series: ['a'], complementary }, [{ series: 'a', values }]) as unknown as Drawn).data.values.map(
      ({ x, value }) => [x, value],
    );

  it('gives the share at most a value, equal values together', () => {
    expect(pointsOf([3, 1, 2, 2], false)).deep.equals([
      [1, 0.25],
      [2, 0.75],
      [3, 1],
    ]);
  });

  it('gives the share above a value, but for the largest', () => {
    expect(pointsOf([3, 1, 2, 2], true)).deep.equals([
      [1, 0.75],
      [2, 0.25],
    ]);
  });

  it('thins many values out, evenly or towards the tail, and keeps the ends', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => i);
    const all = pointsOf(many, false);
    expect(all.length).within(400, 500);
    expect([all[0], all.at(-1)]).deep.equals([
      [0, 1e-5],
      [99_999, 1],
    ]);
    const tail = pointsOf(many, true);
    expect(tail.at(-1)![1]).closeTo(1e-5, 1e-9);
    expect(tail.filter(([, share]) => share! < 0.01).length).above(150);
  });
});

describe('stacked bars', () => {
  const options = { ...plain, series: ['held', 'idle'], categories: ['fvd', 'qcow2'] };
  const part = (category: string, series: string, value: number): BarPart => ({ category, series, value });

  it('put the parts on one another, from the first at the foot', async () => {
    const svg = await renderSvg(stackedBars(options, [part('fvd', 'idle', 1), part('fvd', 'held', 3)]));
    const tops = [...svg.matchAll(/aria-label="[^"]*Part: (held|idle)[^"]*"[^>]*d="M[0-9.]+,([0-9.]+)/g)].map(([, name, y]) => [
      name,
      Number(y),
    ]);
    const top = (name: string): number => tops.find(([of]) => of === name)![1] as number;
    expect(top('idle')).below(top('held'));
  });

  it('refuse a part below 0 or of an undeclared bar', () => {
    expect(() => stackedBars(options, [part('fvd', 'idle', -1)])).throw(RangeError, '-1');
    expect(() => stackedBars(options, [part('raw', 'idle', 1)])).throw(RangeError, '"raw"');
  });
});

describe('a time series', () => {
  const points = [0, 10, 20].map((x) => ({ series: 'a', x, value: x, low: x, high: x }));
  const options = { ...plain, xTitle: 'Time (s)', series: ['a'] };

  it('has marks with their labels at instants and over spans', async () => {
    const svg = await renderSvg(
      timeSeries(options, points, [
        { label: 'snapshot', from: 5, to: 8 },
        { label: 'end', from: 15 },
      ]),
    );
    expect(textsOf(svg)).includes.members(['snapshot', 'end']);
    expect([marksOf(svg, 'spans'), marksOf(svg, 'instants')]).deep.equals([1, 2]);
  });

  it('refuses a mark that ends before it begins', () => {
    expect(() => timeSeries(options, points, [{ label: 'm', from: 5, to: 4 }])).throw(RangeError, '"m" from 5 to 4');
  });
});
