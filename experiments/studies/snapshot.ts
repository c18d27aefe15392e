/** Snapshots of a disk while its guest is at work. */
import { formats } from '../../models/formats/index.js';
import { second } from '../../sim/units.js';
import { choiceOf, group, type SectionValue } from '../config/section.js';
import type { SnapshotTimes } from '../run/snapshots-in-run.js';
import { hostColumns, requestColumns } from './block-meter.js';
import { runBlocks } from './block-run.js';
import { blockSetup, checkBlockSystem, diskSection, formatSection, loadSection, modeOf } from './block-sections.js';
import { fingerprintColumn } from './columns.js';
import { requestSources } from './request-sources.js';
import { studyKind, type MetricColumn } from './study.js';

const snapshotSection = group('when snapshots are taken, since the begin of the run', {
  every: { kind: 'time', about: 'from one to the next', default: 10 * second },
  first: { kind: 'time', about: 'when the first is taken; 0ns: as long after the begin as the others after each other', default: 0 },
  count: { kind: 'count', about: 'how many; 0: as many as there is time for', default: 0, max: 100_000 },
});

const snapshotColumns: readonly MetricColumn[] = [
  { name: 'snapshotsTaken', unit: '1', about: 'Snapshots that were done before the run was over', better: null },
  { name: 'snapshotsNotTaken', unit: '1', about: 'Those whose turn did not come before the run was over', better: 'lower' },
  { name: 'snapshotMeanMs', unit: 'ms', about: 'Mean time from the request for a snapshot to its end; null without any', better: 'lower' },
  { name: 'snapshotMaxMs', unit: 'ms', about: 'Longest of these times; null without any', better: 'lower' },
  { name: 'drainMeanMs', unit: 'ms', about: 'Of the mean time, what requests in flight took to end; null without any', better: 'lower' },
];

const timesOf = ({ every, first, count }: SectionValue<typeof snapshotSection>): SnapshotTimes =>
  count === 0 ? { every } : { at: Array.from({ length: count }, (_, i) => (first === 0 ? every : first) + i * every) };

export const snapshot = studyKind({
  about: 'snapshots of a disk while its guest is at work',
  horizon: 'terminating',
  testbed: 'fvd',
  sections: {
    requests: choiceOf(
      'the requests of the guest: a generated workload with its options, or {name: trace, file: ...}',
      requestSources,
      null,
    ),
    format: formatSection,
    disk: diskSection,
    load: loadSection,
    snapshots: snapshotSection,
  },
  columns: [...snapshotColumns, ...requestColumns, ...hostColumns, fingerprintColumn],
  records: ['requests', 'timeline'],
  headline: ['snapshotsTaken', 'snapshotMeanMs', 'drainMeanMs', 'iops', 'latencyMeanMs', 'latencyP99Ms'],
  check(testbed, values, refuse) {
    const { format, snapshots, requests } = values;
    if (!formats.get(format.name, 'format').hasSnapshots) {
      const keeping = [...formats].flatMap(([name, { hasSnapshots }]) => (hasSnapshots ? [name] : []));
      refuse('format', `${format.name}, which keeps no snapshots`, `one of ${keeping.join(', ')}`);
    }
    if (snapshots.every === 0) refuse('snapshots.every', '0', 'a time above 0');
    if (snapshots.count === 0 && snapshots.first !== 0)
      refuse('snapshots.first', 'a first snapshot where their number is open', 'a count of them, or no first');
    checkBlockSystem(testbed, values, refuse);
    requestSources.get(requests.name, 'requests').check(requests.options, blockSetup(testbed, values, 0).diskBytes, refuse);
  },
  checkFiles: ({ requests }, fileOf) => requestSources.get(requests.name, 'requests').checkFiles(requests.options, fileOf),
  run(testbed, values, context) {
    const { name, options } = values.requests;
    const { metrics, snapshots, fingerprint } = runBlocks(
      {
        setup: blockSetup(testbed, values, context.seed),
        mode: modeOf(values.load),
        initial: values.disk.initial,
        snapshots: timesOf(values.snapshots),
        what: `requests ${name}`,
        open: () => requestSources.get(name, 'requests').open(options, context.seed, context.fileOf),
      },
      context,
    );
    const { taken, notTaken, meanMs, longestMs, meanDrainMs } = snapshots!;
    const of = {
      snapshotsTaken: taken,
      snapshotsNotTaken: notTaken,
      snapshotMeanMs: meanMs,
      snapshotMaxMs: longestMs,
      drainMeanMs: meanDrainMs,
    };
    return { metrics: { ...of, ...metrics, fingerprint }, series: null };
  },
});
