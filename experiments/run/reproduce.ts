/**
 * Draws figures of the papers: runs their points on workers, writes rows, charts and a report, and judges the claims.
 * The rows do not depend on the number of workers.
 */
import path from 'node:path';
import { renderPng, renderSvg } from '../../results/charts/index.js';
import { beginManifest, canonicalJson, sha256 } from '../../results/provenance.js';
import { renderReport } from '../../results/report/index.js';
import type { ParameterRow, ReportFigure } from '../../results/report/model.js';
import { describeColumns, toCsv, toJsonLines, type Row } from '../../results/rows.js';
import { makeFolder, writeAllWhole } from '../../results/store.js';
import { claimsJson, evaluateClaims, loadLedger, scoreRows, take, type ClaimResult, type Measurement } from '../claims/index.js';
import type { Figure, Scale, Study } from '../figures/figure.js';
import { formatBytes, formatTime } from '../../sim/units.js';
import { figures } from '../figures/index.js';
import { packageRoot } from '../places.js';
import { testbeds } from '../testbeds/index.js';
import { parametersOf } from '../testbeds/parameters.js';
import type { FigureTask } from './figure-worker.js';
import { runTasks } from './pool.js';

export interface Reproduction {
  /** Ids of figures; all where empty. */
  readonly ids: readonly string[];
  readonly scale: Scale;
  readonly folder: string;
  readonly workers: number;
  readonly command: readonly string[];
}

export interface Reproduced {
  readonly report: string;
  readonly claims: readonly ClaimResult[];
  /** Of all rows: equal for equal runs. */
  readonly fingerprint: string;
}

/** @throws InputError at an unknown id, or a folder that cannot be written to (before anything runs) */
export async function reproduce(request: Reproduction, onProgress: (share: number) => void): Promise<Reproduced> {
  const ids = request.ids.length > 0 ? request.ids : figures.names;
  for (const id of ids) figures.get(id, 'reproduce');
  for (const id of ids) makeFolder(path.join(request.folder, id));
  const endManifest = beginManifest(packageRoot, { command: request.command, config: { figures: ids, scale: request.scale }, seed: 1 });

  const measured = await runFigures(ids, request.scale, request.workers, onProgress);
  const claims = judge(measured);
  const drawn: DrawnFigure[] = [];
  for (const one of measured) drawn.push(await drawFigure(one, request));
  const outputs = new Map<string, string | Uint8Array>(drawn.flatMap(({ files }) => [...files]));
  outputs.set('claims.json', `${JSON.stringify(claimsJson(claims), null, 1)}\n`);
  const manifest = endManifest(outputs);
  outputs.set('manifest.json', `${JSON.stringify(manifest, null, 1)}\n`);
  const parameters = [...new Set(measured.map(({ figure }) => figure.study.testbed))].flatMap(parameterRows);
  const title = request.scale === 'quick' ? 'Figures, quick run' : 'Figures';
  outputs.set(
    'report.html',
    renderReport({ title, manifest, scoreboard: scoreRows(claims), parameters, figures: drawn.flatMap(({ charts }) => charts) }),
  );
  writeAllWhole(new Map([...outputs].map(([file, content]) => [path.join(request.folder, file), content])));
  return {
    report: path.join(request.folder, 'report.html'),
    claims,
    fingerprint: sha256(canonicalJson(measured.map(({ rows }) => rows))).slice(0, 16),
  };
}

/** A figure with the rows of all its runs. */
export interface MeasuredFigure {
  readonly id: string;
  readonly figure: Figure;
  readonly rows: readonly Row[];
}

/** Runs all points and seeds of figures, each study once; the rows are in the order of points and seeds, whatever the number of workers. */
export async function runFigures(
  ids: readonly string[],
  scale: Scale,
  workers: number,
  onProgress: (share: number) => void,
): Promise<MeasuredFigure[]> {
  const chosen = ids.map((id) => ({ id, figure: figures.get(id, 'reproduce') }));
  const studies = [...new Set(chosen.map(({ figure }) => figure.study))];
  const drawnBy = (study: Study): string => chosen.find(({ figure }) => figure.study === study)!.id;
  const tasks = studies.flatMap((study) => tasksOf(drawnBy(study), study, scale));
  const results = await runTasks<FigureTask, Row[]>(new URL('./figure-worker.js', import.meta.url), tasks, workers, (done) =>
    onProgress(done / tasks.length),
  );
  return chosen.map(({ id, figure }) => {
    const runner = drawnBy(figure.study);
    return { id, figure, rows: results.filter((_, i) => tasks[i]!.figure === runner).flat() };
  });
}

function tasksOf(figure: string, study: Study, scale: Scale): FigureTask[] {
  return study
    .points(scale)
    .flatMap((point) => Array.from({ length: study.seeds(point, scale) }, (_, i) => ({ figure, point, seed: i + 1, scale })));
}

interface DrawnFigure {
  /** All files of the figure, by name. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly charts: readonly ReportFigure[];
}

async function drawFigure({ id, figure, rows }: MeasuredFigure, { scale }: Reproduction): Promise<DrawnFigure> {
  const files = new Map<string, string | Uint8Array>([
    [`${id}/rows.jsonl`, toJsonLines(figure.study.columns, rows)],
    [`${id}/rows.csv`, toCsv(figure.study.columns, rows)],
    [`${id}/columns.json`, describeColumns(figure.study.columns)],
  ]);
  const charts: ReportFigure[] = [];
  for (const chart of figure.charts(rows)) {
    const svg = await renderSvg(chart.spec);
    const png = renderPng(svg);
    files.set(`${id}/${chart.name}.vl.json`, `${JSON.stringify(chart.spec, null, 1)}\n`);
    files.set(`${id}/${chart.name}.svg`, svg);
    files.set(`${id}/${chart.name}.png`, png);
    charts.push({
      id: `${id}-${chart.name}`,
      title: chart.title,
      source: `${figure.paper}, ${figure.locus}`,
      caption: chart.caption,
      spec: chart.spec,
      svg,
      png,
      points: chart.points,
      rows: { columns: figure.study.columns, rows },
      command: `snapsim reproduce ${id}${scale === 'quick' ? ' --quick' : ''}`,
    });
  }
  return { files, charts };
}

/** Judges every claim of the ledger by the rows of the figures that measure it. */
export function judge(measured: readonly MeasuredFigure[]): ClaimResult[] {
  const measurements = new Map<string, Measurement>();
  for (const { figure, rows } of measured) {
    for (const measure of figure.measures) measurements.set(measure.claim, take(measure, figure.claimRows(rows)));
  }
  return evaluateClaims(loadLedger(), measurements);
}

/** A parameter's value as a person reads it. */
function inWords(value: unknown, unit: string): string {
  if (typeof value === 'number' && unit === 'B') return formatBytes(value);
  if (typeof value === 'number' && unit === 'ns') return formatTime(value);
  if (typeof value === 'number' && unit === 'B/s') return `${value / 1e6} MB/s`;
  return `${String(value)} ${unit}`.trim();
}

function parameterRows(name: string): ParameterRow[] {
  return parametersOf(testbeds.get(name, 'a figure')).map(({ path: parameter, value, unit, status, source, range, calibratedOn }) => ({
    name: `${name}.${parameter}`,
    value: inWords(value, unit),
    source: [
      status,
      source,
      range === undefined ? '' : `range ${range.map((bound) => inWords(bound, unit)).join(' to ')}`,
      calibratedOn === undefined ? '' : `calibrated on ${calibratedOn}`,
    ]
      .filter((part) => part !== '')
      .join('; '),
  }));
}
