/** `snapsim trace convert|cut|scale|merge|remap`: traces made of traces. */
import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { Option, type Command } from 'commander';
import { InputError } from '../../sim/errors.js';
import { parseSize, parseTime, type Bytes } from '../../sim/units.js';
import type { TraceReader } from '../../traces/batch.js';
import { openTrace } from '../../traces/formats/index.js';
import { traceConvert } from '../trace-tools/convert.js';
import { CutReader, wholeTrace, type Cut } from '../trace-tools/cut.js';
import { mergeTraces, type MergePart } from '../trace-tools/merge.js';
import { remapKinds, remapped, type RemapKind } from '../trace-tools/remap.js';
import { ScaledReader } from '../trace-tools/scale.js';
import { writableFormats, writeTrace, writtenText } from '../trace-tools/write-trace.js';
import { addTraceOptions, traceOptions, type TraceFlags } from './trace-options.js';
import { names, positiveNumber, wholeNumber } from './values.js';

interface Flags extends TraceFlags {
  readonly to?: string;
  readonly json?: true;
}

interface CutFlags extends Flags {
  readonly begin?: string;
  readonly end?: string;
  readonly skip?: number;
  readonly count?: number;
  readonly bytes?: string;
  readonly rebase?: true;
}

interface ScaleFlags extends Flags {
  readonly time?: number;
  readonly intensity?: number;
  readonly seed: number;
}

interface MergeFlags extends Flags {
  readonly shift?: string[];
  readonly place?: string[];
}

export function addTransforms(trace: Command): void {
  transform(trace, 'convert', 'write a trace in another format', (path, output, flags: Flags) => {
    refuseOver([path], output);
    const done = traceConvert(path, output, formatOf(output, flags), traceOptions(flags));
    printResult(flags, done, () => writtenText(`of ${done.from} written`, output, done));
  });
  transform(trace, 'cut', 'a part of a trace: by time, by number, by place on the disk', (path, output, flags: CutFlags) =>
    write([path], output, flags, 'cut', () => new CutReader(openTrace(path, traceOptions(flags)), readCut(flags))),
  )
    .option('--begin <time>', 'from this time on, since the first record')
    .option('--end <time>', 'before this time')
    .addOption(new Option('--skip <n>', 'without the first records of these').argParser(wholeNumber('--skip', 0, 2 ** 53 - 1)))
    .addOption(new Option('--count <n>', 'so many records').argParser(wholeNumber('--count', 1, 2 ** 53 - 1)))
    .option('--bytes <from..to>', 'from this place to before that one, such as 1GiB..2GiB; requests that reach beyond are clipped')
    .option('--rebase', 'let offsets count from there');
  transform(trace, 'scale', 'a trace that runs faster or slower, or asks more or less often', (path, output, flags: ScaleFlags) => {
    const { time, intensity, seed } = flags;
    if (time === undefined && intensity === undefined) throw new InputError('trace scale', 'neither --time nor --intensity', 'one of them');
    const scaling = { time: time ?? 1, intensity: intensity ?? 1, seed };
    write([path], output, flags, 'scaled', () => new ScaledReader(openTrace(path, traceOptions(flags)), scaling));
  })
    .addOption(new Option('--time <x>', 'factor on times: 0.5 is twice as fast').argParser(positiveNumber('--time')))
    .addOption(
      new Option(
        '--intensity <x>',
        'records for one of the trace: below 1 a random share of them stays, above 1 each is repeated in the time since the one before',
      ).argParser(positiveNumber('--intensity')),
    )
    .addOption(new Option('--seed <n>', 'of what is drawn').default(1).argParser(wholeNumber('--seed', 0, 2 ** 32 - 1)));
  transform(trace, 'remap', 'a trace of a larger disk on a smaller one', (path, output, flags: Flags & { by: RemapKind; disk: string }) => {
    const disk = parseSize(flags.disk, '--disk');
    if (!(disk > 0)) throw new InputError('--disk', flags.disk, 'a size above 0');
    write([path], output, flags, 'remapped', () => remapped(() => openTrace(path, traceOptions(flags)), flags.by, disk));
  })
    .requiredOption('--disk <size>', 'size of the smaller disk')
    .addOption(
      new Option(
        '--by <kind>',
        'modulo: places repeat, runs stay, far areas fall on one another; linear: places shrink, runs become rewrites; ' +
          'packed: untouched places vanish, reuse and runs stay, seeks get shorter',
      )
        .choices([...remapKinds])
        .makeOptionMandatory(),
    );
  addMerge(trace);
}

