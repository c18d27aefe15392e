/** The report of what `snapsim run` wrote: a figure for each metric over what was swept. It reads the folder alone, and runs nothing. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { groupedBars, lines, throughputLatency, withSingleSeeds, type ChartPoint } from '../../results/charts/index.js';
import type { Manifest } from '../../results/provenance.js';
import type { ReportFigure } from '../../results/report/index.js';
import type { Cell, Column, Row } from '../../results/rows.js';
import { InputError } from '../../sim/errors.js';
import { ownFigure, tableOf, type Undrawn } from './own-figure.js';
import type { Overlays } from './overlay-file.js';
import { checkAllPlaced, filesOfFigures, placing, readJson, readRows, type FolderReport } from './result-folder.js';

interface PointSummary {
  readonly point: string;
  readonly label: string;
  readonly values: Readonly<Record<string, Cell>>;
  readonly metric: string;
  readonly unit: string;
  readonly better: string | null;
  readonly n: number;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}
interface Summary {
  readonly study: string;
  readonly name: string;
  readonly axes: readonly string[];
  readonly summary: readonly PointSummary[];
}

/** Where the points of a study stand in a chart. */
interface Layout {
  readonly xTitle: string;
  /** The numbers of the x axis; null where x is a name. */
  readonly isNumeric: boolean;
  readonly xOf: (point: PointSummary) => Cell;
  readonly seriesOf: (point: PointSummary) => string;
}

/** @throws InputError at a folder that is none, or a point of `overlays` that has no place */
export async function reportOfStudy(folder: string, manifest: Manifest, overlays: Overlays): Promise<FolderReport> {
  const summary = readSummary(path.join(folder, 'summary.json'));
  const { columns } = readJson(path.join(folder, 'columns.json')) as { readonly columns: readonly Column[] };
  const rows = readRows(path.join(folder, 'rows.jsonl'), columns);
  const configFile = path.join(folder, 'config.yaml');
  const config = existsSync(configFile) ? readFileSync(configFile, 'utf8') : JSON.stringify(manifest.config, null, 1);
  const about = { config, command: manifest.command.join(' '), rows: { columns, rows } };
  const metrics = inOrderOfInterest(summary);
  const layout = layoutOf(summary);
  const charts: ReportFigure[] = [];
  const undrawn = [
    ...kneeFigure(summary, layout, about),
    ...metrics.flatMap((metric) => metricFigure(metric, summary, layout, columns, rows, about)),
  ];
  for (const figure of undrawn) charts.push(await placing(() => ownFigure(figure, overlays.get(figure.id) ?? [])));
  checkAllPlaced(overlays, charts);
  const model = {
    title: `${summary.name}: ${summary.study}`,
    manifest,
    notices: [],
    scoreboard: [],
    parameters: [],
    overview: [],
    figures: charts,
  };
  return { model, files: filesOfFigures(charts) };
}

function readSummary(file: string): Summary {
  const summary = readJson(file) as Partial<Summary> | null;
  if (typeof summary !== 'object' || summary === null || !Array.isArray(summary.axes) || !Array.isArray(summary.summary))
    throw new InputError(file, 'no summary of a study', 'what snapsim run writes');
  return summary as Summary;
}

/** The axis of numbers with the most values goes to the right; what is left tells the series. */
function layoutOf({ axes, summary, study }: Summary): Layout {
  const valuesOf = (axis: string): Cell[] => [...new Set(summary.map(({ values }) => values[axis] ?? null))];
  const byLength = [...axes].sort((a, b) => valuesOf(b).length - valuesOf(a).length);
  const isNumberAxis = (axis: string): boolean => valuesOf(axis).length > 2 && valuesOf(axis).every((value) => typeof value === 'number');
  const across = byLength.find(isNumberAxis) ?? byLength[0];
  const others = axes.filter((axis) => axis !== across);
  const seriesOf = ({ values }: PointSummary): string =>
    others.length === 0 ? study : others.map((axis) => String(values[axis] ?? '')).join(', ');
  if (across === undefined) return { xTitle: '', isNumeric: false, xOf: ({ label }) => label, seriesOf };
  return { xTitle: across, isNumeric: isNumberAxis(across), xOf: ({ values }) => values[across] ?? null, seriesOf };
}

/** What differs between points and has a direction first, what is the same everywhere last. */
function inOrderOfInterest({ summary }: Summary): string[] {
  const rank = (metric: string): number => {
    const own = summary.filter((point) => point.metric === metric && point.mean !== null);
    if (own.every(({ mean }) => mean === own[0]!.mean)) return 2;
    return own.some(({ better }) => better !== null) ? 0 : 1;
  };
  return [...new Set(summary.map(({ metric }) => metric))].sort((a, b) => rank(a) - rank(b));
}

type About = Pick<Undrawn, 'config' | 'command' | 'rows'>;

