/** Latency over throughput as the load grows, with the knee marked: from there on more load buys latency, and little throughput. */
import type { TopLevelSpec } from 'vega-lite';
import type { ChartOptions } from './layers.js';
import { assemble } from './layers.js';
import { lineLayers, type LinePoint } from './lines.js';
import { ink, neutral, textPx } from './style.js';
import type { Json } from './whole-spec.js';

/** What one system does under one load. */
export interface LoadPoint {
  readonly series: string;
  /** What was offered, such as requests in flight: orders the points. */
  readonly load: number;
  readonly throughput: number;
  readonly latency: number;
  /** The interval of the latency; the latency itself where there is none. */
  readonly low: number;
  readonly high: number;
}

/**
 * A line for each series through its loads in ascending order.
 * @throws RangeError at a load twice in a series, or as other charts
 */
export function throughputLatency(options: ChartOptions, loads: readonly LoadPoint[]): TopLevelSpec {
  const bySeries = options.series.map((series) => inOrder(loads.filter((point) => point.series === series)));
  const points = bySeries.flat().map(({ series, load, throughput, latency, low, high }): LinePoint & { load: number } => {
    return { series, load, x: throughput, value: latency, low, high };
  });
  const knees = bySeries.flatMap((own) => kneeOf(own) ?? []);
  const layers = lineLayers(options, points).map((layer) =>
    layer['name'] === 'lines' || layer['name'] === 'band' ? byLoad(layer) : layer,
  );
  return assemble(options, points, [...layers.filter(({ name }) => name !== 'band'), ...kneeLayers(knees)]);
}

/** Throughput may fall under too much load: the line goes from load to load, not from left to right. */
const byLoad = (layer: Json): Json => ({
  ...layer,
  encoding: { ...(layer['encoding'] as Json), order: { field: 'load', type: 'quantitative' } },
});

function inOrder(loads: readonly LoadPoint[]): LoadPoint[] {
  const sorted = [...loads].sort((a, b) => a.load - b.load);
  const twice = sorted.find(({ load }, i) => i > 0 && sorted[i - 1]!.load === load);
  if (twice !== undefined) throw new RangeError(`the load ${twice.load} twice for "${twice.series}"`);
  return sorted;
}

/**
 * The load at which throughput, as a share of its range, is furthest above latency, as a share of its own. Null below three loads, and
 * where no load is better than both ends: a line that bends nowhere has no knee.
 */
export function kneeOf(loads: readonly LoadPoint[]): LoadPoint | null {
  if (loads.length < 3) return null;
  const share = (value: number, values: readonly number[]): number => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return most === least ? 0 : (value - least) / (most - least);
  };
  const throughputs = loads.map(({ throughput }) => throughput);
  const latencies = loads.map(({ latency }) => latency);
  const gains = loads.map(({ throughput, latency }) => share(throughput, throughputs) - share(latency, latencies));
  const best = gains.indexOf(Math.max(...gains));
  const ends = Math.max(gains[0]!, gains[gains.length - 1]!);
  return gains[best]! > ends + 0.05 ? loads[best]! : null;
}

function kneeLayers(knees: readonly LoadPoint[]): Json[] {
  if (knees.length === 0) return [];
  const values = knees.map(({ load, throughput, latency }) => ({
    x: throughput,
    value: latency,
    label: `knee at ${Number(load.toPrecision(3))}`,
  }));
  const x = { field: 'x', type: 'quantitative' };
  const y = { field: 'value', type: 'quantitative' };
  return [
    {
      name: 'knees',
      data: { values },
      mark: { type: 'point', shape: 'circle', size: 150, stroke: ink, strokeWidth: 1.6, fill: null, aria: false },
      encoding: { x, y },
    },
    {
      name: 'knee_labels',
      data: { values },
      mark: {
        type: 'text',
        align: 'right',
        baseline: 'bottom',
        dx: -9,
        dy: -5,
        fontSize: textPx,
        color: ink,
        stroke: neutral.paper,
        strokeWidth: 0.1,
      },
      encoding: { x, y, text: { field: 'label', type: 'nominal' } },
    },
  ];
}
