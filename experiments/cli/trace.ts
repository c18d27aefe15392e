/** `snapsim trace`: what a trace file holds, its first records, and other traces made of it. */
import { Option, type Command } from 'commander';
import { renderPng, renderSvg } from '../../results/charts/index.js';
import { writeWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';
import { infoChart, infoChartKinds, type InfoChartKind } from '../trace-tools/info-chart.js';
import { traceHead, traceHeadText } from '../trace-tools/head.js';
import { traceInfo, traceInfoText } from '../trace-tools/info.js';
import { holdsPages, pagesInfo, pagesInfoText } from '../trace-tools/pages-info.js';
import { addTraceOptions, traceOptions, type TraceFlags } from './trace-options.js';
import { addTransforms, printResult } from './trace-transforms.js';
import { wholeNumber } from './values.js';

interface InfoFlags extends TraceFlags {
  readonly json?: true;
  readonly plot?: string;
  readonly plotOf: InfoChartKind;
}

export function addTrace(program: Command): void {
  const trace = program.command('trace').description('what a trace file holds; other traces made of it');
  addTraceOptions(trace.command('info').description('counts, span, sizes, footprint, working set, bursts').argument('<trace>'))
    .option('--plot <file>', 'draw it, as .svg or .png')
    .addOption(new Option('--plot-of <what>', 'what to draw').choices([...infoChartKinds]).default('throughput'))
    .option('--json', 'print JSON')
    .action(info);
  addTraceOptions(trace.command('head').description('the first records').argument('<trace>'))
    .addOption(new Option('-n, --count <n>', 'how many').default(10).argParser(wholeNumber('--count', 1, 1_000_000)))
    .option('--json', 'print JSON')
    .action((path: string, flags: TraceFlags & { readonly count: number; readonly json?: true }) => {
      const records = traceHead(path, flags.count, traceOptions(flags));
      printResult(flags, records, () => traceHeadText(records));
    });
  addTransforms(trace);
}

async function info(path: string, flags: InfoFlags): Promise<void> {
  const { plot } = flags;
  if (plot !== undefined && !/\.(svg|png)$/.test(plot))
    throw new InputError('--plot', JSON.stringify(plot), 'a file name that ends in .svg or .png');
  if (flags.format === undefined && flags.csv === undefined && holdsPages(path)) {
    if (plot !== undefined) throw new InputError('--plot', path, 'a trace of block requests: of written pages there is no picture');
    const pages = pagesInfo(path);
    printResult(flags, pages, () => pagesInfoText(pages));
    return;
  }
  const { activity, ...found } = traceInfo(path, traceOptions(flags));
  if (plot !== undefined) {
    const svg = await renderSvg(infoChart(flags.plotOf, activity, found.sizeBuckets));
    writeWhole(plot, plot.endsWith('.png') ? renderPng(svg) : svg);
  }
  printResult(flags, found, () => traceInfoText(found));
}
