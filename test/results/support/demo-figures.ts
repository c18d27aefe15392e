/** Two charts with made-up values of a realistic size, for the tests of charts and of the report. */
import { groupedBars, lines, type BarPoint, type LinePoint } from '../../../results/charts/index.js';

const systems = ['native', 'RAW', 'FVD', 'QCOW2'];
const operations = ['first write', 'second write', 'read'];
const rates: Readonly<Record<string, readonly number[]>> = {
  'first write': [8.35, 8.15, 8.14, 2.62],
  'second write': [8.36, 8.16, 8.15, 3.81],
  read: [8.02, 7.83, 7.83, 3.66],
};
const paperRates: Readonly<Record<string, readonly (number | null)[]>> = {
  'first write': [null, 8.15, 8.15, 2.7],
  'second write': [null, 8.16, 8.16, 3.6],
  read: [null, null, null, null],
};

export const barPoints: BarPoint[] = operations.flatMap((category) =>
  systems.map((series, i) => {
    const value = rates[category]![i]!;
    return { category, series, value, low: value - 0.12 - i * 0.04, high: value + 0.12 + i * 0.04, paper: paperRates[category]![i]! };
  }),
);

const barOptions = {
  description: 'Throughput of random 64 KiB I/O by system and operation',
  xTitle: '',
  yTitle: 'Throughput (MB/s)',
  categories: operations,
  series: systems,
};

export const demoBars = groupedBars(barOptions, barPoints);

/** The same from each of three seeds alone. */
export const demoSeeds = [-0.11, 0.02, 0.09].map((off) =>
  groupedBars(
    barOptions,
    barPoints.map((point) => ({ ...point, value: point.value + off, low: point.value + off, high: point.value + off })),
  ),
);

export const linePoints: LinePoint[] = ['cache off, depth 1', 'cache off, depth 4', 'cache on, depth 1'].flatMap((panel, p) =>
  ['first write', 'second write', 'read'].flatMap((series, s) =>
    [5, 10, 20, 50, 100].map((x) => {
      const value = 1.2 + 0.3 * p + (2 - s) * 0.45 * (1 - x / 160);
      return {
        panel,
        series,
        x,
        value,
        low: value * 0.96,
        high: value * 1.05,
        ...(x === 100 && s < 2 && p === 0 ? { paper: value * 1.04 } : {}),
      };
    }),
  ),
);

export const demoBands = lines(
  {
    description: 'Throughput of FVD over QCOW2 by share of the disk written, for three drive settings',
    xTitle: 'Share of the disk written (%)',
    yTitle: 'FVD / QCOW2',
    series: ['first write', 'second write', 'read'],
    panels: ['cache off, depth 1', 'cache off, depth 4', 'cache on, depth 1'],
    xLog: true,
    xTicks: [5, 10, 20, 50, 100],
    width: 'page',
  },
  linePoints,
);

/** A chart whose SVG refers to a clip path by name. */
export const clippedSpec = {
  data: { values: [{ x: 1 }] },
  mark: { type: 'point' as const, clip: true },
  encoding: { x: { field: 'x', type: 'quantitative' as const } },
};
