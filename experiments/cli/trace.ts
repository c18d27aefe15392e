/** `snapsim trace`: what a trace file holds, its first records, and conversion. */
import { Option, type Command } from 'commander';
import { traceConvert, writableFormats } from '../trace-tools/convert.js';
import { traceHead, traceHeadText } from '../trace-tools/head.js';
import { traceInfo, traceInfoText } from '../trace-tools/info.js';
import { addTraceOptions, traceOptions, type TraceFlags } from './trace-options.js';
import { wholeNumber } from './values.js';

type Flags = TraceFlags & { readonly json?: true };

export function addTrace(program: Command): void {
  const trace = program.command('trace').description('what a trace file holds; conversion');
  addTraceOptions(trace.command('info').description('counts, span, sizes, footprint').argument('<trace>'))
    .option('--json', 'print JSON')
    .action((path: string, flags: Flags) => {
      const info = traceInfo(path, traceOptions(flags));
      print(flags, info, () => traceInfoText(info));
    });
  addTraceOptions(trace.command('head').description('the first records').argument('<trace>'))
    .addOption(new Option('-n, --count <n>', 'how many').default(10).argParser(wholeNumber('--count', 1, 1_000_000)))
    .option('--json', 'print JSON')
    .action((path: string, flags: Flags & { readonly count: number }) => {
      const records = traceHead(path, flags.count, traceOptions(flags));
      print(flags, records, () => traceHeadText(records));
    });
  addTraceOptions(trace.command('convert').description('write a trace in another format').argument('<trace>').argument('<output>'))
    .addOption(new Option('--to <format>', 'the format to write').choices([...writableFormats]).makeOptionMandatory())
    .option('--json', 'print JSON')
    .action((path: string, output: string, flags: Flags & { readonly to: string }) => {
      const conversion = traceConvert(path, output, flags.to, traceOptions(flags));
      print(
        flags,
        conversion,
        () => `${conversion.records} records of ${conversion.from} written as ${conversion.to} to ${output}, ${conversion.bytes} bytes`,
      );
    });
}

function print({ json }: { readonly json?: true }, result: unknown, inWords: () => string): void {
  process.stdout.write(`${json === true ? JSON.stringify(result, null, 1) : inWords()}\n`);
}
