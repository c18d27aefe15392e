/** The options with which every command opens a trace. */
import { Option, type Command } from 'commander';
import { traceFormats } from '../../traces/formats/index.js';
import { traceTimeUnits, type TimeUnit, type TraceOptions } from '../../traces/formats/trace-format.js';
import { wholeNumber } from './values.js';

export interface TraceFlags {
  readonly format?: string;
  readonly action?: 'Q' | 'D' | 'C';
  readonly device?: string;
  readonly csv?: string;
  readonly timeUnit?: TimeUnit;
  readonly skipBad?: number;
}

export const addTraceOptions = (command: Command): Command =>
  command
    .addOption(new Option('--format <name>', 'the format of the trace (default: by its content)').choices([...traceFormats.names]))
    .addOption(new Option('--action <letter>', 'which event of a blktrace is the request (default: Q)').choices(['Q', 'D', 'C']))
    .option('--device <name>', 'which disk, of a trace that holds several, as it names it (blktrace: major,minor); all: every one')
    .option(
      '--csv <mapping>',
      'the columns of a CSV file, e.g. time=1:us,op=2,offset=3:sectors,bytes=4; with header=1 where the first line names them',
    )
    .addOption(new Option('--time-unit <unit>', 'the unit of times, for formats that leave it open').choices([...traceTimeUnits]))
    .addOption(
      new Option('--skip-bad <n>', 'step over so many bad records and report them, before one is an error (default: 0)').argParser(
        wholeNumber('--skip-bad', 0, 1_000_000_000),
      ),
    );

export function traceOptions({ format, action, device, csv, timeUnit, skipBad }: TraceFlags): TraceOptions {
  return { format, action, device, csv, timeUnit, skipBad, onSkipped: reportSkipped() };
}

/** Tells on the error output what was skipped: once a file, however often it is read. */
function reportSkipped(): TraceOptions['onSkipped'] {
  const told = new Set<string>();
  return (path, count, first) => {
    if (told.has(path)) return;
    told.add(path);
    process.stderr.write(`snapsim: ${path}: skipped ${count} bad records; the first: ${first}\n`);
  };
}
