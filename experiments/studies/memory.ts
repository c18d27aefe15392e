/** Snapshots in a row of a guest's memory, under a method and a controller of the saving thread's speed. */
import { Charge } from '../../models/guests/memory/charges.js';
import { flushControllers } from '../../models/flush/index.js';
import { pagesSaved, type EpochRecord } from '../../models/memory/epoch-record.js';
import { memoryMethods } from '../../models/memory/index.js';
import type { Row } from '../../results/rows.js';
import { choice } from '../../sim/options.js';
import { MiB, millisecond, second, type Nanoseconds } from '../../sim/units.js';
import { choiceOf, group, type SectionValues } from '../config/section.js';
import { MemoryMachine, type MemorySetup } from '../run/memory-machine.js';
import type { TestBed } from '../testbeds/testbed.js';
import { memoryGuests } from './memory-guests.js';
import { studyKind, type MetricColumn, type RunContext } from './study.js';

const sections = {
  guest: choiceOf('what runs in the guest: a generated workload, or a recording of written pages', memoryGuests, null),
  method: choiceOf('how memory is saved, with its options', memoryMethods, 'consnap'),
  controller: choiceOf("the controller of the saving thread's speed, with its options", flushControllers, 'adaptive'),
  snapshots: group('when snapshots are taken', {
    first: { kind: 'time', about: 'when the first begins, which is full', default: second },
    interval: { kind: 'time', about: 'from begin to begin', default: 5 * second },
    count: {
      kind: 'count',
      about: 'how many; the metrics are of those behind the first, where there are more',
      default: 10,
      min: 1,
      max: 100_000,
    },
    fullFromPercent: {
      kind: 'count',
      about:
        'a snapshot is full where the guest wrote this share of its pages since the one before; 0: always, 101: never but for the first',
      default: 101,
      max: 101,
    },
    limit: { kind: 'time', about: 'simulated time in which all must be over', default: 3600 * second },
  }),
  tracking: group('how written pages are logged', {
    log: choice('the mechanism', ['write-protect', 'modification-log'], 'write-protect'),
    largePages: { kind: 'switch', about: 'memory mapped by pages of 2 MiB, broken up by write protection', default: false },
  }),
} as const;
type MemoryValues = SectionValues<typeof sections>;

const columns: readonly MetricColumn[] = [
  { name: 'snapshots', unit: '1', about: 'Snapshots that are measured', better: null },
  { name: 'overruns', unit: '1', about: 'Snapshots that began late because the one before was not over', better: 'lower' },
  { name: 'downtimeMeanMs', unit: 'ms', about: 'Mean time from suspend to resume of the guest', better: 'lower' },
  { name: 'downtimeMaxMs', unit: 'ms', about: 'Longest of these times', better: 'lower' },
  { name: 'durationMeanMs', unit: 'ms', about: 'Mean time from the begin of a snapshot to its last page saved', better: 'lower' },
  { name: 'sizeMeanMiB', unit: 'MiB', about: 'Mean size of a snapshot', better: 'lower' },
  { name: 'pagesMean', unit: '1', about: 'Mean number of pages in a snapshot', better: null },
  { name: 'firstMiB', unit: 'MiB', about: 'Size of the first snapshot', better: 'lower' },
  { name: 'faults', unit: '1', about: 'Writes of the guest that faulted, in the whole run', better: 'lower' },
  { name: 'slowdownPercent', unit: '%', about: 'How much longer the guest takes than without snapshots for what it did', better: 'lower' },
  { name: 'simulatedS', unit: 's', about: 'Until the last snapshot was over, or the guest was done', better: null },
];

/** How often a run looks whether it is over. */
const poll: Nanoseconds = 10 * millisecond;