/** Nothing where no point has the metric. */
function metricFigure(
  metric: string,
  { summary }: Summary,
  layout: Layout,
  columns: readonly Column[],
  rows: readonly Row[],
  about: About,
): Undrawn[] {
  const own = summary.filter((point) => point.metric === metric && point.mean !== null);
  if (own.length === 0) return [];
  const { unit, better } = own[0]!;
  const description = columns.find(({ name }) => name === metric)?.about ?? metric;
  const title = unit === '' || unit === '1' ? metric : `${metric} (${unit})`;
  const seeds = Math.min(...own.map(({ n }) => n));
  const draw = (valueOf: (point: PointSummary) => Pick<ChartPoint, 'value' | 'low' | 'high'>): Undrawn['spec'] =>
    chartOf(own, layout, title, description, valueOf);
  const whole = draw(({ mean, low, high }) => ({ value: mean!, low: low ?? mean!, high: high ?? mean! }));
  const alone = seedNumbers(rows, own).map((seed) =>
    draw(({ point }) => {
      const cell = rows.find((row) => row['point'] === point && row['seed'] === seed)?.[metric];
      const value = typeof cell === 'number' ? cell : 0;
      return { value, low: value, high: value };
    }),
  );
  const hasAll = rows.every((row) => typeof row[metric] === 'number');
  return [
    {
      id: `metric-${metric.replaceAll(/[^A-Za-z0-9-]/g, '-')}`,
      title: metric,
      caption: `${description}. ${better === null ? '' : `${better === 'higher' ? 'Higher' : 'Lower'} is better. `}${seeds > 1 ? `Means over ${seeds} seeds with 95 % intervals.` : 'One run.'}`,
      spec: hasAll ? withSingleSeeds(whole, alone) : whole,
      points: tableOf(
        [
          ['label', '', 'The point'],
          ['n', '1', 'Runs'],
          ['mean', unit, 'Mean over runs'],
          ['low', unit, 'Lower end of the 95 % interval'],
          ['high', unit, 'Upper end of the 95 % interval'],
        ],
        own.map(({ label, n, mean, low, high }) => ({ label, n, mean, low, high })),
      ),
      ...about,
    },
  ];
}

/** The seeds that every point was run with, where these are several. */
function seedNumbers(rows: readonly Row[], points: readonly PointSummary[]): Cell[] {
  const seeds = [...new Set(rows.map((row) => row['seed'] ?? null))];
  const shared = seeds.filter((seed) => points.every(({ point }) => rows.some((row) => row['point'] === point && row['seed'] === seed)));
  return shared.length > 1 ? shared : [];
}

function chartOf(
  points: readonly PointSummary[],
  { xTitle, isNumeric, xOf, seriesOf }: Layout,
  yTitle: string,
  description: string,
  valueOf: (point: PointSummary) => Pick<ChartPoint, 'value' | 'low' | 'high'>,
): Undrawn['spec'] {
  const series = [...new Set(points.map(seriesOf))];
  const options = { description, xTitle, yTitle, series, width: series.length > 3 || points.length > 8 ? 'page' : 'column' } as const;
  if (isNumeric)
    return lines(
      options,
      points.map((point) => ({ series: seriesOf(point), x: xOf(point) as number, ...valueOf(point) })),
    );
  const category = (point: PointSummary): string => String(xOf(point) ?? '');
  return groupedBars(
    { ...options, categories: [...new Set(points.map(category))] },
    points.map((point) => ({ series: seriesOf(point), category: category(point), ...valueOf(point) })),
  );
}

/** Latency over throughput, where both were measured over a load of at least three values. */
function kneeFigure({ summary }: Summary, layout: Layout, about: About): Undrawn[] {
  if (!layout.isNumeric) return [];
  const meansOf = (metric: string): ReadonlyMap<string, PointSummary> =>
    new Map(summary.filter((point) => point.metric === metric && point.mean !== null).map((point) => [point.point, point]));
  const [throughput, latency] = [meansOf('iops'), meansOf('meanMs')];
  const loads = [...latency.values()].flatMap((point) => {
    const rate = throughput.get(point.point);
    if (rate === undefined) return [];
    const load = layout.xOf(point) as number;
    return [
      {
        series: layout.seriesOf(point),
        load,
        throughput: rate.mean!,
        latency: point.mean!,
        low: point.low ?? point.mean!,
        high: point.high ?? point.mean!,
      },
    ];
  });
  if (loads.length < 3) return [];
  const series = [...new Set(loads.map((load) => load.series))];
  return [
    {
      id: 'throughput-latency',
      title: 'Latency over throughput',
      caption: `Each point is a value of ${layout.xTitle}; the knee is where throughput, as a share of its range, is furthest above latency as a share of its own.`,
      spec: throughputLatency(
        { description: 'Latency over throughput with the knee', xTitle: 'Throughput (requests/s)', yTitle: 'Mean latency (ms)', series },
        loads,
      ),
      points: tableOf(
        [
          ['series', '', 'The system'],
          ['load', '', layout.xTitle],
          ['throughput', '1/s', 'Requests a second'],
          ['latency', 'ms', 'Mean latency'],
        ],
        loads.map((point) => ({ series: point.series, load: point.load, throughput: point.throughput, latency: point.latency })),
      ),
      ...about,
    },
  ];
}
