/** The guests of ConSnap's evaluation on its machine: the six workloads by the names of the figures, without an end where a figure needs none. */
import type { FlushController } from '../../models/flush/flush-controller.js';
import { pagesSaved, type EpochRecord } from '../../models/memory/epoch-record.js';
import { millisecond, second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { MemoryWorkload } from '../../traces/memory/guest-step.js';
import { memoryWorkloads } from '../../traces/memory/generated/index.js';
import type { TestBed } from '../testbeds/testbed.js';
import { MemoryMachine, memorySetupOf } from './memory-machine.js';

export const guestNames = ['Idle', 'Mplayer', 'Compilation', 'Memcached', 'IOzone', 'Ftp'] as const;
export type GuestName = (typeof guestNames)[number];

interface NamedGuest {
  /** In the registry of memory workloads. */
  readonly workload: string;
  /** Options with which it does not end before any run does. */
  readonly endless: Readonly<Record<string, unknown>>;
}

const guests: Readonly<Record<GuestName, NamedGuest>> = {
  Idle: { workload: 'idle', endless: {} },
  Mplayer: { workload: 'media-player', endless: {} },
  Compilation: { workload: 'compilation', endless: { work: '10000s' } },
  Memcached: { workload: 'memcached', endless: {} },
  IOzone: { workload: 'iozone', endless: {} },
  Ftp: { workload: 'ftp', endless: { file: '1000GB' } },
};

/** A guest with options of its own; where none are given, one that never ends. */
function guestWorkload(name: GuestName, seed: number, options?: Readonly<Record<string, unknown>>): MemoryWorkload {
  const { workload, endless } = guests[name];
  return memoryWorkloads.get(workload, 'a guest of ConSnap').make(options ?? endless, seed, workload);
}

export interface GuestRequest {
  readonly testbed: TestBed;
  readonly guest: GuestName;
  /** In the registry of methods; any where no snapshot is taken. */
  readonly method: string;
  readonly methodOptions?: Readonly<Record<string, unknown>>;
  readonly controller?: string;
  readonly seed: number;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly verifies?: boolean;
  /** Stands between the snapshots and their controller, where somebody wants to see both. */
  readonly watch?: (controller: FlushController) => FlushController;
}

export function guestMachine(request: GuestRequest): MemoryMachine {
  const { testbed, guest, method, methodOptions = {}, controller, seed, options, verifies = false, watch } = request;
  const setup = { ...memorySetupOf(testbed, method, controller), methodOptions, verifies };
  return new MemoryMachine(setup, guestWorkload(guest, seed, options), watch);
}

/** Means over snapshots. */
export interface EpochMeans {
  readonly downtimeMs: number;
  readonly durationMs: number;
  readonly sizeBytes: Bytes;
  readonly pages: number;
}

/** Throws RangeError where there is no snapshot. */
export function epochMeans(records: readonly EpochRecord[]): EpochMeans {
  if (records.length === 0) throw new RangeError('no snapshot was completed');
  const mean = (of: (record: EpochRecord) => number): number => records.reduce((sum, record) => sum + of(record), 0) / records.length;
  return {
    downtimeMs: mean(({ downtime }) => downtime) / millisecond,
    durationMs: mean(({ begun, ended }) => ended - begun) / millisecond,
    sizeBytes: mean(({ bytes }) => bytes),
    pages: mean(pagesSaved),
  };
}

/** A stretch of a run in which snapshots are taken, and how long the same guest takes for the same work without any. */
export interface Stretch {
  readonly time: Nanoseconds;
  readonly timeAlone: Nanoseconds;
  /** Snapshots that ended meanwhile. */
  readonly records: readonly EpochRecord[];
  /** Snapshots that began late because the one before was not over, since the begin of the run. */
  readonly overruns: number;
}

export interface StretchPlan {
  readonly interval: Nanoseconds;
  /** How long it is measured, from the end of the second increment on: the first may come right behind the full snapshot, and is small then. */
  readonly measured: Nanoseconds;
  /** When the second increment must be over. */
  readonly latest: Nanoseconds;
}

const poll: Nanoseconds = 10 * millisecond;

/** Incremental snapshots behind a full one. Throws RangeError where two increments are not over in time. */
export function steadyStretch(request: GuestRequest, { interval, measured, latest }: StretchPlan): Stretch {
  const { machine, host, kernel, epochs } = guestMachine(request).run({ first: 0, interval, count: 1e9, fullFrom: Infinity }, poll);
  let now = poll;
  while (host.records.length < 3) {
    if (now > latest) throw new RangeError(`two increments of ${request.guest} are not over after ${latest / second} s`);
    kernel.run((now += poll));
  }
  const [progress, snapshots] = [machine.progress, host.records.length];
  kernel.run(now + measured);
  return {
    time: measured,
    timeAlone: timeAlone(request, progress, machine.progress),
    records: host.records.slice(snapshots),
    overruns: epochs!.overruns,
  };
}

/** Time between two points of a guest's progress when no snapshot is taken. */
function timeAlone(request: GuestRequest, from: Nanoseconds, to: Nanoseconds): Nanoseconds {
  const { machine, kernel } = guestMachine(request).run(null, 0);
  let now = 0;
  const reach = (progress: Nanoseconds): Nanoseconds => {
    while (machine.progress < progress) kernel.run((now += poll));
    return now;
  };
  const begun = reach(from);
  return reach(to) - begun;
}
