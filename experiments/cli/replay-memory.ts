/** `snapsim replay-memory`: a recording of written pages under methods of memory snapshots, one line for each. */
import { Option, type Command } from 'commander';
import { flushControllers } from '../../models/flush/index.js';
import { memoryMethods } from '../../models/memory/index.js';
import { formatBytes, parseSize, parseTime } from '../../sim/units.js';
import { memorySetupOf, type MemorySetup } from '../run/memory-machine.js';
import { replayMemory, type MemoryReplayRow } from '../run/memory-replay.js';
import { testbeds } from '../testbeds/index.js';
import { table } from './table.js';
import { names, wholeNumber } from './values.js';

interface Options {
  readonly methods: string[];
  readonly controller: string;
  readonly interval: string;
  readonly memory: string;
  readonly busy: number;
  readonly pageCache?: string;
  readonly diskLog?: string;
  readonly diskLogLead: string;
  readonly log: MemorySetup['mechanism'];
  readonly largePages?: true;
  readonly fullFrom: number;
  readonly testbed: string;
  readonly seed: number;
  readonly json?: true;
}

export function addReplayMemory(program: Command): void {
  program
    .command('replay-memory')
    .description('a recording of written pages under several methods of memory snapshots')
    .argument('<trace>', 'a recording NAME.pages.txt, plain, .gz or .zst')
    .addOption(
      new Option('--methods <names>', memoryMethods.names.join(', '))
        .default(['stop-and-copy', 'pre-copy', 'consnap'], 'stop-and-copy,pre-copy,consnap')
        .argParser(names('--methods')),
    )
    .option('--controller <name>', `flush-speed controller of ConSnap's thread: ${flushControllers.names.join(', ')}`, 'adaptive')
    .option('--interval <time>', 'from one snapshot to the next', '5s')
    .option('--memory <size>', "the guest's memory; page frames of a larger machine are packed into it", '2GiB')
    .addOption(
      new Option('--busy <percent>', 'share of its time in which the guest computes: the rest can make up for delays')
        .default(100)
        .argParser(wholeNumber('--busy', 1, 100)),
    )
    .option('--page-cache <file>', 'the recording of the page cache of the same run')
    .option('--disk-log <file>', "nbdkit's log of the guest's disk in the same run")
    .option('--disk-log-lead <time>', 'how long before the recording the log of the disk begins', '0s')
    .addOption(
      new Option('--log <mechanism>', 'how written pages are logged')
        .choices(['write-protect', 'modification-log'])
        .default('write-protect'),
    )
    .option('--large-pages', 'memory mapped by pages of 2 MiB, broken up by write protection')
    .addOption(
      new Option(
        '--full-from <percent>',
        'a snapshot is full where the guest wrote this share of its pages since the one before; 0: always',
      )
        .default(101, 'never but for the first')
        .argParser(wholeNumber('--full-from', 0, 101)),
    )
    .option('--testbed <name>', testbeds.names.join(', '), 'consnap')
    .addOption(new Option('--seed <k>', 'order of pages within an interval').default(1).argParser(wholeNumber('--seed', 0, 2 ** 32 - 1)))
    .option('--json', 'print JSON')
    .action((trace: string, options: Options) => {
      const rows = replayMemory(
        {
          trace,
          recorded: {
            memory: parseSize(options.memory, '--memory'),
            busy: options.busy / 100,
            pageCache: options.pageCache ?? null,
            diskLog: options.diskLog ?? null,
            diskLogLead: parseTime(options.diskLogLead, '--disk-log-lead'),
            seed: options.seed,
          },
          interval: parseTime(options.interval, '--interval'),
          fullFrom: options.fullFrom > 100 ? Infinity : options.fullFrom / 100,
        },
        setupsOf(options),
      );
      process.stdout.write(options.json === true ? `${JSON.stringify(rows, null, 1)}\n` : `${inWords(rows)}\n`);
    });
}

function setupsOf({ methods, controller, log, largePages, testbed }: Options): MemorySetup[] {
  const machine = testbeds.get(testbed, '--testbed');
  for (const method of methods) memoryMethods.get(method, '--methods');
  return methods.map((method) => ({
    ...memorySetupOf(machine, method, controller),
    mechanism: log,
    largePages: largePages === true,
  }));
}

const inWords = (rows: readonly MemoryReplayRow[]): string =>
  table(
    ['method', 'snapshots', 'late', 'downtime ms', 'max', 'duration ms', 'first', 'others', 'pages', 'faults', 'slowdown'],
    rows.map((row) => [
      row.method,
      String(row.snapshots),
      String(row.overruns),
      row.downtimeMeanMs.toFixed(1),
      row.downtimeMaxMs.toFixed(1),
      row.durationMeanMs.toFixed(0),
      formatBytes(row.firstBytes),
      formatBytes(row.bytesMean),
      row.pagesMean.toFixed(0),
      String(row.faults),
      `${row.slowdownPercent.toFixed(1)} %`,
    ]),
  );
