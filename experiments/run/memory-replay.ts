/** A recorded guest under several methods of memory snapshots, and without any: what each costs it, and how often it can be saved at most. */
import { Charge } from '../../models/guests/memory/charges.js';
import { pagesSaved, type EpochRecord } from '../../models/memory/epoch-record.js';
import { InputError } from '../../sim/errors.js';
import type { Timeline } from '../../sim/timeline.js';
import { millisecond, second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { RecordedWorkload, type RecordedSettings } from '../../traces/memory/recorded/recorded-workload.js';
import { MemoryMachine, type MemorySetup } from './memory-machine.js';
import { restoreCost, type RestoreCost } from './memory-restore.js';

export interface MemoryReplaySettings {
  readonly trace: string;
  readonly recorded: RecordedSettings;
  /** From begin to begin of the snapshots; the first begins after one interval. */
  readonly interval: Nanoseconds;
  /** Share of the pages from which on a snapshot is full: see EpochPlan. */
  readonly fullFrom: number;
  /** Whether to bring the last snapshot back, and see what it takes. Not if absent. */
  readonly restores?: boolean;
  /** Records what happens when under the first method; null for nobody. */
  readonly timeline?: Timeline | null;
  /** Told of the machine under the first method before its run, where there is a timeline; it may look on, and must change nothing. */
  readonly look?: ((machine: MemoryMachine) => void) | null;
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
  /** How long what left the guest was kept, over all snapshots; 0 where nothing is. */
  readonly outputDelayMeanMs: number;
  readonly outputDelayMaxMs: number;
  /** To bring back the last snapshot; null where nobody asked, or there is none. */
  readonly restore: RestoreCost | null;
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
  const unseen = { ...settings, timeline: null };
  const alone = finish(unseen, setups[0]!, false);
  return setups.map((setup, i) =>
    rowOf(setup.method, finish(i === 0 ? settings : unseen, setup, true), alone.machine.finished!, settings.restores === true),
  );
}

function finish(settings: MemoryReplaySettings, setup: MemorySetup, takesSnapshots: boolean): MemoryMachine {
  const machine = replayOnce(settings, setup, takesSnapshots);
  if (machine.machine.finished !== null) return machine;
  throw new InputError(
    `--methods ${setup.method}`,
    `a guest that is not done after ${patience} times its recording`,
    'a method that lets it come to its end',
  );
}

/** The recording from begin to end, or as far as it comes in `patience` times its length. */
function replayOnce(settings: MemoryReplaySettings, setup: MemorySetup, takesSnapshots: boolean): MemoryMachine {
  const workload = new RecordedWorkload(settings.trace, settings.recorded);
  const { interval, fullFrom, timeline } = settings;
  const count = Math.max(1, Math.floor(workload.duration / interval));
  const machine = new MemoryMachine(setup, workload);
  if (timeline !== null && timeline !== undefined) {
    machine.watch(timeline);
    settings.look?.(machine);
  }
  const until = workload.duration * patience + 1000 * second;
  machine.run(takesSnapshots ? { first: interval, interval, count, fullFrom } : null, until);
  workload.close();
  return machine;
}

/** The shortest interval at which a method keeps up. */
export interface MinimumInterval {
  readonly method: string;
  /** Null where it does not at the longest that was tried, or where no interval decides when it saves. */
  readonly intervalMs: number | null;
  readonly triedToMs: number;
  /** At that interval: snapshots, those that began late, and the mean downtime and slowdown. */
  readonly row: MemoryReplayRow | null;
}

const shortest: Nanoseconds = 10 * millisecond;
/** Two intervals that differ by less are as good as each other. */
const resolution = 1.1;
/** The longest that is tried is this part of the recording. */
const longestShare = 6;

/**
 * Finds it by bisection of the logarithm, from 10 ms to a sixth of the recording. A method keeps up where none of its snapshots begins late
 * in the second half of the time that the recording takes: the first, which is full, and what gathers behind it are over by then or it
 * does not keep up.
 */
export function minimumIntervals(settings: MemoryReplaySettings, setups: readonly MemorySetup[]): MinimumInterval[] {
  return setups.map((setup) => minimumInterval(settings, setup));
}

function minimumInterval(settings: MemoryReplaySettings, setup: MemorySetup): MinimumInterval {
  const longest = keepsUp(settings, setup, null);
  const triedToMs = longest.interval / millisecond;
  if (!longest.keepsUp) return { method: setup.method, intervalMs: null, triedToMs, row: null };
  let high = longest.interval;
  for (let low = shortest / resolution; high > low * resolution;) {
    const middle = Math.max(shortest, Math.round(Math.sqrt(low * high) / millisecond) * millisecond);
    if (middle >= high) break;
    if (keepsUp(settings, setup, middle).keepsUp) high = middle;
    else low = middle;
  }
  const [row] = replayMemory({ ...settings, interval: high, timeline: null }, [setup]);
  return { method: setup.method, intervalMs: high / millisecond, triedToMs, row: row! };
}

/** @param given null for the longest interval that is tried */
function keepsUp(settings: MemoryReplaySettings, setup: MemorySetup, given: Nanoseconds | null): { interval: number; keepsUp: boolean } {
  const workload = new RecordedWorkload(settings.trace, settings.recorded);
  const { duration } = workload;
  const interval = given ?? Math.max(shortest, Math.floor(duration / longestShare / millisecond) * millisecond);
  const machine = new MemoryMachine(setup, workload).run({ first: 0, interval, count: Infinity, fullFrom: settings.fullFrom }, duration);
  workload.close();
  const { host, method } = machine;
  if (method?.due !== undefined || host.records.length < 2) return { interval, keepsUp: false };
  const begins = host.records.map(({ begun }) => begun);
  if (host.record !== host.records.at(-1)) begins.push(host.record.begun);
  // Where the next one is due before the end and has not begun, it is late whenever it will.
  begins.push(duration);
  const isLate = begins.some((begun, i) => i > 0 && begun >= duration / 2 && begun - begins[i - 1]! > interval);
  return { interval, keepsUp: !isLate };
}

function rowOf(method: string, replayed: MemoryMachine, alone: Nanoseconds, restores: boolean): MemoryReplayRow {
  const { host, machine, epochs } = replayed;
  const { records } = host;
  const steady = records.length > 1 ? records.slice(1) : records;
  const mean = (of: (record: EpochRecord) => number): number =>
    steady.reduce((sum, record) => sum + of(record), 0) / Math.max(1, steady.length);
  const outputs = records.reduce((sum, record) => sum + record.outputs, 0);
  return {
    method,
    snapshots: records.length,
    overruns: epochs?.overruns ?? 0,
    downtimeMeanMs: mean(({ downtime }) => downtime) / 1e6,
    downtimeMaxMs: steady.reduce((most, { downtime }) => Math.max(most, downtime), 0) / 1e6,
    durationMeanMs: mean(({ begun, ended }) => ended - begun) / 1e6,
    firstBytes: records[0]?.bytes ?? 0,
    bytesMean: mean(({ bytes }) => bytes),
    pagesMean: mean(pagesSaved),
    outputDelayMeanMs: records.reduce((sum, { outputDelay }) => sum + outputDelay, 0) / Math.max(1, outputs) / 1e6,
    outputDelayMaxMs: records.reduce((most, { outputDelayMax }) => Math.max(most, outputDelayMax), 0) / 1e6,
    faults: machine.charges.counts[Charge.FAULT]! + machine.charges.counts[Charge.USER_FAULT]!,
    slowdownPercent: (machine.finished! / alone - 1) * 100,
    restore: restores ? restoreCost(replayed) : null,
  };
}
