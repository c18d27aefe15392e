/** A recorded guest under several methods of memory snapshots, and without any: what each costs it. */
import { Charge } from '../../models/guests/memory/charges.js';
import { pagesSaved, type EpochRecord } from '../../models/memory/epoch-record.js';
import { InputError } from '../../sim/errors.js';
import type { Timeline } from '../../sim/timeline.js';
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { RecordedWorkload, type RecordedSettings } from '../../traces/memory/recorded/recorded-workload.js';
import { MemoryMachine, type MemorySetup } from './memory-machine.js';

export interface MemoryReplaySettings {
  readonly trace: string;
  readonly recorded: RecordedSettings;
  /** From begin to begin of the snapshots; the first begins after one interval. */
  readonly interval: Nanoseconds;
  /** Share of the pages from which on a snapshot is full: see EpochPlan. */
  readonly fullFrom: number;
  /** Records what happens when under the first method; null for nobody. */
  readonly timeline?: Timeline | null;
}

/** What a method cost. Times are milliseconds; means and maxima are over the snapshots, without the first where there are more: it is full. */
export interface MemoryReplayRow {
  readonly method: string;
  /** Snapshots that were taken, and those that began late because the one before was not over. */
  readonly snapshots: number;
  readonly overruns: number;
  readonly downtimeMeanMs: number;
  readonly downtimeMaxMs: number;
  readonly durationMeanMs: number;
  /** Bytes of the first snapshot, and of the others in the mean. */
  readonly firstBytes: Bytes;
  readonly bytesMean: Bytes;
  readonly pagesMean: number;
  /** Writes that faulted, in all. */
  readonly faults: number;
  /** How much later than without snapshots the guest was done, percent. */
  readonly slowdownPercent: number;
}

/** A guest that takes longer than this many times its recording is not waited for. */
const patience = 20;

/** @throws InputError at a recording that is none, or a method that never lets the guest come to its end */
export function replayMemory(settings: MemoryReplaySettings, setups: readonly MemorySetup[]): MemoryReplayRow[] {
  if (setups.length === 0) return [];
  const alone = finish(settings, setups[0]!, false, null);
  return setups.map((setup, i) => {
    const timeline = i === 0 ? (settings.timeline ?? null) : null;
    return rowOf(setup.method, finish(settings, setup, true, timeline), alone.machine.finished!);
  });
}

function finish(settings: MemoryReplaySettings, setup: MemorySetup, takesSnapshots: boolean, timeline: Timeline | null): MemoryMachine {
  const workload = new RecordedWorkload(settings.trace, settings.recorded);
  const { interval, fullFrom } = settings;
  const count = Math.max(1, Math.floor(workload.duration / interval));
  const machine = new MemoryMachine(setup, workload);
  if (timeline !== null) machine.watch(timeline);
  const until = workload.duration * patience + 1000 * second;
  machine.run(takesSnapshots ? { first: interval, interval, count, fullFrom } : null, until);
  workload.close();
  if (machine.machine.finished === null)
    throw new InputError(
      `--methods ${setup.method}`,
      `a guest that is not done after ${until / second} s`,
      'a method that lets it come to its end',
    );
  return machine;
}

function rowOf(method: string, { host, machine, epochs }: MemoryMachine, alone: Nanoseconds): MemoryReplayRow {
  const { records } = host;
  const steady = records.length > 1 ? records.slice(1) : records;
  const mean = (of: (record: EpochRecord) => number): number =>
    steady.reduce((sum, record) => sum + of(record), 0) / Math.max(1, steady.length);
  return {
    method,
    snapshots: records.length,
    overruns: epochs?.overruns ?? 0,
    downtimeMeanMs: mean(({ downtime }) => downtime) / 1e6,
    downtimeMaxMs: Math.max(0, ...steady.map(({ downtime }) => downtime)) / 1e6,
    durationMeanMs: mean(({ begun, ended }) => ended - begun) / 1e6,
    firstBytes: records[0]?.bytes ?? 0,
    bytesMean: mean(({ bytes }) => bytes),
    pagesMean: mean(pagesSaved),
    faults: machine.charges.counts[Charge.FAULT]! + machine.charges.counts[Charge.USER_FAULT]!,
    slowdownPercent: (machine.finished! / alone - 1) * 100,
  };
}
