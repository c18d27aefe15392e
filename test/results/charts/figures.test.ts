import { expect } from 'chai';
import {
  aroundInstant,
  hasSingleSeeds,
  kneeOf,
  latencyByCause,
  latencyTail,
  lines,
  overlayPlaces,
  OverlayError,
  paperAgainstSimulated,
  renderSvg,
  runTimeline,
  seekDistances,
  spaceOverTime,
  stalls,
  thinned,
  throughputLatency,
  tornado,
  withOverlay,
  withSingleSeeds,
  writeAmplification,
  type LoadPoint,
} from '../../../results/charts/index.js';
import { demoBands, demoBars, demoSeeds } from '../support/demo-figures.js';

type Spec = Parameters<typeof renderSvg>[0];
interface Point {
  readonly series: string;
  readonly panel?: string;
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
const pointsOf = (spec: Spec): readonly Point[] => (spec as unknown as { data: { values: readonly Point[] } }).data.values;
const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
const marksOf = (svg: string, name: string): number =>
  [...svg.matchAll(new RegExp(`class="mark-[a-z]+ role-mark [a-z0-9_]*${name}_marks"[^>]*[^/]>((?:(?!<g ).)*?)</g>`, 'gs'))].reduce(
    (sum, [, body]) => sum + body!.split(/<(?:path|text|line) /).length - 1,
    0,
  );
const plain = { description: 'd', series: ['a'] };

describe('the tail of latency', () => {
  it('is the share above a latency, with the interval of its mean over runs', async () => {
    const spec = latencyTail(plain, [
      { series: 'a', values: [1, 2, 4, 8] },
      { series: 'a', values: [1, 4], counts: [1, 3] },
    ]);
    const at = pointsOf(spec).filter(({ x }) => x >= 2 && x < 4);
    // One run has 2 of 4 above, the other 3 of 4.
    for (const { value } of at) expect(value).closeTo(0.625, 1e-12);
    expect(at[0]!.low).closeTo(0.25, 1e-12);
    expect(at[0]!.high).equals(1);
    expect(pointsOf(spec).every(({ value, low }) => value > 0 && low > 0 && low <= value)).equals(true);
    expect(textsOf(await renderSvg(spec))).includes('Share of requests above');
  });

  it('refuses a run without a latency, and counts that do not fit', () => {
    expect(() => latencyTail(plain, [{ series: 'a', values: [0] }])).throw(RangeError, 'without a latency');
    expect(() => latencyTail(plain, [{ series: 'a', values: [1], counts: [1, 2] }])).throw(RangeError, '1 values with 2 counts');
  });
});

describe('what happens around an instant', () => {
  const options = { description: 'd', series: ['a'], instant: 'snapshot', beforeS: 2, afterS: 2, windowS: 1 };

  it('is the mean rate and latency of windows before and after all of them', async () => {
    const run = { series: 'a', doneS: [8.2, 8.7, 9.5, 11.5, 18.5], latencyMs: [1, 3, 5, 9, 4], instantsS: [10, 20] };
    const spec = aroundInstant(options, [run]);
    const value = (panel: string, x: number): number | undefined =>
      pointsOf(spec).find((point) => point.panel === panel && point.x === x)?.value;
    expect(value('Requests done (1/s)', -1.5)).equals(1.5);
    expect(value('Mean latency (ms)', -1.5)).equals(3);
    expect(value('Requests done (1/s)', 0.5)).equals(0);
    expect(value('Mean latency (ms)', 0.5)).equals(undefined);
    expect(value('Mean latency (ms)', 1.5)).equals(9);
    const wide = pointsOf(aroundInstant({ ...options, windowS: 2 }, [run])).find(
      ({ panel, x }) => panel === 'Requests done (1/s)' && x === -1,
    );
    // Four requests before the two instants, in two seconds each.
    expect(wide!.value).equals(1);
    expect(textsOf(await renderSvg(spec))).includes.members(['Requests done (1/s)', 'Mean latency (ms)', 'snapshot']);
  });

  it('refuses windows that are none, and a run in which it never happened', () => {
    expect(() => aroundInstant({ ...options, windowS: 0 }, [])).throw(RangeError, 'windows of 0 s');
    expect(() => aroundInstant(options, [{ series: 'a', doneS: [], latencyMs: [], instantsS: [] }])).throw(RangeError, 'never happened');
  });
});

describe('latency over throughput', () => {
  const load = (at: number, throughput: number, latency: number): LoadPoint => ({
    series: 'a',
    load: at,
    throughput,
    latency,
    low: latency,
    high: latency,
  });
  const bent = [load(1, 100, 1), load(2, 190, 1.1), load(4, 350, 1.3), load(8, 390, 4), load(16, 395, 12)];

  it('has its knee where more load begins to buy latency', async () => {
    expect(kneeOf(bent)!.load).equals(4);
    const svg = await renderSvg(throughputLatency({ ...plain, xTitle: 'x', yTitle: 'y' }, bent));
    expect(textsOf(svg)).includes('knee at 4');
    expect(marksOf(svg, 'knees')).equals(1);
  });

  it('has none on a straight line, or below three loads', () => {
    expect(kneeOf([load(1, 1, 1), load(2, 2, 2), load(3, 3, 3)])).equals(null);
    expect(kneeOf(bent.slice(0, 2))).equals(null);
  });

  it('refuses a load twice', () => {
    expect(() => throughputLatency({ ...plain, xTitle: 'x', yTitle: 'y' }, [bent[0]!, bent[0]!])).throw(RangeError, 'the load 1 twice');
  });
});

describe('built-in figures', () => {
  it('show write amplification by layer, for each byte of the guest', async () => {
    const options = { description: 'd', systems: ['qcow2'], layers: ['data', 'metadata'], guestBytes: { qcow2: 100 } };
    const spec = writeAmplification(options, [
      { system: 'qcow2', layer: 'data', bytes: 100 },
      { system: 'qcow2', layer: 'metadata', bytes: 50 },
    ]);
    expect(pointsOf(spec).map(({ value }) => value)).deep.equals([1, 0.5]);
    expect(textsOf(await renderSvg(spec))).includes('Written / written by the guest');
    expect(() => writeAmplification({ ...options, guestBytes: {} }, [{ system: 'qcow2', layer: 'data', bytes: 1 }])).throw(
      RangeError,
      'wrote nothing',
    );
  });

  it('show seek distances of both directions, with what does not move at the left edge', () => {
    const spec = seekDistances({ ...plain, unit: 'cylinders', least: 1 }, [{ series: 'a', values: [0, 0, -10, 100] }]);
    expect(pointsOf(spec).map(({ x, value }) => [x, value])).deep.equals([
      [1, 0.5],
      [10, 0.75],
      [100, 1],
    ]);
  });

  it('show space over time with what made it grow', async () => {
    const samples = [0, 1, 2].map((atS) => ({ series: 'a', atS, bytes: 1e6 * atS }));
    const svg = await renderSvg(spaceOverTime(plain, samples, [{ label: 'snapshot', from: 1 }]));
    expect(textsOf(svg)).includes.members(['Space (MB)', 'snapshot']);
  });

  it('show how many stalls a minute last at least so long', () => {
    const spec = stalls(plain, [{ series: 'a', durationsMs: [5, 1, 20], overS: 30 }]);
    expect(pointsOf(spec).map(({ x, value }) => [x, value])).deep.equals([
      [1, 6],
      [5, 4],
      [20, 2],
    ]);
    expect(() => stalls(plain, [{ series: 'a', durationsMs: [], overS: 1 }])).throw(RangeError, 'no stalls');
    expect(() => stalls(plain, [{ series: 'a', durationsMs: [0], overS: 1 }])).throw(RangeError, 'not above 0');
  });

  it('show latency by cause, with what is tiny everywhere as one', async () => {
    const part = (at: string, cause: string, ms: number) => ({ system: 'raw', at, cause, ms });
    const spec = latencyByCause({ description: 'd', systems: ['raw'], at: ['mean', 'p99'] }, [
      part('mean', 'seek', 6),
      part('mean', 'lock wait', 0.001),
      part('mean', 'conflict', 0.002),
      part('p99', 'seek', 60),
      part('p99', 'lock wait', 0),
    ]);
    expect(pointsOf(spec).map(({ series, panel, value }) => [series, panel, Number(value.toFixed(4))])).deep.equals([
      ['seek', 'mean', 6],
      ['others', 'mean', 0.003],
      ['seek', 'p99', 60],
      ['others', 'p99', 0],
    ]);
    expect(textsOf(await renderSvg(spec))).includes.members(['mean', 'p99', 'others']);
  });

  it('show what was simulated over what a paper states, on log axes', async () => {
    const one = { claim: 'c', by: 'FVD', paper: 2, simulated: 3, low: 2.5, high: 3.5, isCalibrated: false };
    const spec = paperAgainstSimulated([
      one,
      { ...one, claim: 'zero', paper: 0 },
      { ...one, claim: 'set', by: 'iROW', isCalibrated: true },
    ]);
    const values = (spec as unknown as { data: { values: readonly { ratio: number; basis: string }[] } }).data.values;
    expect(values.map(({ ratio, basis }) => [ratio, basis])).deep.equals([
      [1.5, 'predicted'],
      [1.5, 'calibrated'],
    ]);
    expect(textsOf(await renderSvg(spec))).includes.members(['FVD', 'iROW', 'predicted', 'Simulated / paper']);
    expect(() => paperAgainstSimulated([{ ...one, paper: -1 }])).throw(RangeError, 'no numbers above 0');
    expect(() => paperAgainstSimulated([{ ...one, high: Infinity }])).throw(RangeError, 'not finite');
  });
});

describe('the timeline of a run', () => {
  const slice = (lane: string, name: string, fromS: number, toS: number) => ({ lane, name, fromS, toS });

  it('has a lane for each kind of slice, a track for each value, and a strip to choose a window on', async () => {
    const svg = await renderSvg(
      runTimeline(
        { description: 'd', lanes: ['epochs', 'downtime'], endS: 10 },
        [slice('epochs', 'epoch', 0, 5), slice('downtime', 'stopped', 5, 5.1)],
        [{ title: 'Queue', samples: [{ atS: 0, value: 1 }] }],
      ),
    );
    expect(marksOf(svg, 'lanes')).equals(2);
    expect(textsOf(svg)).includes.members(['epochs', 'downtime', 'stopped', 'Queue', 'Choose a window (s)']);
  });

  it('refuses a slice that ends before it begins, or lies in no lane, and nothing at all', () => {
    const options = { description: 'd', lanes: ['epochs'], endS: 1 };
    expect(() => runTimeline(options, [slice('epochs', 'e', 1, 0)], [])).throw(RangeError, 'from 1 to 0');
    expect(() => runTimeline(options, [slice('disk', 'e', 0, 1)], [])).throw(RangeError, 'lane "disk"');
    expect(() => runTimeline(options, [], [])).throw(RangeError, 'of nothing');
  });

  it('is thinned: near slices become one, and then the longest stay; it says how many', () => {
    const near = [slice('a', 'x', 0, 0.001), slice('a', 'x', 0.0015, 0.002), slice('a', 'y', 0.003, 0.004), slice('a', 'x', 5, 6)];
    expect(thinned(near, 10)).deep.equals({
      slices: [slice('a', 'x', 0, 0.002), slice('a', 'y', 0.003, 0.004), slice('a', 'x', 5, 6)],
      merged: 1,
      dropped: 0,
    });
    const { slices, dropped } = thinned([...near, slice('b', 'x', 0, 0.1)], 10, 2);
    expect([slices, dropped]).deep.equals([[slice('a', 'x', 5, 6), slice('b', 'x', 0, 0.1)], 2]);
    const epochs = [slice('e', 'epoch', 0, 5), slice('e', 'epoch', 5, 9)];
    expect(thinned(epochs, 10).slices).deep.equals(epochs);
  });
});

describe('points of others over a chart', () => {
  it('are drawn on bars and on lines in panels, with a legend of their own', async () => {
    const bars = await renderSvg(
      withOverlay(demoBars, [
        { series: 'FVD', x: 'read', y: 7 },
        { series: 'our drive', x: 'read', y: 6 },
      ]),
    );
    expect([marksOf(bars, 'overlay'), marksOf(bars, 'overlay_beside')]).deep.equals([1, 1]);
    expect(textsOf(bars)).includes('our drive');
    expect(marksOf(bars, 'bars')).equals(12);
    const bands = await renderSvg(withOverlay(demoBands, [{ series: 'ours', x: '20', y: 2, panel: 'cache on, depth 1' }]));
    expect(marksOf(bands, 'overlay')).equals(1);
    expect(marksOf(bands, 'points')).equals(45);
  });

  it('are drawn beside single seeds', async () => {
    const spec = withOverlay(withSingleSeeds(demoBars, demoSeeds), [{ series: 'FVD', x: 'read', y: 7 }]);
    const svg = await renderSvg(spec);
    expect([marksOf(svg, 'overlay'), marksOf(svg, 'bars')]).deep.equals([1, 12]);
  });

  it('change nothing where there are none', async () => {
    const without = await renderSvg(demoBars);
    expect(marksOf(await renderSvg(withOverlay(demoBars, [])), 'bars')).equals(marksOf(without, 'bars'));
  });

  it('are refused where they have no place', () => {
    const bar = { series: 'ours', x: 'read', y: 1 };
    expect(() => withOverlay(demoBars, [{ ...bar, x: 'erase' }])).throw(OverlayError, 'x = "erase", not one of first write');
    expect(() => withOverlay(demoBars, [{ ...bar, panel: 'p' }])).throw(OverlayError, 'without panels');
    expect(() => withOverlay(demoBars, [{ ...bar, y: NaN }])).throw(OverlayError, 'y = NaN');
    expect(() => withOverlay(demoBands, [{ ...bar, x: 0, panel: 'cache on, depth 1' }])).throw(OverlayError, 'log axis');
    expect(() => withOverlay(demoBands, [{ ...bar, x: 5 }])).throw(OverlayError, 'the panel ""');
    const bars = tornado({ description: 'd', xTitle: 'x', value: 1 }, [{ parameter: 'p', lowEnd: 'a', highEnd: 'b', atLow: 1, atHigh: 2 }]);
    expect(overlayPlaces(bars)).equals(null);
    expect(() => withOverlay(bars, [])).throw(OverlayError, 'takes no points');
  });
});

describe('single seeds of a chart', () => {
  it('stand beside its points, and are drawn where the switch is on', async () => {
    const spec = withSingleSeeds(demoBars, demoSeeds);
    expect(hasSingleSeeds(spec)).equals(true);
    const on = { ...(spec as unknown as { params: object[] }), params: [{ name: 'seeds', value: true }] } as unknown as Spec;
    expect([marksOf(await renderSvg(spec), 'seeds'), marksOf(await renderSvg(on), 'seeds')]).deep.equals([0, 36]);
    expect(marksOf(await renderSvg(on), 'bars')).equals(12);
  });

  it('do not break the lines that they stand beside, nor do points of others', async () => {
    const line = (offset: number): Spec =>
      lines(
        { ...plain, xTitle: 'x', yTitle: 'y' },
        [1, 2, 3].map((x) => ({ series: 'a', x, value: x + offset, low: x + offset, high: x + offset })),
      );
    const spec = withOverlay(withSingleSeeds(line(0), [line(-0.1), line(0.1)]), [{ series: 'a', x: 2.5, y: 1 }]);
    const on = { ...(spec as unknown as { params: object[] }), params: [{ name: 'seeds', value: true }] } as unknown as Spec;
    const path = /class="mark-line role-mark lines_marks[^]*? d="([^"]*)"/.exec(await renderSvg(on))![1]!;
    expect(path.match(/M/g)).length(1);
    expect(path.match(/L/g)).length(2);
  });

  it('are left out where the seeds draw other points, or there is one only', () => {
    expect(hasSingleSeeds(withSingleSeeds(demoBars, [demoBars, demoBands]))).equals(false);
    expect(hasSingleSeeds(withSingleSeeds(demoBars, [demoBars]))).equals(false);
  });
});
