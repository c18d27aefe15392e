/** `snapsim sweep`: a config of `snapsim run` over many machines. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option, type Command } from 'commander';
import { mergeSweep } from '../cluster/merge.js';
import { parallelWords, runInParallel } from '../cluster/parallel.js';
import { runShard } from '../cluster/run-shard.js';
import { quoted } from '../cluster/shell.js';
import { arrayWords, scriptsOf, shardsInQueue, submitToSlurm, type SlurmRequest } from '../cluster/slurm.js';
import { incompleteShards, statusOf } from '../cluster/status.js';
import { openSweep, planSweep, type Sweep } from '../cluster/sweep-folder.js';
import { openConfig } from '../config/plan.js';
import { reportFailures, runOptions, RunProgress } from './run-progress.js';
import { setOption } from './run.js';
import { statusTable } from './sweep-tables.js';
import { wholeNumber } from './values.js';

interface SubmitOptions {
  readonly with: 'slurm' | 'parallel' | 'local';
  readonly out?: string;
  readonly throttle?: number;
  readonly workers: number;
  readonly option: string[];
  readonly dryRun?: true;
}

/** The words that start this very snapsim. */
const self = (): string[] => [process.execPath, fileURLToPath(new URL('./main.js', import.meta.url))];

export function addSweep(program: Command): void {
  const sweep = program
    .command('sweep')
    .description('a config over many machines: plan it as shards, submit them, see how far they are, merge what they made');
  addPlan(sweep);
  addSubmit(sweep);
  addStatus(sweep);
  addMerge(sweep);
  addRunShard(sweep);
}

function addPlan(sweep: Command): void {
  sweep
    .command('plan')
    .description('cut the runs of a config into shards, in a folder that all machines see')
    .argument('<config>', 'a YAML file, as for snapsim run')
    .argument('<folder>', "the sweep's folder; it is made")
    .addOption(setOption())
    .addOption(new Option('--shards <n>', 'into how many').default(16).argParser(wholeNumber('--shards', 1, 100_000)))
    .action((config: string, folder: string, options: { readonly set: string[]; readonly shards: number }) => {
      const { plan, shards } = planSweep(openConfig(config, options.set), folder, options.shards);
      const runs = shards.map((shard) => shard.length);
      const sizes = `${Math.min(...runs)} to ${Math.max(...runs)}`;
      process.stdout.write(
        `${plan.points.length} points of ${plan.kind}, ${runs.reduce((a, b) => a + b, 0)} runs in ${shards.length} shards of ${sizes}: ${folder}\n`,
      );
    });
}

function addSubmit(sweep: Command): void {
  sweep
    .command('submit')
    .description('have the shards run that are not complete; those that wait or run already are left alone')
    .argument('<folder>', "the sweep's folder")
    .addOption(new Option('--with <what>', 'who runs them').choices(['slurm', 'parallel', 'local']).default('slurm'))
    .option('--out <folder>', 'where Slurm merges the result to (default: the folder "result" of the sweep)')
    .addOption(new Option('--throttle <n>', 'shards that run at once at most').argParser(wholeNumber('--throttle', 1, 100_000)))
    .addOption(new Option('--workers <n>', 'worker threads of a shard').default(1).argParser(wholeNumber('--workers', 1, 256)))
    .addOption(
      new Option('--option <word>', 'a further option for sbatch or parallel, such as --option=--time=2:00:00; may be given several times')
        .default([], 'none')
        .argParser((text: string, before: string[]) => [...before, text]),
    )
    .option('--dry-run', 'print what would be handed over')
    .action(async (folder: string, options: SubmitOptions) => {
      const opened = openSweep(folder);
      const queue = options.with === 'slurm' ? shardsInQueue(path.resolve(folder)) : null;
      const shards = incompleteShards(opened).filter((shard) => queue?.waiting.has(shard) !== true && queue?.running.has(shard) !== true);
      if (shards.length > 0) await submitters[options.with](opened, shards, options);
      else
        process.stdout.write(
          `no shard is left to run${queue === null || queue.waiting.size + queue.running.size === 0 ? '' : '; others wait or run'}\n`,
        );
    });
}

const submitters: Readonly<
  Record<SubmitOptions['with'], (sweep: Sweep, shards: readonly number[], options: SubmitOptions) => void | Promise<void>>
