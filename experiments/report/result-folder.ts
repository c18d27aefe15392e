/** A result folder, read back to draw its report anew: with other points laid over it, or by other code. It runs nothing. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { OverlayError } from '../../results/charts/index.js';
import type { Manifest } from '../../results/provenance.js';
import type { ReportFigure, ReportModel } from '../../results/report/index.js';
import type { Column, Row } from '../../results/rows.js';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';
import type { Scale } from '../figures/figure.js';
import { figures } from '../figures/index.js';
import { withBands } from '../claims/index.js';
import { storedBands } from '../run/band-store.js';
import { judgeDrawn, type MeasuredFigure } from '../run/measure-figures.js';
import { openStore } from '../run/runs.js';
import { drawFigure } from './drawn-figure.js';
import { figureFiles } from './own-figure.js';
import type { Overlays } from './overlay-file.js';
import { reproductionModel } from './reproduction.js';

export interface FolderReport {
  readonly model: ReportModel;
  /** The files of its figures, by name within the folder. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

/**
 * The report of a folder that `reproduce` wrote.
 * @param store where bands are kept
 * @throws InputError at a folder that is none, rows that do not fit their figure, or a point of `overlays` that has no place
 */
export async function reportOfReproduction(folder: string, manifest: Manifest, store: string, overlays: Overlays): Promise<FolderReport> {
  const { ids, scale } = configOf(manifest, path.join(folder, 'manifest.json'));
  const measured = ids.map((id) => readFigure(folder, id));
  const { bands } = storedBands(store, scale, openStore(store, false).code);
  const files = new Map<string, string | Uint8Array>();
  const charts: ReportFigure[] = [];
  for (const { id, figure, rows, failures } of measured) {
    if (failures.length > 0) continue;
    const drawn = await placing(() => drawFigure(id, figure, rows, scale, overlays));
    for (const [name, content] of drawn.files) files.set(name, content);
    charts.push(...drawn.charts);
  }
  checkAllPlaced(overlays, charts);
  const model = await reproductionModel({
    scale,
    manifest,
    notices: measured.flatMap(({ failures }) => failures),
    claims: withBands(judgeDrawn(measured), bands),
    testbeds: measured.map(({ figure }) => figure.study.testbed),
    charts,
  });
  return { model, files };
}

/** The manifest of a result folder. Throws InputError where there is none. */
export function readManifest(folder: string): Manifest {
  const file = path.join(folder, 'manifest.json');
  const manifest = readJson(file) as Partial<Manifest> | null;
  if (typeof manifest !== 'object' || manifest === null || typeof manifest.config !== 'object' || typeof manifest.outputs !== 'object')
    throw new InputError(file, 'no manifest', 'what snapsim writes beside its results');
  return manifest as Manifest;
}

function configOf({ config }: Manifest, where: string): { readonly ids: readonly string[]; readonly scale: Scale } {
  const { figures: ids, scale } = config as { readonly figures?: unknown; readonly scale?: unknown };
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string'))
    throw new InputError(where, 'no list of figures', 'a folder that snapsim reproduce wrote');
  if (scale !== 'quick' && scale !== 'full') throw new InputError(where, `the scale ${JSON.stringify(scale)}`, 'quick or full');
  return { ids, scale };
}

function readFigure(folder: string, id: string): MeasuredFigure {
  const figure = figures.get(id, path.join(folder, 'manifest.json'));
  const file = path.join(folder, id, 'rows.jsonl');
  if (!existsSync(file))
    return { id, figure, rows: [], failures: [`The figure ${id} has no rows in this folder: a run failed, and it is left out.`] };
  return { id, figure, rows: readRows(file, figure.study.columns), failures: [] };
}

/** JSON Lines under declared columns. Throws InputError naming the line that is none, or has other columns. */
export function readRows(file: string, columns: readonly Column[]): Row[] {
  const lines = onFile(file, () => readFileSync(file, 'utf8')).split('\n');
  const names = columns.map(({ name }) => name).join(', ');
  return lines.flatMap((line, i) => {
    if (line === '') return [];
    const row = parsed(line, `${file}:${i + 1}`) as Row | null;
    const isRow = typeof row === 'object' && row !== null && columns.every(({ name }) => Object.hasOwn(row, name));
    if (!isRow || Object.keys(row).length !== columns.length)
      throw new InputError(`${file}:${i + 1}`, 'other columns than this version of snapsim writes', names);
    return [row];
  });
}

export const readJson = (file: string): unknown =>
  parsed(
    onFile(file, () => readFileSync(file, 'utf8')),
    file,
  );

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(where, 'no JSON', 'what snapsim wrote');
  }
}

/** A point that has no place on its chart is a mistake in the file that it comes from. */
export async function placing<T>(draw: () => Promise<T>): Promise<T> {
  try {
    return await draw();
  } catch (error) {
    if (error instanceof OverlayError) throw new InputError('--overlay', error.message, 'points that have a place on their figure');
    throw error;
  }
}

/** Throws InputError at a figure that the report does not have. */
export function checkAllPlaced(overlays: Overlays, charts: readonly ReportFigure[]): void {
  for (const [figure] of overlays)
    if (!charts.some(({ id }) => id === figure))
      throw new InputError('--overlay', `the figure "${figure}"`, `one of ${charts.map(({ id }) => id).join(', ')}`);
}

/** The files of figures that are no paper's, each under the figure's id. */
export const filesOfFigures = (figures: readonly ReportFigure[]): Map<string, string | Uint8Array> =>
  new Map(
    figures.flatMap((figure) =>
      figureFiles(figure).map(([ending, content]): [string, string | Uint8Array] => [`figures/${figure.id}.${ending}`, content]),
    ),
  );
