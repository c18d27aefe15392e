/** `snapsim replay-memory`: a recording of written pages under methods of memory snapshots, one line for each. */
import path from 'node:path';
import { Option, type Command } from 'commander';
import { flushControllers } from '../../models/flush/index.js';
import { memoryMethods } from '../../models/memory/index.js';
import { pageReductions } from '../../models/memory/reduction/index.js';
import type { RunIdentity } from '../../results/provenance.js';
import { InputError } from '../../sim/errors.js';
import { readOptions } from '../../sim/options.js';
import { parseSize, parseTime } from '../../sim/units.js';
import { memorySetupOf, type MemorySetup, type NamedChoice } from '../run/memory-machine.js';
import { replayByLog } from '../run/memory-log-replay.js';
import { minimumIntervals } from '../run/memory-minimum.js';
import { replayMemory, type MemoryReplaySettings } from '../run/memory-replay.js';
import { testbeds } from '../testbeds/index.js';
import { hashOfInput } from '../config/inputs.js';
import { optionsOf, readSetting, type NamedSetting } from './named-settings.js';
import { fixedParts, logTable, minimumHelp, minimumTable, replayHelp, replayTable } from './memory-tables.js';
import { WatchedMemory } from './memory-page.js';
import { RequestOutputs } from './request-outputs.js';
import { addTimelineOptions, type TimelineFlags } from './timeline-options.js';
import { besides, names, wholeNumber } from './values.js';

interface Options extends TimelineFlags {
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
  readonly reduce: string[];
  readonly diskImage?: string;
  readonly set: string[];
  readonly minimumInterval?: true;
  readonly restore?: true;
  readonly report?: string;
  readonly json?: true;
}

/** Among the methods, though it saves no pages: an estimate. */
const logReplayName = 'log-replay';

export function addReplayMemory(program: Command): void {
  addTimelineOptions(program.command('replay-memory'), 'the first method')
    .description('a recording of written pages under several methods of memory snapshots')
    .argument('<trace>', 'a recording NAME.pages.txt, plain, .gz or .zst')
    .addOption(
      new Option('--methods <names>', `${memoryMethods.names.join(', ')}; and ${logReplayName}, an estimate`)
        .default(['stop-and-copy', 'pre-copy', 'consnap'], 'stop-and-copy,pre-copy,consnap')
        .argParser(names('--methods')),
    )
    .option('--controller <name>', `flush-speed controller of ConSnap's thread: ${flushControllers.names.join(', ')}`, 'adaptive')
    .option(
      '--interval <time>',
      'from begin to begin of the snapshots, the first after one interval; kemari takes only the first by it, the others by outputs of the guest',
      '5s',
    )
    .option(
      '--memory <size>',
      "the guest's memory, at least what the recording touches; page frames of a larger machine are packed into it",
      '2GiB',
    )
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
    .addOption(
      new Option('--reduce <names>', `save less, in this order: ${pageReductions.names.join(', ')}`)
        .default([], 'all pages whole')
        .argParser(names('--reduce')),
    )
    .option('--disk-image <format>', "the guest's disk as an image whose snapshot is taken at the same instant, such as irow-paper")
    .addOption(
      new Option('--set <name.option=value>', 'an option of a method, the controller, a reduction or the image; may be given several times')
        .default([], 'none')
        .argParser((text: string, before: string[]) => [...before, text]),
    )
    .option('--restore', 'bring the last snapshot back, all of it first and while the guest runs, and print what each takes')
    .option('--minimum-interval', 'find the shortest interval at which each method keeps up (see below), in place of --interval')
    .option('--report <file>', 'write a page of the first method: a timeline to zoom into, and each snapshot; HTML that needs nothing else')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      () => `\n${replayHelp}\n\n${minimumHelp}\n\nOn the test-bed consnap: ${fixedParts(testbeds.get('consnap', '--testbed'))}`,
    )
    .action(replayRecording);
}

async function replayRecording(trace: string, options: Options): Promise<void> {
  const outputs = new RequestOutputs(options, () => identityOf(trace, options));
  const watched = options.report === undefined ? null : new WatchedMemory(options.report, options, identityOf(trace, options));
  const looks = { timeline: watched?.timeline ?? outputs.timeline, look: watched?.look ?? null };
  process.stdout.write(`${answer({ ...settingsOf(trace, options), ...looks }, options)}\n`);
  outputs.commit();
  await watched?.write();
}

/** What a manifest says of a timeline. */
function identityOf(trace: string, options: Options): Omit<RunIdentity, 'command'> {
  const config = besides(options, ['timeline', 'report']);
  const files = [trace, options.pageCache, options.diskLog].filter((file) => file !== undefined);
  const inputs = Object.fromEntries(files.map((file) => [file, hashOfInput(file, file)]));
  return { config: { trace: path.basename(trace), ...config }, seed: options.seed, inputs };
}

const settingsOf = (trace: string, options: Options): MemoryReplaySettings => ({
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
  restores: options.restore === true,
  fullFrom: options.fullFrom > 100 ? Infinity : options.fullFrom / 100,
});

function answer(settings: MemoryReplaySettings, options: Options): string {
  const { methods, reduce, controller, diskImage, json } = options;
  const named = [...methods, ...reduce, controller, ...(diskImage === undefined ? [] : [diskImage])];
  const set = options.set.map((text) => readSetting('--set', text, 'name', named, '--methods, --reduce, --controller or --disk-image'));
  const setups = setupsOf(options, set);
  if (options.minimumInterval === true) {
    if ((settings.timeline ?? null) !== null) throw new InputError('--timeline', 'a file beside --minimum-interval', 'one of the two');
    const found = minimumIntervals(settings, setups);
    return json === true ? JSON.stringify(found, null, 1) : withFixedParts(minimumTable(found), options);
  }
  const rows = replayMemory(settings, setups);
  const byLog = methods.includes(logReplayName) ? replayByLog(settings, optionsOf(logReplayName, set)) : null;
  if (json === true) return JSON.stringify(byLog === null ? rows : [...rows, { method: logReplayName, ...byLog }], null, 1);
  return [...(rows.length > 0 ? [withFixedParts(replayTable(rows), options)] : []), ...(byLog === null ? [] : [logTable(byLog)])].join(
    '\n\n',
  );
}

const withFixedParts = (text: string, { methods, testbed }: Options): string =>
  methods.includes('stop-and-copy') ? `${text}\n${fixedParts(testbeds.get(testbed, '--testbed'))}` : text;

/** What is refused is refused before anything runs. */
function setupsOf(options: Options, set: readonly NamedSetting[]): MemorySetup[] {
  const { controller, log, largePages, reduce, diskImage } = options;
  const testbed = testbeds.get(options.testbed, '--testbed');
  const chosen = (name: string): NamedChoice => ({ name, options: optionsOf(name, set) });
  flushControllers.get(controller, '--controller').make(optionsOf(controller, set), controller);
  for (const name of reduce) readOptions(pageReductions.get(name, '--reduce').options, optionsOf(name, set), name);
  return options.methods
    .filter((method) => method !== logReplayName)
    .map((method) => {
      readOptions(memoryMethods.get(method, '--methods').options, optionsOf(method, set), method);
      return {
        ...memorySetupOf(testbed, method, controller),
        methodOptions: optionsOf(method, set),
        controllerOptions: optionsOf(controller, set),
        mechanism: log,
        largePages: largePages === true,
        reductions: reduce.map(chosen),
        ...(diskImage === undefined ? {} : { image: chosen(diskImage) }),
      };
    });
}
