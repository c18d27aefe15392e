/** `snapsim run`: one experiment or sweep of the user's own, from a config. */
import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { InputError } from '../../sim/errors.js';
import { openConfig, planOf, type StudyPlan } from '../config/plan.js';
import { FailedFast } from '../run/run-tasks.js';
import { runStudy } from '../run/run-study.js';
import { summaryOf, type PointSummary } from '../run/study-results.js';
import { missingRuns, openStudyStore, plannedRuns } from '../run/study-runs.js';
import type { Row } from '../../results/rows.js';
import { reportFailures, runOptions, RunProgress } from './run-progress.js';
import { digits, table } from './table.js';

interface Options {
  readonly set: string[];
  readonly out?: string;
  readonly workers: number;
  readonly store: string;
  readonly fresh?: true;
  readonly failFast?: true;
  readonly json?: true;
  readonly dryRun?: true;
}

/** An option of every command that reads a config. */
export const setOption = (): Option =>
  new Option('--set <path=value>', 'another value in the config, such as format.cluster=1MiB; may be given several times')
    .default([], 'none')
    .argParser((text: string, before: string[]) => [...before, text]);

export function addRun(program: Command): void {
  program
    .command('run')
    .description('run an experiment or a sweep of your own from a config; one that was broken off goes on where it stood')
    .argument('<config>', 'a YAML file (see: snapsim schema, and experiments/examples)')
    .addOption(setOption())
    .option('--out <folder>', 'where results go (default: results/out/NAME)')
    .addOption(runOptions.workers())
    .addOption(runOptions.store())
    .addOption(runOptions.fresh())
    .option('--fail-fast', 'stop at the first run that fails')
    .option('--dry-run', 'check the config, and say what would be run')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Options) => {
      const config = openConfig(file, options.set);
      const plan = planOf(config);
      if (options.dryRun === true) process.stdout.write(dryRun(plan, options));
      else await run(plan, config.text, options);
    });
}

async function run(plan: StudyPlan, text: string | null, options: Options): Promise<void> {
  const folder = options.out ?? path.join('results', 'out', plan.name);
  if (folder === '') throw new InputError('--out', 'an empty text', 'a folder');
  const progress = new RunProgress('running');
  const store = openStudyStore(options.store, options.fresh === true);
  const settings = { store, workers: options.workers, onProgress: progress.update, failsFast: options.failFast === true };
  const command = ['snapsim', ...process.argv.slice(2)];
  process.once('SIGINT', () => {
    progress.end();
    process.stderr.write('snapsim: stopped; the same command goes on where it stood\n');
    process.exit(130);
  });
  try {
    const { rows, failures } = await runStudy({ plan, text, folder, command }, settings);
    progress.end();
    const summary = summaryOf(plan, rows);
    const printed = options.json === true ? JSON.stringify({ folder, failures, summary }, null, 1) : inWords(plan, rows, summary, folder);
    // Where no run is done there is no mean: the errors are all there is to say.
    if (rows.length > 0 || options.json === true) process.stdout.write(`${printed}\n`);
    reportFailures(failures);
  } catch (error) {
    progress.end();
    if (!(error instanceof FailedFast)) throw error;
    reportFailures([error.message]);
  }
}

/** One line a point: the mean of each headline metric, with half the width of its interval. */
function inWords({ points, study }: StudyPlan, rows: readonly Row[], summary: readonly PointSummary[], folder: string): string {
  const shown = study.headline.map((name) => study.columns.find((column) => column.name === name)!);
  const body = points.map(({ key, label }) => {
    const runs = rows.filter((row) => row['point'] === key).length;
    return [label, String(runs), ...shown.map(({ name }) => cell(summary.find((one) => one.point === key && one.metric === name)!))];
  });
  const header = [
    'point',
    'runs',
    ...shown.map(({ name, unit }) =>
      unit === '1' || name.toLowerCase().endsWith(unit.toLowerCase().replace('/', '')) ? name : `${name} (${unit})`,
    ),
  ];
  return [table(header, body), '', `means over runs, with half of their 95 % interval; results: ${folder}`].join('\n');
}

function cell({ mean, low, high }: PointSummary): string {
  if (mean === null) return '-';
  return low === null || high === null || high === low ? digits(mean) : `${digits(mean)} ± ${digits((high - low) / 2)}`;
}

function dryRun(plan: StudyPlan, options: Options): string {
  const { points, replication, kind, study } = plan;
  const runs = plannedRuns(plan);
  const missing = missingRuns(plan, runs, openStudyStore(options.store, options.fresh === true));
  if (options.json === true) {
    const listed = points.map(({ key, label, values, config }) => ({ key, label, values, config }));
    return `${JSON.stringify({ name: plan.name, study: kind, horizon: study.horizon, points: listed, runs: runs.length, missing: missing.length }, null, 1)}\n`;
  }
  const rule =
    replication.until === null
      ? ''
      : `, at most ${replication.until.atMost} until ${replication.until.metric} is known to ${replication.until.halfWidth * 100} %`;
  return [
    ...points.map(({ key, label }) => `${key}  ${label}`),
    `${points.length} points of ${kind} (${study.horizon}), ${replication.runs} runs each${rule}: ${runs.length} runs, ${missing.length} of them to be made`,
    '',
  ].join('\n');
}
