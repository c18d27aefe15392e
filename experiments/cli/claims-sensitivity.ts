/** `snapsim claims --sensitivity`: a claim's tornado plots in a folder of their own, and a table on the terminal. */
import path from 'node:path';
import { renderPng, renderSvg } from '../../results/charts/index.js';
import { beginManifest } from '../../results/provenance.js';
import { describeColumns, toCsv, toJsonLines } from '../../results/rows.js';
import { makeFolder, writeAllWhole } from '../../results/store.js';
import { loadLedger } from '../claims/index.js';
import { measureOf, measureSensitivity } from '../claims/sensitivity.js';
import { sensitivityColumns, sensitivityNotes, sensitivityRows, sensitivityTable, tornadoCharts } from '../claims/sensitivity-output.js';
import type { Scale } from '../figures/figure.js';
import { packageRoot } from '../places.js';
import { allMeasures } from '../run/measure-figures.js';
import type { RunSettings } from '../run/runs.js';
import { reportFailures } from './run-progress.js';
import { table } from './table.js';

export interface SensitivityRequest {
  readonly scale: Scale;
  readonly seeds: number;
  /** The usual folder of the claim where not given. */
  readonly out?: string;
  readonly isJson: boolean;
}

/** @param onMeasured called when the runs are done, before anything is printed */
export async function printSensitivity(
  id: string,
  request: SensitivityRequest,
  settings: RunSettings,
  onMeasured: () => void,
): Promise<void> {
  const { claim, by } = measureOf(id, loadLedger(), allMeasures());
  const folder = request.out ?? path.join('results', 'out', 'sensitivity', id);
  makeFolder(folder);
  const { scale, seeds } = request;
  const config = { claim: id, scale, seeds };
  const endManifest = beginManifest(packageRoot, { command: ['snapsim', ...process.argv.slice(2)], config, seed: 1 });
  const sensitivity = await measureSensitivity(claim, by, scale, seeds, settings);
  onMeasured();

  const rows = sensitivityRows(sensitivity);
  const files = new Map<string, string | Uint8Array>([
    ['rows.jsonl', toJsonLines(sensitivityColumns, rows)],
    ['rows.csv', toCsv(sensitivityColumns, rows)],
    ['columns.json', describeColumns(sensitivityColumns)],
  ]);
  for (const { name, spec } of tornadoCharts(sensitivity)) {
    const svg = await renderSvg(spec);
    files.set(`${name}.vl.json`, `${JSON.stringify(spec, null, 1)}\n`);
    files.set(`${name}.svg`, svg);
    files.set(`${name}.png`, renderPng(svg));
  }
  const { header, rows: cells } = sensitivityTable(sensitivity);
  const about = `${id} on test-bed ${sensitivity.testbed}, ${scale}, ${sensitivity.seeds} seed${sensitivity.seeds === 1 ? '' : 's'}`;
  const text = [
    about,
    '',
    ...(cells.length === 0 ? ['no open parameter matters'] : [table(header, cells)]),
    '',
    ...sensitivityNotes(sensitivity),
    '',
  ].join('\n');
  files.set('table.txt', text);
  files.set('manifest.json', `${JSON.stringify(endManifest(files), null, 1)}\n`);
  writeAllWhole(new Map([...files].map(([name, content]) => [path.join(folder, name), content])));
  process.stdout.write(request.isJson ? `${JSON.stringify({ ...config, rows }, null, 1)}\n` : `${text}output: ${folder}\n`);
  reportFailures(sensitivity.failures);
}