function machineOf(testbed: TestBed, { guest, method, controller, tracking }: MemoryValues, { seed, fileOf }: RunContext): MemoryMachine {
  const setup: MemorySetup = {
    testbed,
    method: method.name,
    methodOptions: method.options,
    controller: controller.name,
    controllerOptions: controller.options,
    mechanism: tracking.log,
    largePages: tracking.largePages,
    verifies: false,
  };
  return new MemoryMachine(setup, memoryGuests.get(guest.name, 'guest').make(guest.options, seed, guest.name, fileOf));
}

/** Runs until the guest is done or `isOver`; answers when. Throws RangeError at the limit. */
function runUntil(made: MemoryMachine, limit: Nanoseconds, isOver: () => boolean): Nanoseconds {
  for (let now = made.kernel.now; made.machine.finished === null && !isOver();) {
    if (now >= limit) throw new RangeError(`the snapshots are not over after ${limit / second} s of simulated time`);
    made.kernel.run((now = Math.min(limit, now + poll)));
  }
  return made.machine.finished ?? made.kernel.now;
}

function metricsOf({ host, machine, epochs }: MemoryMachine, took: Nanoseconds, alone: Nanoseconds): Row {
  const { records } = host;
  if (records.length === 0) throw new RangeError('the guest was done before a snapshot was over');
  const steady = records.length > 1 ? records.slice(1) : records;
  const mean = (of: (record: EpochRecord) => number): number => steady.reduce((sum, record) => sum + of(record), 0) / steady.length;
  return {
    snapshots: steady.length,
    overruns: epochs!.overruns,
    downtimeMeanMs: mean(({ downtime }) => downtime) / millisecond,
    downtimeMaxMs: Math.max(...steady.map(({ downtime }) => downtime)) / millisecond,
    durationMeanMs: mean(({ begun, ended }) => ended - begun) / millisecond,
    sizeMeanMiB: mean(({ bytes }) => bytes) / MiB,
    pagesMean: mean(pagesSaved),
    firstMiB: records[0]!.bytes / MiB,
    faults: machine.charges.counts[Charge.FAULT]! + machine.charges.counts[Charge.USER_FAULT]!,
    slowdownPercent: (took / alone - 1) * 100,
    simulatedS: took / second,
  };
}

export const memory = studyKind({
  about: "snapshots in a row of a guest's memory, under a method and a flush controller",
  horizon: 'terminating',
  testbed: 'consnap',
  sections,
  columns,
  records: ['timeline'],
  headline: ['downtimeMeanMs', 'downtimeMaxMs', 'durationMeanMs', 'sizeMeanMiB', 'slowdownPercent', 'overruns'],
  check(testbed, { guest, snapshots }, refuse) {
    if (testbed.memory === undefined) refuse('testbed', `"${testbed.about}"`, 'one with the costs of memory snapshots, such as consnap');
    memoryGuests.get(guest.name, 'guest').check(guest.options, refuse);
    if (snapshots.interval === 0) refuse('snapshots.interval', '0', 'a time above 0');
    if (snapshots.limit <= snapshots.first)
      refuse('snapshots.limit', `${snapshots.limit / second} s`, 'more than the time of the first snapshot');
  },
  checkFiles: ({ guest }, fileOf) => memoryGuests.get(guest.name, 'guest').checkFiles(guest.options, fileOf),
  cost: ({ snapshots: { first, interval, count } }) => (first + interval * count) / second,
  run(testbed, values, context) {
    const { first, interval, count, fullFromPercent, limit } = values.snapshots;
    const fullFrom = fullFromPercent > 100 ? Infinity : fullFromPercent / 100;
    const made = machineOf(testbed, values, context);
    const timeline = context.watch?.timeline ?? null;
    if (timeline !== null) made.watch(timeline);
    made.run({ first, interval, count, fullFrom }, 0);
    const took = runUntil(made, limit, () => made.epochs!.isOver);
    const { progress } = made.machine;
    const bare = machineOf(testbed, values, context).run(null, 0);
    const alone = runUntil(bare, limit, () => bare.machine.progress >= progress);
    return { metrics: metricsOf(made, took, alone), series: null };
  },
});
