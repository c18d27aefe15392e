/** `snapsim compare`: two variants of a config, run in pairs. */
import type { Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { toCsv } from '../../results/rows.js';
import { compareVariants, type Comparison } from '../compare/comparison.js';
import { comparisonChart, comparisonNotes, comparisonTable, effectColumns, effectRows, runColumns } from '../compare/output.js';
import { variantsBetween, variantsOfConfigs, type Variants } from '../compare/variants.js';
import { writeComparison } from '../compare/write.js';
import { openConfig } from '../config/plan.js';
import { beginManifest } from '../../results/provenance.js';
import { packageRoot } from '../places.js';
import { openStudyStore } from '../run/study-runs.js';
import { reportFailures, runOptions, RunProgress } from './run-progress.js';
import { setOption } from './run.js';
import { table } from './table.js';
import { names, wholeNumber } from './values.js';

interface Options {
  readonly between?: string;
  readonly set: string[];
  readonly seeds?: number;
  readonly metrics?: string[];
  readonly bands: number;
  readonly out?: string;
  readonly workers: number;
  readonly store: string;
  readonly fresh?: true;
  readonly json?: true;
}

export function addCompare(program: Command): void {
  program
    .command('compare')
    .description('run two variants in pairs, with the same random numbers, and say which is better, by how much, or that it cannot be told')
    .argument('<config>', 'a YAML file, as for snapsim run')
    .argument('[other]', 'the config of the second variant, instead of --between')
    .option('--between <a,b>', 'the variants: PATH=A,B such as controller=adaptive,fixed, two swept values, or two labels of points')
    .addOption(setOption())
    .option('--seeds <n>', 'pairs of runs (default: the replications of the config)', wholeNumber('--seeds', 2, 10_000))
    .option(
      '--metrics <names>',
      'compare these alone, such as iops,latencyP99Ms: chosen before one looks (default: all)',
      names('--metrics'),
    )
    .option('--bands <n>', "also the ratio over n samples of the test-bed's open parameters", wholeNumber('--bands', 0, 1000), 0)
    .option('--out <folder>', 'also write runs, effects and a chart there')
    .addOption(runOptions.workers())
    .addOption(runOptions.store())
    .addOption(runOptions.fresh())
    .option('--json', 'print JSON')
    .action(async (file: string, other: string | undefined, options: Options) => {
      const variants = readVariants(file, other, options);
      const command = ['snapsim', ...process.argv.slice(2)];
      const asked = { between: options.between ?? null, seeds: options.seeds ?? null, metrics: options.metrics ?? null };
      const config = { a: variants.planA.config, b: variants.planB.config, ...asked };
      const { seed } = variants.planA.replication;
      const inputs = { ...variants.planA.inputs, ...variants.planB.inputs };
      const endManifest = beginManifest(packageRoot, { command, config, seed, inputs });
      const progress = new RunProgress('comparing');
      const store = openStudyStore(options.store, options.fresh === true);
      const settings = { store, workers: options.workers, onProgress: progress.update };
      const comparison = await compareVariants(
        variants,
        { seeds: options.seeds, metrics: options.metrics, bands: options.bands },
        settings,
      );
      progress.end();
      const text = inWords(comparison);
      if (options.out !== undefined) await write(comparison, text, options.out, endManifest);
      process.stdout.write(options.json === true ? `${JSON.stringify(asJson(comparison), null, 1)}\n` : text);
      reportFailures(comparison.failures);
    });
}

function readVariants(file: string, other: string | undefined, { between, set }: Options): Variants {
  const config = openConfig(file, set);
  if (other !== undefined && between !== undefined)
    throw new InputError('--between', `it, and a second config, ${other}`, 'one of the two');
  if (other !== undefined) return variantsOfConfigs(config, openConfig(other, set));
  if (between === undefined) throw new InputError('snapsim compare', 'one config', '--between PATH=A,B, or a second config');
  return variantsBetween(config, between);
}

function inWords(comparison: Comparison): string {
  const { nameA, nameB, planA } = comparison.variants;
  const { header, rows } = comparisonTable(comparison);
  return [
    `${nameA} against ${nameB}, study ${planA.name} (${planA.kind})`,
    '',
    table(header, rows),
    '',
    ...comparisonNotes(comparison),
    '',
  ].join('\n');
}

const asJson = (comparison: Comparison): object => ({
  a: comparison.variants.nameA,
  b: comparison.variants.nameB,
  study: comparison.variants.planA.kind,
  seeds: comparison.seeds,
  metrics: effectRows(comparison),
  omitted: comparison.omitted,
  bandSamples: comparison.bands?.samples ?? 0,
  failures: comparison.failures,
});

async function write(comparison: Comparison, text: string, folder: string, endManifest: ReturnType<typeof beginManifest>): Promise<void> {
  const json = `${JSON.stringify(asJson(comparison), null, 1)}\n`;
  const files = new Map([
    ['comparison.txt', text],
    ['comparison.json', json],
    ['effects.csv', toCsv(effectColumns, effectRows(comparison))],
  ]);
  await writeComparison(
    folder,
    { files, columns: runColumns(comparison), rows: comparison.rows, chart: comparisonChart(comparison) },
    endManifest,
  );
}
