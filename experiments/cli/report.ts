/** `snapsim report`: the page of a result folder, drawn anew. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { renderReport } from '../../results/report/index.js';
import { makeFolder, writeAllWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';
import { readOverlay, type Overlays } from '../report/overlay-file.js';
import { readManifest, reportOfReproduction } from '../report/result-folder.js';
import { reportOfStudy } from '../report/study-folder.js';
import { runOptions } from './run-progress.js';

interface Options {
  readonly overlay?: string;
  readonly out?: string;
  readonly store: string;
}

export function addReport(program: Command): void {
  program
    .command('report')
    .description('draw the report and the figures of a result folder anew, without a run')
    .argument('<folder>', 'what reproduce or run wrote')
    .option('--overlay <file>', 'points of your own to lay over figures: CSV with the columns figure,series,x,y (and panel)')
    .option('--out <folder>', 'where the report and all figures go (default: the report alone, into the result folder)')
    .addOption(runOptions.store())
    .action(async (folder: string, { overlay, out, store }: Options) => {
      if (out === '') throw new InputError('--out', 'an empty text', 'a folder');
      const overlays: Overlays = overlay === undefined ? new Map() : readOverlay(overlay);
      const manifest = readManifest(folder);
      const isStudy = existsSync(path.join(folder, 'summary.json'));
      const { model, files } = isStudy
        ? await reportOfStudy(folder, manifest, overlays)
        : await reportOfReproduction(folder, manifest, store, overlays);
      const report = path.join(out ?? folder, 'report.html');
      const outputs = new Map<string, string | Uint8Array>([[report, renderReport(model)]]);
      if (out !== undefined) for (const [file, content] of files) outputs.set(path.join(out, file), content);
      for (const folderOf of new Set([...outputs.keys()].map((file) => path.dirname(file)))) makeFolder(folderOf);
      writeAllWhole(outputs);
      process.stdout.write(`report: ${report}\n`);
    });
}
