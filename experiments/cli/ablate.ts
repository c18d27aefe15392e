/** `snapsim ablate`: the mechanisms of a config, one changed at a time. */
import type { Command } from 'commander';
import { beginManifest } from '../../results/provenance.js';
import { toCsv } from '../../results/rows.js';
import { ablationNotes, ablationTable } from '../compare/ablation-output.js';
import { asItIs, runAblations } from '../compare/ablation-runs.js';
import { ablationsOf } from '../compare/ablations.js';
import { effectColumns, effectRowsOf } from '../compare/output.js';
import { writeComparison } from '../compare/write.js';
import { openConfig } from '../config/plan.js';
import { packageRoot } from '../places.js';
import { openStudyStore } from '../run/study-runs.js';
import { reportFailures, runOptions, RunProgress } from './run-progress.js';
import { setOption } from './run.js';
import { table } from './table.js';
import { names, wholeNumber } from './values.js';

interface Options {
  readonly set: string[];
  readonly only?: string[];
  readonly all?: true;
  readonly seeds?: number;
  readonly out?: string;
  readonly workers: number;
  readonly store: string;
  readonly fresh?: true;
  readonly json?: true;
}

export function addAblate(program: Command): void {
  program
    .command('ablate')
    .description('change the mechanisms of a config one at a time: switches that are on are turned off, declared alternatives are taken')
    .argument('<config>', 'a YAML file, as for snapsim run, without a sweep')
    .option('--only <paths>', 'only these, such as format.inMemoryBitmap,method.rules', names('--only'))
    .option('--all', 'also turn on what is off')
    .addOption(setOption())
    .option('--seeds <n>', 'pairs of runs (default: the replications of the config)', wholeNumber('--seeds', 2, 10_000))
    .option('--out <folder>', 'also write runs and effects there')
    .addOption(runOptions.workers())
    .addOption(runOptions.store())
    .addOption(runOptions.fresh())
    .option('--json', 'print JSON')
    .action(async (file: string, options: Options) => {
      const ablations = ablationsOf(openConfig(file, options.set), { turnsOn: options.all === true, only: options.only ?? [] });
      const { base } = ablations;
      const command = ['snapsim', ...process.argv.slice(2)];
      const config = { base: base.config, changes: ablations.ablations.map(({ name }) => name), seeds: options.seeds ?? null };
      const endManifest = beginManifest(packageRoot, { command, config, seed: base.replication.seed, inputs: base.inputs });
      const progress = new RunProgress('ablating');
      const store = openStudyStore(options.store, options.fresh === true);
      const result = await runAblations(ablations, options.seeds, { store, workers: options.workers, onProgress: progress.update });
      progress.end();
      const { header, rows } = ablationTable(base.study, result);
      const text = [table(header, rows), '', ...ablationNotes(ablations, result), ''].join('\n');
      const effects = effectRowsOf(result.effects, ({ at }) => ({ nameA: at, nameB: asItIs }));
      const { omitted, failures, seeds } = result;
      const json = `${JSON.stringify({ study: base.kind, seeds, effects, impossible: ablations.impossible, omitted, failures }, null, 1)}\n`;
      if (options.out !== undefined) {
        const files = new Map([
          ['ablations.txt', text],
          ['ablations.json', json],
          ['effects.csv', toCsv(effectColumns, effects)],
        ]);
        await writeComparison(options.out, { files, columns: result.columns, rows: result.rows, chart: null }, endManifest);
      }
      process.stdout.write(options.json === true ? json : text);
      reportFailures(failures);
    });
}
