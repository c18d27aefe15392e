/** Pictures of what a trace holds. It knows charts, not files. */
import type { TopLevelSpec } from 'vega-lite';
import { lines, type LinePoint } from '../../results/charts/index.js';
import { second } from '../../sim/units.js';
import type { Activity } from './activity.js';
import type { SizeBucket } from './sizes.js';

export const infoChartKinds = ['throughput', 'requests', 'sizes'] as const;
export type InfoChartKind = (typeof infoChartKinds)[number];

const series = ['read', 'written'];

/** The trace over its time, or the sizes of its requests. */
export function infoChart(kind: InfoChartKind, activity: Activity, buckets: readonly SizeBucket[]): TopLevelSpec {
  if (kind === 'sizes') return sizesChart(buckets);
  const isBytes = kind === 'throughput';
  const yTitle = isBytes ? 'Throughput (MB/s)' : 'Requests per second';
  const columns = isBytes ? [activity.readBytes, activity.writtenBytes] : [activity.readRequests, activity.writeRequests];
  const scale = second / activity.binLength / (isBytes ? 1e6 : 1);
  const points = columns.flatMap((column, i) =>
    column.map((value, bin) => point(series[i]!, ((bin + 0.5) * activity.binLength) / second, value * scale)),
  );
  return lines({ description: `${yTitle} over the time of a trace`, xTitle: 'Time (s)', yTitle, series, width: 'page' }, points);
}

/** Shares of the requests that are at most so large. */
function sizesChart(buckets: readonly SizeBucket[]): TopLevelSpec {
  const shares = (name: string, countOf: (bucket: SizeBucket) => number): LinePoint[] => {
    const total = buckets.reduce((sum, bucket) => sum + countOf(bucket), 0);
    let sum = 0;
    return total === 0 ? [] : buckets.map((bucket) => point(name, bucket.upTo / 1024, (sum += countOf(bucket)) / total));
  };
  const points = [...shares('read', ({ reads }) => reads), ...shares('written', ({ writes }) => writes)];
  const options = { xTitle: 'Size (KiB)', yTitle: 'Share of requests at most so large', series, xLog: true, steps: true };
  return lines({ description: 'Sizes of the requests of a trace', width: 'page', ...options }, points);
}

const point = (name: string, x: number, value: number): LinePoint => ({ series: name, x, value, low: value, high: value });
