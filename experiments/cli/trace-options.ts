/** The options with which every command opens a trace. */
import { Option, type Command } from 'commander';
import { traceFormats } from '../../traces/formats/index.js';
import type { TraceOptions } from '../../traces/formats/trace-format.js';

export interface TraceFlags {
  readonly format?: string;
  readonly action?: 'Q' | 'D' | 'C';
  readonly device?: string;
  readonly csv?: string;
}

export const addTraceOptions = (command: Command): Command =>
  command
    .addOption(new Option('--format <name>', 'the format of the trace (default: by its content)').choices([...traceFormats.names]))
    .addOption(new Option('--action <letter>', 'which event of a blktrace is the request (default: Q)').choices(['Q', 'D', 'C']))
    .option('--device <major,minor>', 'which device, of a trace that holds several')
    .option('--csv <mapping>', 'the columns of a CSV file, e.g. time=1:us,op=2,offset=3:sectors,bytes=4');

export const traceOptions = ({ format, action, device, csv }: TraceFlags): TraceOptions => ({ format, action, device, csv });