> = {
  slurm: ({ folder, plan }, shards, { out, throttle = null, workers, option, dryRun }) => {
    const place = path.resolve(folder);
    const request: SlurmRequest = {
      folder: place,
      name: plan.name,
      program: self(),
      out: path.resolve(out ?? path.join(place, 'result')),
      workers,
      throttle,
      options: option,
    };
    if (dryRun === true) {
      const scripts = [...scriptsOf(request)].map(([name, text]) => `# ${name}\n${text}`);
      process.stdout.write([`sbatch ${arrayWords(request, shards).map(quoted).join(' ')}`, ...scripts].join('\n'));
      return;
    }
    const { array, merge } = submitToSlurm(request, shards);
    process.stdout.write(`${shards.length} shards as job array ${array}; job ${merge} merges them into ${request.out}\n`);
  },
  parallel: ({ folder }, shards, { throttle = null, workers, option, dryRun }) => {
    const request = { folder: path.resolve(folder), program: self(), throttle, workers, options: option };
    if (dryRun === true) {
      process.stdout.write(`${parallelWords(request, shards).map(quoted).join(' ')}\n`);
      return;
    }
    const failed = runInParallel(request, shards);
    process.stdout.write(`${shards.length - failed} of ${shards.length} shards done\n`);
    if (failed > 0) process.exitCode = 1;
  },
  local: async (sweep, shards, { workers, dryRun }) => {
    if (dryRun === true) {
      process.stdout.write(
        shards.map((shard) => `snapsim sweep run-shard ${quoted(sweep.folder)} ${shard} --workers ${workers}\n`).join(''),
      );
      return;
    }
    for (const shard of shards) await runOne(sweep, shard, workers);
    process.stdout.write(`${shards.length} shards run\n`);
  },
};

function addStatus(sweep: Command): void {
  sweep
    .command('status')
    .description('runs that are done, missing or failed, shard by shard: exit status 1 where some failed')
    .argument('<folder>', "the sweep's folder")
    .option('--json', 'print JSON')
    .action((folder: string, { json }: { readonly json?: true }) => {
      const opened = openSweep(folder);
      const shards = statusOf(opened);
      const { waiting, running } = shardsInQueue(path.resolve(folder));
      const printed =
        json === true
          ? JSON.stringify({ shards, waiting: [...waiting], running: [...running] }, null, 1)
          : statusTable(opened.plan, shards, waiting, running);
      process.stdout.write(`${printed}\n`);
      if (shards.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
    });
}

function addMerge(sweep: Command): void {
  sweep
    .command('merge')
    .description('the results of all shards in one folder: the same bytes as of snapsim run')
    .argument('<folder>', "the sweep's folder")
    .option('--out <folder>', 'where results go (default: the folder "result" of the sweep)')
    .option('--partial', 'merge what there is, where runs are missing')
    .action(async (folder: string, { out, partial }: { readonly out?: string; readonly partial?: true }) => {
      const place = out ?? path.join(folder, 'result');
      const command = ['snapsim', ...process.argv.slice(2)];
      const { rows, failures, leftOut } = await mergeSweep(openSweep(folder), { folder: place, command, isPartial: partial === true });
      process.stdout.write(`${rows.length} rows; results: ${place}\n`);
      if (leftOut > 0) process.stderr.write(`snapsim: ${leftOut} of ${rows.length + leftOut} runs are left out: missing or failed\n`);
      reportFailures(failures);
    });
}

function addRunShard(sweep: Command): void {
  sweep
    .command('run-shard')
    .description('run what one shard lacks: what jobs do')
    .argument('<folder>', "the sweep's folder")
    .argument('<number>', 'from 1', wholeNumber('the shard', 1, 100_000))
    .addOption(runOptions.workers())
    .action((folder: string, shard: number, { workers }: { readonly workers: number }) => runOne(openSweep(folder), shard, workers));
}

async function runOne(sweep: Sweep, shard: number, workers: number): Promise<void> {
  const progress = new RunProgress(`shard ${shard}`);
  const failed = await runShard(sweep, shard, { workers, onProgress: progress.update });
  progress.end();
  reportFailures(failed.map(({ reason }) => reason));
}
