/** Generated requests against an image format. */
import { InputError } from '../../sim/errors.js';
import { syntheticWorkloads } from '../../traces/synthetic/index.js';
import { choiceOf } from '../config/section.js';
import { blockSetup, checkBlockSystem, diskSection, formatSection, loadSection, modeOf } from './block-sections.js';
import { hostColumns, requestColumns } from './block-meter.js';
import { runBlocks } from './block-run.js';
import { fingerprintColumn, warmUpColumn } from './columns.js';
import { studyKind, type Refuse } from './study.js';
import type { Chosen } from '../config/section.js';

export const workloadSection = choiceOf('the generated requests, with their options', syntheticWorkloads, null);

/** Refuses options of a workload that contradict each other, by opening it. */
export function checkWorkload({ name, options }: Chosen, refuse: Refuse): void {
  try {
    syntheticWorkloads.get(name, 'workload').open(options, 0, name).close();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    refuse(`workload.${error.where.split('.').pop()!}`, error.found, error.expected);
  }
}

export const workload = studyKind({
  about: 'generated requests of a guest to its disk, against an image format',
  horizon: 'steady-state',
  testbed: 'fvd',
  sections: { format: formatSection, disk: diskSection, workload: workloadSection, load: loadSection },
  columns: [warmUpColumn, ...requestColumns, ...hostColumns, fingerprintColumn],
  headline: ['iops', 'throughputMBs', 'latencyMeanMs', 'latencyP99Ms', 'hostIosPerRequest'],
  check(testbed, values, refuse) {
    checkBlockSystem(testbed, values, refuse);
    checkWorkload(values.workload, refuse);
  },
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
