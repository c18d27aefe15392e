/** `snapsim replay` and `snapsim explain`: one trace against several image formats. */
import path from 'node:path';
import { Option, type Command } from 'commander';
import type { RunIdentity } from '../../results/provenance.js';
import { InputError } from '../../sim/errors.js';
import { formatBytes, parseSize, parseTime, sectorBytes } from '../../sim/units.js';
import type { ReplayMode } from '../../models/guests/replay.js';
import { formats } from '../../models/formats/index.js';
import { traceFormats } from '../../traces/formats/index.js';
import { hashOfInput } from '../config/inputs.js';
import type { SnapshotTimes } from '../run/snapshots-in-run.js';
import { initialStates, replayTrace, type InitialState, type ReplayRequest, type ReplayResult } from '../run/replay-run.js';
import { onPartitions, setupOf, type Setup } from '../run/world.js';
import { testbeds } from '../testbeds/index.js';
import type { TestBed } from '../testbeds/testbed.js';
import { causesTable, replayTable } from './replay-tables.js';
import { formatVariants, type FormatFlags } from './format-variants.js';
import { addMachineOptions, chosenMachines, withMachineFlags, type MachineFlags } from './machine-options.js';
import { Progress } from './progress.js';
import { drawExplained, prepareFolder, WatchedReplay } from './replay-figures.js';
import { addOutputOptions, RequestOutputs, type OutputFlags } from './request-outputs.js';
import { addTraceOptions, traceOptions, type TraceFlags } from './trace-options.js';
import { besides, names, positiveNumber, wholeNumber } from './values.js';

interface Options extends TraceFlags, FormatFlags, MachineFlags, OutputFlags {
  readonly mode: 'open' | 'closed' | 'paced' | 'think';
  readonly response?: string;
  readonly depth?: number;
  readonly scale?: number;
  readonly layer: 'guest' | 'host';
  readonly initial: InitialState;
  readonly diskSize?: string;
  readonly backing?: string;
  readonly snapshotEvery?: string;
  readonly snapshotAt?: string;
  readonly report?: string;
  readonly out?: string;
  readonly json?: true;
}

export function addReplay(program: Command): void {
  const replay = withReplayOptions(program.command('replay'), 'replay a block trace against image formats: one table');
  replay.option(
    '--report <file>',
    'write a page of the run: a timeline to zoom into, latency, space, the drive; HTML that needs nothing else',
  );
  replay.action(async (trace: string, options: Options) => {
    const watched = options.report === undefined ? null : new WatchedReplay(options.report, options);
    print(options, run(trace, options, watched), replayTable);
    await watched?.write();
  });
  const explain = withReplayOptions(
    program.command('explain'),
    'where the time of the requests went: latency by cause, at the mean and at percentiles',
  );
  explain.option('--out <folder>', 'draw it too: bars of latency by cause as SVG, PNG, PDF, CSV and LaTeX');
  explain.action(async (trace: string, options: Options) => {
    if (options.out !== undefined) prepareFolder(options.out);
    const result = run(trace, options, null);
    print(options, result, causesTable);
    if (options.out !== undefined) await drawExplained(options.out, result.systems, identityOf(trace, options).config);
  });
}

