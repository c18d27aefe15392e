/** A recorded guest under several methods of memory snapshots, and without any: what each costs it. */
import { Charge } from '../../models/guests/memory/charges.js';
import { pagesSaved, type EpochRecord } from '../../models/memory/epoch-record.js';
import { InputError } from '../../sim/errors.js';
import type { Timeline } from '../../sim/timeline.js';
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { RecordedSettings } from '../../traces/memory/recorded/recorded-workload.js';
import { MemoryMachine, type MemorySetup } from './memory-machine.js';
import { restoreCost, type RestoreCost } from './memory-restore.js';
import { openRecorded } from './recorded-guest.js';

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

/**
 * What a method cost. Times are milliseconds. The first snapshot is full and stands on its own: means are over those behind it, and over it
 * where there is no other; maxima are over all.
 */
export interface MemoryReplayRow {
  readonly method: string;
  /** Snapshots that fit the recording at the interval; null where the guest's outputs decide when one is taken. */
  readonly asked: number | null;
  /** Those that began before the guest's end, and of these the ones that began late because the one before was not over. */
  readonly snapshots: number;
  readonly overruns: number;
  /** Whether the last was under way at the guest's end: it was finished behind it, and counts. */
  readonly lastOutlivesGuest: boolean;
  readonly firstDowntimeMs: number;
  readonly firstDurationMs: number;
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

/** A run that is over, and how many snapshots it was to take. */
interface Replayed {
  readonly machine: MemoryMachine;
  readonly asked: number | null;
}

/** A guest that takes longer than this many times its recording is not waited for. */
const patience = 20;

/** @throws InputError at a recording that is none, or a method that never lets the guest come to its end */
export function replayMemory(settings: MemoryReplaySettings, setups: readonly MemorySetup[]): MemoryReplayRow[] {
  if (setups.length === 0) return [];
  const unseen = { ...settings, timeline: null };
  const alone = finish(unseen, setups[0]!, false);
  return setups.map((setup, i) =>
    rowOf(setup.method, finish(i === 0 ? settings : unseen, setup, true), alone.machine.machine.finished!, settings.restores === true),
  );
}

function finish(settings: MemoryReplaySettings, setup: MemorySetup, takesSnapshots: boolean): Replayed {
  const replayed = replayOnce(settings, setup, takesSnapshots);
  if (replayed.machine.machine.finished !== null) return replayed;
  throw new InputError(
    `--methods ${setup.method}`,
    `a guest that is not done after ${patience} times its recording`,
    'a method that lets it come to its end',
  );
}

/** The recording from begin to end, or as far as it comes in `patience` times its length. */
function replayOnce(settings: MemoryReplaySettings, setup: MemorySetup, takesSnapshots: boolean): Replayed {
  const { interval, fullFrom, timeline } = settings;
  const workload = openRecorded(settings.trace, settings.recorded, interval);
  const count = Math.floor(workload.duration / interval);
  const machine = new MemoryMachine(setup, workload);
  if (timeline !== null && timeline !== undefined) {
    machine.watch(timeline);
    settings.look?.(machine);
  }
  const until = workload.duration * patience + 1000 * second;
  machine.run(takesSnapshots ? { first: interval, interval, count, fullFrom, endsWithGuest: true } : null, until);
  workload.close();
  return { machine, asked: machine.method?.due === undefined ? count : null };
}

function rowOf(method: string, { machine: replayed, asked }: Replayed, alone: Nanoseconds, restores: boolean): MemoryReplayRow {
  const { host, machine, epochs } = replayed;
  const { records } = host;
  const first = records[0];
  const steady = records.length > 1 ? records.slice(1) : records;
  const mean = (of: (record: EpochRecord) => number): number =>
    steady.reduce((sum, record) => sum + of(record), 0) / Math.max(1, steady.length);
  const outputs = records.reduce((sum, record) => sum + record.outputs, 0);
  return {
    method,
    asked,
    snapshots: records.length,
    overruns: epochs?.overruns ?? 0,
    lastOutlivesGuest: records.length > 0 && records.at(-1)!.ended > machine.finished!,
    firstDowntimeMs: (first?.downtime ?? 0) / 1e6,
    firstDurationMs: first === undefined ? 0 : (first.ended - first.begun) / 1e6,
    downtimeMeanMs: mean(({ downtime }) => downtime) / 1e6,
    downtimeMaxMs: records.reduce((most, { downtime }) => Math.max(most, downtime), 0) / 1e6,
    durationMeanMs: mean(({ begun, ended }) => ended - begun) / 1e6,
    firstBytes: first?.bytes ?? 0,
    bytesMean: mean(({ bytes }) => bytes),
    pagesMean: mean(pagesSaved),
    outputDelayMeanMs: records.reduce((sum, { outputDelay }) => sum + outputDelay, 0) / Math.max(1, outputs) / 1e6,
    outputDelayMaxMs: records.reduce((most, { outputDelayMax }) => Math.max(most, outputDelayMax), 0) / 1e6,
    faults: machine.charges.counts[Charge.FAULT]! + machine.charges.counts[Charge.USER_FAULT]!,
    slowdownPercent: (machine.finished! / alone - 1) * 100,
    restore: restores ? restoreCost(replayed) : null,
  };
}
