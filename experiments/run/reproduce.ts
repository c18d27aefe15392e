/**
 * Draws figures of the papers: runs their points on workers, writes rows, charts and a report, and judges the claims.
 * What is written does not depend on the number of workers, nor on whether an earlier run was broken off.
 */
import path from 'node:path';
import { renderPng, renderSvg } from '../../results/charts/index.js';
import { beginManifest, canonicalJson, sha256 } from '../../results/provenance.js';
import { renderReport } from '../../results/report/index.js';
import type { ParameterRow, ReportFigure } from '../../results/report/model.js';
import { describeColumns, toCsv, toJsonLines } from '../../results/rows.js';
import { makeFolder, writeAllWhole } from '../../results/store.js';
import { claimsJson, scoreRows, withBands, type ClaimResult } from '../claims/index.js';
import type { Scale } from '../figures/figure.js';
import { figures } from '../figures/index.js';
import { packageRoot } from '../places.js';
import { testbeds } from '../testbeds/index.js';
import { parametersOf, valueInWords } from '../testbeds/parameters.js';
import { storedBands } from './band-store.js';
import { failuresOf, judge, measureFigures, type MeasuredFigure } from './measure-figures.js';
import { openStore, type RunSettings } from './runs.js';

export interface Reproduction {
  /** Ids of figures; all where empty. */
  readonly ids: readonly string[];
  readonly scale: Scale;
  readonly folder: string;
  readonly workers: number;
  readonly command: readonly string[];
  /** Where runs that are done are kept. */
  readonly store: string;
  /** Whether to run anew what is stored. */
  readonly isFresh: boolean;
}

export interface Reproduced {
  readonly report: string;
  readonly claims: readonly ClaimResult[];
  /** Of all rows: equal for equal runs. */
  readonly fingerprint: string;
  /** One sentence for each run that failed; their figures are left out. */
  readonly failures: readonly string[];
  /** Bands that other code measured, and that are not shown for that reason. */
  readonly outdatedBands: number;
}

/** @throws InputError at an unknown id, or a folder that cannot be written to (before anything runs) */
export async function reproduce(request: Reproduction, onProgress: RunSettings['onProgress']): Promise<Reproduced> {
  const { scale, folder, workers } = request;
  const ids = request.ids.length > 0 ? request.ids : figures.names;
  for (const id of ids) figures.get(id, 'reproduce');
  for (const id of ids) makeFolder(path.join(folder, id));
  const store = openStore(request.store, request.isFresh);
  const endManifest = beginManifest(packageRoot, { command: request.command, config: { figures: ids, scale }, seed: 1 });

  const measured = await measureFigures(ids, scale, { store, workers, onProgress });
  const { bands, outdated } = storedBands(request.store, scale, store.code);
  const claims = withBands(judge(measured), bands);
  const failures = failuresOf(measured);
  const drawn: DrawnFigure[] = [];
  for (const one of measured) if (one.failures.length === 0) drawn.push(await drawFigure(one, scale));
  const outputs = new Map<string, string | Uint8Array>(drawn.flatMap(({ files }) => [...files]));
  outputs.set('claims.json', `${JSON.stringify(claimsJson(claims), null, 1)}\n`);
  const manifest = endManifest(outputs);
  outputs.set('manifest.json', `${JSON.stringify(manifest, null, 1)}\n`);
  const report = renderReport({
    title: scale === 'quick' ? 'Figures, quick run' : 'Figures',
    manifest,
    notices: failures.map((failure) => `A run failed, and what needs it is left out: ${failure}`),
    scoreboard: scoreRows(claims),
    parameters: [...new Set(measured.map(({ figure }) => figure.study.testbed))].flatMap(parameterRows),
    figures: drawn.flatMap(({ charts }) => charts),
  });
  outputs.set('report.html', report);
  writeAllWhole(new Map([...outputs].map(([file, content]) => [path.join(folder, file), content])));
  const fingerprint = sha256(canonicalJson(measured.map(({ rows }) => rows))).slice(0, 16);
  return { report: path.join(folder, 'report.html'), claims, fingerprint, failures, outdatedBands: outdated };
}

interface DrawnFigure {
  /** All files of the figure, by name. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly charts: readonly ReportFigure[];
}

async function drawFigure({ id, figure, rows }: MeasuredFigure, scale: Scale): Promise<DrawnFigure> {
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
      paper: figure.paper,
      source: `${figure.paper}, ${figure.locus}`,
      // Claims are of the figure as a whole: they stand beside its first chart.
      claims: charts.length === 0 ? figure.measures.map(({ claim }) => claim) : [],
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

function parameterRows(name: string): ParameterRow[] {
  return parametersOf(testbeds.get(name, 'a figure')).map(({ path: parameter, value, unit, status, source, range, calibratedOn }) => ({
    name: `${name}.${parameter}`,
    value: valueInWords(value, unit),
    status,
    range: range === undefined ? '' : range.map((bound) => valueInWords(bound, unit)).join(' to '),
    calibratedOn: calibratedOn ?? '',
    source,
  }));
}