function withReplayOptions(command: Command, about: string): Command {
  return addOutputOptions(addMachineOptions(addTraceOptions(command)), 'the first format')
    .description(about)
    .argument(
      '<trace>',
      `a block trace: ${traceFormats.names.join(', ')}; plain, .gz, .zst or .xz; of blktrace the other CPUs' files are found`,
    )
    .addOption(
      new Option('--formats <names>', `image formats, separated by commas (${formats.names.join(', ')})`)
        .default(['raw'], 'raw')
        .argParser(names('--formats')),
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'open: recorded times; closed: a fixed number in flight; paced: recorded times, scaled; think: recorded think times after the answers',
      )
        .choices(['open', 'closed', 'paced', 'think'])
        .default('open'),
    )
    .addOption(
      new Option('--depth <n>', 'requests in flight in a closed loop (default: 1)').argParser(wholeNumber('--depth', 1, 1_000_000)),
    )
    .option('--response <time>', 'taken for the recorded response time of requests that have none, for think times')
    .addOption(new Option('--scale <x>', 'factor on recorded times when paced: 0.5 is twice as fast').argParser(positiveNumber('--scale')))
    .addOption(
      new Option(
        '--layer <layer>',
        "guest: the records are a guest's requests to its disk; host: they are I/O on the drive itself, from its first sector on",
      )
        .choices(['guest', 'host'])
        .default('guest'),
    )
    .addOption(
      new Option('--initial <state>', 'what is allocated before: nothing, what is read before it is written, or all')
        .choices([...initialStates])
        .default('touched'),
    )
    .option('--disk-size <size>', "size of the virtual disk (default: the test-bed's)")
    .option('--backing <size>', 'lay copy-on-write formats over an image template of this size, on a server')
    .option('--cluster <size>', 'cluster size, for the formats that have one')
    .addOption(
      new Option('--set <format.option=value>', 'an option of one format; may be given several times (see: snapsim list formats)')
        .default([], 'none')
        .argParser((text: string, before: string[]) => [...before, text]),
    )
    .addOption(
      new Option(
        '--sweep <format.option=values>',
        'one system for each of these values, separated by commas; with several, for each combination',
      )
        .default([], 'none')
        .argParser((text: string, before: string[]) => [...before, text]),
    )
    .option('--snapshot-every <time>', 'take a snapshot each time that so much has passed; the formats must keep snapshots')
    .option('--snapshot-at <times>', 'take snapshots at these times since the start, separated by commas, such as 10s,1m')
    .option('--json', 'print JSON');
}

function run(trace: string, options: Options, watched: WatchedReplay | null): ReplayResult {
  const request = readRequest(trace, options);
  const progress = new Progress('reading the trace');
  const outputs = new RequestOutputs(options, () => identityOf(trace, options));
  try {
    const { timeline, requests } = outputs;
    watched?.begin(identityOf(trace, options));
    const result = replayTrace({ ...request, timeline, requests, watch: watched?.watch ?? null }, (share, what) =>
      progress.update(share, what),
    );
    progress.end();
    outputs.commit();
    watched?.end(result, modeInWords(options));
    return result;
  } finally {
    outputs.abandon();
  }
}

/** What a manifest says of a replay; it has no seed. */
function identityOf(trace: string, options: Options): Omit<RunIdentity, 'command'> {
  const config = besides(options, ['requests', 'timeline', 'report', 'out']);
  return { config: { trace: path.basename(trace), ...config }, seed: 0, inputs: { [trace]: hashOfInput(trace, trace) } };
}

function print(options: Options, result: ReplayResult, inWords: (result: ReplayResult, mode: string) => string): void {
  const { touched, systems } = result;
  const { records, reads, writes, flushes, discards, span, highestEnd, footprintBytes, readFirstBytes } = touched;
  const trace = { records, reads, writes, flushes, discards, spanSeconds: span / 1e9, highestEnd, footprintBytes, readFirstBytes };
  const text =
    options.json === true
      ? JSON.stringify({ mode: modeInWords(options), initial: options.initial, trace, systems }, null, 1)
      : inWords(result, modeInWords(options));
  process.stdout.write(`${text}\n`);
}

function modeInWords({ mode, depth, scale, response }: Options): string {
  if (mode === 'closed') return `closed, depth ${depth ?? 1}`;
  if (mode === 'think') return `think times${response === undefined ? '' : `, responses of ${response} where none is recorded`}`;
  return mode === 'paced' ? `paced, scale ${scale ?? 1}` : 'open';
}

function readRequest(trace: string, options: Options): ReplayRequest {
  return {
    trace,
    options: traceOptions(options),
    mode: readMode(options),
    initial: options.initial,
    snapshots: readSnapshots(options),
    setups: readSetups(options),
  };
}

function readMode({ mode, depth, scale, response }: Options): ReplayMode {
  if (response !== undefined && mode !== 'think') throw new InputError('--response', `--mode ${mode}`, '--mode think with it');
  if (depth !== undefined && mode !== 'closed') throw new InputError('--depth', `--mode ${mode}`, '--mode closed with it');
  if (scale !== undefined && mode !== 'paced') throw new InputError('--scale', `--mode ${mode}`, '--mode paced with it');
  if (mode === 'paced' && scale === undefined)
    throw new InputError('--mode paced', 'no --scale', 'the factor on recorded times, e.g. --scale 0.5');
  if (mode === 'think') return { kind: 'think', response: response === undefined ? null : parseTime(response, '--response') };
  return mode === 'closed' ? { kind: 'closed', depth: depth ?? 1 } : { kind: 'open', scale: scale ?? 1 };
}