function addMerge(trace: Command): void {
  withOutput(trace.command('merge').description('several traces as one, by time').argument('<output>').argument('<traces...>'))
    .addOption(new Option('--shift <times>', 'when each begins, separated by commas (default: all at once)').argParser(names('--shift')))
    .addOption(
      new Option('--place <places>', "where each one's disk begins on the merged one (default: all at 0, over one another)").argParser(
        names('--place'),
      ),
    )
    .action((output: string, paths: string[], flags: MergeFlags) => write(paths, output, flags, 'merged', () => merge(paths, flags)));
}

type Act<F> = (path: string, output: string, flags: F) => void;

const transform = <F extends Flags>(trace: Command, name: string, about: string, act: Act<F>): Command =>
  withOutput(trace.command(name).description(about).argument('<trace>').argument('<output>')).action(act);

const withOutput = (command: Command): Command =>
  addTraceOptions(command)
    .addOption(
      new Option('--to <format>', "the format to write (default: the one that the output's ending names, as in out.csv)").choices([
        ...writableFormats,
      ]),
    )
    .option('--json', 'print JSON');

function write(inputs: readonly string[], output: string, flags: Flags, done: string, open: () => TraceReader): void {
  refuseOver(inputs, output);
  const written = writeTrace(open, output, formatOf(output, flags));
  printResult(flags, written, () => writtenText(done, output, written));
}

/** Throws InputError where the output would take the place of an input, by whatever name. */
function refuseOver(inputs: readonly string[], output: string): void {
  const out = statSync(output, { throwIfNoEntry: false });
  if (out === undefined) return;
  for (const input of inputs) {
    const read = statSync(input, { throwIfNoEntry: false });
    if (read?.dev === out.dev && read.ino === out.ino)
      throw new InputError(output, `the trace that is read (${input})`, 'another file to write');
  }
}

/** Throws InputError where no format is given and the output's ending names none. */
function formatOf(output: string, { to }: Flags): string {
  const ending = extname(output).slice(1);
  if (to === undefined && !writableFormats.includes(ending))
    throw new InputError('--to', `none, and no format's name at the end of ${output}`, `one of ${writableFormats.join(', ')}`);
  return to ?? ending;
}

function readCut({ begin, end, skip, count, bytes, rebase }: CutFlags): Cut {
  if (rebase === true && bytes === undefined) throw new InputError('--rebase', 'no --bytes', '--bytes with it');
  const cut: Cut = {
    ...wholeTrace,
    ...(begin === undefined ? {} : { begin: parseTime(begin, '--begin') }),
    ...(end === undefined ? {} : { end: parseTime(end, '--end') }),
    ...(skip === undefined ? {} : { skip }),
    ...(count === undefined ? {} : { count }),
    ...(bytes === undefined ? {} : readBytes(bytes)),
    rebase: rebase === true,
  };
  if (cut.end <= cut.begin) throw new InputError('--end', `${end}, with --begin ${begin ?? '0s'}`, 'a later time');
  return cut;
}

function readBytes(text: string): { readonly from: Bytes; readonly to: Bytes } {
  const [from, to, ...rest] = text.split('..');
  if (to === undefined || rest.length > 0) throw new InputError('--bytes', JSON.stringify(text), 'two places such as 1GiB..2GiB');
  const range = { from: parseSize(from!, '--bytes'), to: parseSize(to, '--bytes') };
  if (range.to <= range.from) throw new InputError('--bytes', text, 'a second place above the first');
  return range;
}

function merge(paths: readonly string[], flags: MergeFlags): TraceReader {
  const shifts = listed('--shift', flags.shift, paths.length, parseTime);
  const places = listed('--place', flags.place, paths.length, parseSize);
  const parts: MergePart[] = [];
  try {
    paths.forEach((path, i) => {
      parts.push({ reader: openTrace(path, traceOptions(flags)), shift: shifts[i]!, place: places[i]! });
    });
  } catch (error) {
    for (const { reader } of parts) reader.close();
    throw error;
  }
  return mergeTraces(parts);
}

/** One value for each trace; 0 for all where none are given. */
function listed(
  option: string,
  given: readonly string[] | undefined,
  count: number,
  parse: (text: string, where: string) => number,
): number[] {
  if (given === undefined) return new Array<number>(count).fill(0);
  if (given.length !== count) throw new InputError(option, `${given.length} values`, `one for each of the ${count} traces`);
  return given.map((text) => parse(text, option));
}

/** Prints a result as JSON or in words. */
export function printResult({ json }: { readonly json?: true }, result: unknown, inWords: () => string): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 1) : inWords()}\n`);
}
