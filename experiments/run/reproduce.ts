/**
 * Draws figures of the papers: runs their points on workers, writes rows, charts and a report, and judges the claims.
 * What is written does not depend on the number of workers, nor on whether an earlier run was broken off.
 */
import path from 'node:path';
import { beginManifest, canonicalJson, sha256 } from '../../results/provenance.js';
import { renderReport } from '../../results/report/index.js';
import { makeFolder, writeAllWhole } from '../../results/store.js';
import { claimsJson, withBands, type ClaimResult } from '../claims/index.js';
import type { Scale } from '../figures/figure.js';
import { figures } from '../figures/index.js';
import { packageRoot } from '../places.js';
import { drawFigure, type DrawnFigure } from '../report/drawn-figure.js';
import { reproductionModel } from '../report/reproduction.js';
import { storedBands } from './band-store.js';
import { failuresOf, judgeDrawn, measureFigures } from './measure-figures.js';
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
  /** The whole ledger where all figures were drawn, otherwise the claims that those which were drawn measure. */
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
  const claims = withBands(judgeDrawn(measured), bands);
  const failures = failuresOf(measured);
  const drawn: DrawnFigure[] = [];
  for (const { id, figure, rows, failures: own } of measured) {
    if (own.length === 0) drawn.push(await drawFigure(id, figure, rows, scale, new Map()));
  }
  const outputs = new Map<string, string | Uint8Array>(drawn.flatMap(({ files }) => [...files]));
  outputs.set('claims.json', `${JSON.stringify(claimsJson(claims), null, 1)}\n`);
  const manifest = endManifest(outputs);
  outputs.set('manifest.json', `${JSON.stringify(manifest, null, 1)}\n`);
  const model = await reproductionModel({
    scale,
    manifest,
    notices: failures.map((failure) => `A run failed, and what needs it is left out: ${failure}`),
    claims,
    testbeds: measured.map(({ figure }) => figure.study.testbed),
    charts: drawn.flatMap(({ charts }) => charts),
  });
  const report = renderReport(model);
  outputs.set('report.html', report);
  writeAllWhole(new Map([...outputs].map(([file, content]) => [path.join(folder, file), content])));
  const fingerprint = sha256(canonicalJson(measured.map(({ rows }) => rows))).slice(0, 16);
  return { report: path.join(folder, 'report.html'), claims, fingerprint, failures, outdatedBands: outdated };
}
