/** Generated requests against an image format. */
import { syntheticWorkloads } from '../../traces/synthetic/index.js';
import { choiceOf } from '../config/section.js';
import { hostColumns, requestColumns } from './block-meter.js';
import { runBlocks } from './block-run.js';
import { blockSetup, checkBlockSystem, diskSection, formatSection, loadSection, modeOf } from './block-sections.js';
import { fingerprintColumn, warmUpColumn } from './columns.js';
import { checkWorkload } from './request-sources.js';
import { studyKind } from './study.js';

export const workload = studyKind({
  about: 'generated requests of a guest to its disk, against an image format',
  horizon: 'steady-state',
  testbed: 'fvd',
  sections: {
    format: formatSection,
    disk: diskSection,
    workload: choiceOf('the generated requests, with their options', syntheticWorkloads, null),
    load: loadSection,
  },
  columns: [warmUpColumn, ...requestColumns, ...hostColumns, fingerprintColumn],
  records: ['requests', 'timeline'],
  headline: ['iops', 'throughputMBs', 'latencyMeanMs', 'latencyP99Ms', 'hostIosPerRequest'],
  check(testbed, values, refuse) {
    checkBlockSystem(testbed, values, refuse);
    checkWorkload('workload', values.workload, blockSetup(testbed, values, 0).diskBytes, refuse);
  },
  cost: ({ workload: { options } }) => Math.max(1, Number(options['operations'] ?? options['requests'] ?? 1)),
  run(testbed, values, context) {
    const { name, options } = values.workload;
    const { metrics, series, fingerprint } = runBlocks(
      {
        setup: blockSetup(testbed, values, context.seed),
        mode: modeOf(values.load),
        initial: values.disk.initial,
        snapshots: null,
        what: `workload ${name}`,
        open: () => syntheticWorkloads.get(name, 'workload').open(options, context.seed, name),
      },
      context,
    );
    return { metrics: { ...metrics, fingerprint }, series };
  },
});
