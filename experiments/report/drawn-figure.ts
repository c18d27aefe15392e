/** A figure of a paper from its rows: the files that lie beside a report, and what the report shows. It runs nothing. */
import { withSingleSeeds, type OverlayPoint } from '../../results/charts/index.js';
import type { ReportFigure, Table } from '../../results/report/model.js';
import { describeColumns, toCsv, toJsonLines, type Row } from '../../results/rows.js';
import type { Chart, Figure, Scale } from '../figures/figure.js';
import { drawn, figureFiles } from './own-figure.js';

export interface DrawnFigure {
  /** All files of the figure, by name. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly charts: readonly ReportFigure[];
}

/** @param overlays points of one's own, by the id of the chart */
export async function drawFigure(
  id: string,
  figure: Figure,
  rows: readonly Row[],
  scale: Scale,
  overlays: ReadonlyMap<string, readonly OverlayPoint[]>,
): Promise<DrawnFigure> {
  const { columns } = figure.study;
  const files = new Map<string, string | Uint8Array>([
    [`${id}/rows.jsonl`, toJsonLines(columns, rows)],
    [`${id}/rows.csv`, toCsv(columns, rows)],
    [`${id}/columns.json`, describeColumns(columns)],
  ]);
  const charts: ReportFigure[] = [];
  const table: Table = { columns, rows };
  const alone = chartsOfSeeds(figure, rows, scale);
  for (const [i, chart] of figure.charts(rows).entries()) {
    const name = `${id}-${chart.name}`;
    const overlay = overlays.get(name) ?? [];
    const spec = withSingleSeeds(
      chart.spec,
      alone.flatMap((charted) => charted[i]?.spec ?? []),
    );
    const { svg, pdf } = await drawn(spec, chart.title, overlay);
    const shown: ReportFigure = {
      id: name,
      title: chart.title,
      paper: figure.paper,
      source: `${figure.paper}, ${figure.locus}`,
      // Claims are of the figure as a whole: they stand beside its first chart.
      claims: charts.length === 0 ? figure.measures.map(({ claim }) => claim) : [],
      caption: chart.caption,
      spec,
      overlay,
      svg,
      pdf,
      points: chart.points,
      rows: table,
      config: configOf(figure, scale),
      command: `snapsim reproduce ${id}${scale === 'quick' ? ' --quick' : ''}`,
    };
    charts.push(shown);
    for (const [ending, content] of figureFiles(shown)) files.set(`${id}/${chart.name}.${ending}`, content);
  }
  return { files, charts };
}

/**
 * The charts of each seed alone; none where points were run with one seed only, or where the figure cannot be drawn from one: some note
 * what happened over time in the first run only.
 */
function chartsOfSeeds(figure: Figure, rows: readonly Row[], scale: Scale): Chart[][] {
  const { study } = figure;
  const shared = Math.min(...study.points(scale).map((point) => study.seeds(point, scale)));
  if (shared < 2) return [];
  const ofSeeds = Array.from({ length: shared }, (_, i) => asOnlySeed(rows, i + 1));
  try {
    return ofSeeds.map((own) => figure.charts(own));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return [];
    throw error;
  }
}

/** The rows of one seed, by the number of the first: some charts show what happened in the first run. */
const asOnlySeed = (rows: readonly Row[], seed: number): Row[] =>
  rows.filter((row) => row['seed'] === seed).map((row) => ({ ...row, seed: 1 }));

const pointsListed = 24;

/** The points of a study as they were run, one a line, without the end of a long list. */
function configOf({ study }: Figure, scale: Scale): string {
  const points = study.points(scale);
  const rest = points.length - pointsListed;
  const lines = points.slice(0, pointsListed).map((point) => {
    const seeds = study.seeds(point, scale);
    return `- ${JSON.stringify(point)
      .replaceAll(/([{,]"[^"]*":)/g, '$1 ')
      .replaceAll(',"', ', "')}  # ${seeds === 1 ? 'seed 1' : `seeds 1 to ${seeds}`}`;
  });
  return [
    `testbed: ${study.testbed}`,
    `scale: ${scale}`,
    `points:  # ${points.length}`,
    ...lines,
    ...(rest > 0 ? [`# and ${rest} more`] : []),
  ].join('\n');
}