function readSetups(options: Options): Setup[] {
  const twice = options.formats.find((name, i) => options.formats.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError('--formats', `${twice} twice`, 'each format once');
  const backingBytes = readBacking(options);
  const variants = formatVariants(options);
  const systems = chosenMachines(options).flatMap((machine) => variants.map((variant) => ({ ...machine, ...variant })));
  return systems.map(({ testbed, suffix, format, label, values }): Setup => {
    const plain = withMachineFlags(options.layer === 'host' ? hostSetup(testbed, options) : setupOf(testbed, format), options);
    const depth = options.mode === 'closed' ? (options.depth ?? 1) : 1;
    if (depth > plain.slots)
      throw new InputError('--depth', String(depth), `at most ${plain.slots}: no more requests are in flight at once`);
    return {
      ...plain,
      label: label + suffix,
      options: values,
      diskBytes: options.diskSize === undefined ? plain.diskBytes : readSectors('--disk-size', options.diskSize),
      backingBytes: formats.get(format, '--formats').hasBacking ? backingBytes : null,
    };
  });
}

/** I/O of the host goes to the drive as it is: no virtual device, no image, no partition, and as much in flight as the trace has. */
function hostSetup(testbed: TestBed, { formats: chosen, host }: Options): Setup {
  if (host !== onPartitions)
    throw new InputError('--layer host', `--host ${host}`, 'none: I/O on the drive itself has passed the file system');
  if (chosen.some((name) => name !== 'raw')) {
    throw new InputError(
      '--layer host',
      `--formats ${chosen.join(',')}`,
      '--formats raw: I/O of the host has passed the image format already',
    );
  }
  const wholeDrive = testbed.drive.parameters.capacity * sectorBytes;
  return { ...setupOf(testbed, 'raw'), requestOverhead: 0, hostOverhead: 0, partitionStart: 0, diskBytes: wholeDrive, slots: 4096 };
}

function readSnapshots({ snapshotEvery, snapshotAt, formats: chosen }: Options): SnapshotTimes | null {
  if (snapshotEvery === undefined && snapshotAt === undefined) return null;
  if (snapshotEvery !== undefined && snapshotAt !== undefined) {
    throw new InputError('--snapshot-at', `"${snapshotAt}" beside --snapshot-every ${snapshotEvery}`, 'one of the two');
  }
  const option = snapshotEvery === undefined ? '--snapshot-at' : '--snapshot-every';
  const without = chosen.filter((name) => !formats.get(name, '--formats').hasSnapshots);
  if (without.length > 0) {
    const keeping = [...formats].flatMap(([name, model]) => (model.hasSnapshots ? [name] : []));
    throw new InputError(option, `--formats ${without.join(',')}`, `formats that keep snapshots: ${keeping.join(', ')}`);
  }
  const times = (snapshotEvery ?? snapshotAt!).split(',').map((text) => parseTime(text, option));
  if (snapshotEvery === undefined) return { at: times.sort((a, b) => a - b) };
  if (times.length !== 1 || times[0]! <= 0) throw new InputError(option, `"${snapshotEvery}"`, 'a time above 0');
  return { every: times[0]! };
}

function readBacking({ backing, formats: chosen, diskSize, testbed }: Options): number | null {
  if (backing === undefined) return null;
  if (!chosen.some((name) => formats.get(name, '--formats').hasBacking)) {
    throw new InputError('--backing', `--formats ${chosen.join(',')}`, 'a format that is laid over a backing image');
  }
  const bytes = readSectors('--backing', backing);
  const disk = diskSize === undefined ? testbeds.get(testbed, '--testbed').virtualDisk.value : readSectors('--disk-size', diskSize);
  if (bytes > disk) throw new InputError('--backing', backing, `at most the ${formatBytes(disk)} of the virtual disk`);
  return bytes;
}

function readSectors(option: string, text: string): number {
  const bytes = parseSize(text, option);
  if (bytes <= 0 || bytes % sectorBytes !== 0) throw new InputError(option, text, 'a multiple of 512 bytes above 0');
  return bytes;
}
