/** The folder of a comparison: runs, tables, a chart, a manifest. It does not know what was compared. */
import path from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { renderPng, renderSvg } from '../../results/charts/index.js';
import type { beginManifest } from '../../results/provenance.js';
import { describeColumns, toCsv, toJsonLines, type Column, type Row } from '../../results/rows.js';
import { makeFolder, writeAllWhole } from '../../results/store.js';

export interface ComparisonFiles {
  /** Texts by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** The runs that stand behind them. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Null where there is nothing to draw. */
  readonly chart: TopLevelSpec | null;
}

/** @throws InputError where the folder cannot be written */
export async function writeComparison(
  folder: string,
  { files, columns, rows, chart }: ComparisonFiles,
  endManifest: ReturnType<typeof beginManifest>,
): Promise<void> {
  makeFolder(folder);
  const all = new Map<string, string | Uint8Array>([
    ...files,
    ['rows.jsonl', toJsonLines(columns, rows)],
    ['rows.csv', toCsv(columns, rows)],
    ['columns.json', describeColumns(columns)],
  ]);
  if (chart !== null) {
    const svg = await renderSvg(chart);
    all.set('effects.vl.json', `${JSON.stringify(chart, null, 1)}\n`);
    all.set('effects.svg', svg);
    all.set('effects.png', renderPng(svg));
  }
  all.set('manifest.json', `${JSON.stringify(endManifest(all), null, 1)}\n`);
  writeAllWhole(new Map([...all].map(([name, content]) => [path.join(folder, name), content])));
}
