/** A recorded trace against an image format. */
import { group } from '../config/section.js';
import { hostColumns, requestColumns } from './block-meter.js';
import { runBlocks } from './block-run.js';
import { blockSetup, checkBlockSystem, diskSection, formatSection, modeOf, traceLoadSection } from './block-sections.js';
import { fingerprintColumn, warmUpColumn } from './columns.js';
import { studyKind } from './study.js';
import { checkTraceSource, lookIntoTrace, openTraceSource, traceSourceOptions } from './trace-source.js';

export const replay = studyKind({
  about: 'a recorded block trace, against an image format',
  horizon: 'steady-state',
  testbed: 'fvd',
  sections: { trace: group('the recorded requests', traceSourceOptions), format: formatSection, disk: diskSection, load: traceLoadSection },
  columns: [warmUpColumn, ...requestColumns, ...hostColumns, fingerprintColumn],
  records: ['requests', 'timeline'],
  headline: ['iops', 'throughputMBs', 'latencyMeanMs', 'latencyP99Ms', 'hostIosPerRequest'],
  check(testbed, values, refuse) {
    checkBlockSystem(testbed, values, refuse);
    checkTraceSource(values.trace, 'trace', refuse);
  },
  checkFiles: ({ trace }, fileOf) => lookIntoTrace(trace, fileOf),
  run(testbed, values, context) {
    const { metrics, series, fingerprint } = runBlocks(
      {
        setup: blockSetup(testbed, values, context.seed),
        mode: modeOf(values.load),
        initial: values.disk.initial,
        snapshots: null,
        what: values.trace.file,
        open: () => openTraceSource(values.trace, context.fileOf),
      },
      context,
    );
    return { metrics: { ...metrics, fingerprint }, series };
  },
});
