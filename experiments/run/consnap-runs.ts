/** The guests of ConSnap's evaluation on its machine: the six workloads by the names of the figures, without an end where a figure needs none. */
import { pagesSaved, type EpochRecord } from '../../models/memory/epoch-record.js';
import type { EpochPlan } from '../../models/memory/epochs.js';
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
export function guestWorkload(name: GuestName, seed: number, options?: Readonly<Record<string, unknown>>): MemoryWorkload {
  const { workload, endless } = guests[name];
  return memoryWorkloads.get(workload, 'a guest of ConSnap').make(options ?? endless, seed, workload);
}

export interface GuestRequest {
  readonly testbed: TestBed;
  readonly guest: GuestName;
  /** In the registry of methods; any where no snapshot is taken. */
  readonly method: string;
  readonly controller?: string;
  readonly seed: number;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly verifies?: boolean;
}

export const guestMachine = ({ testbed, guest, method, controller, seed, options, verifies = false }: GuestRequest): MemoryMachine =>
  new MemoryMachine({ ...memorySetupOf(testbed, method, controller), verifies }, guestWorkload(guest, seed, options));

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

/** What a guest got done over a window of time. */
export interface Pace {
  /** Processor time of its steps, of each second. */
  readonly work: number;
  /** Payload bytes to its clients, a second. */
  readonly network: number;
  /** Snapshots that ended within the window. */
  readonly records: readonly EpochRecord[];
}

const poll: Nanoseconds = 10 * millisecond;

/** Incremental snapshots at an interval behind a full one, for which nothing is measured; null: no snapshots. A run goes on from where it is. */
export class SteadyRun {
  constructor(private readonly machine: MemoryMachine) {}

  /**
   * Starts the guest; where there are snapshots, waits until the full one and the first increment are over.
   * @param latest throws RangeError where that takes longer
   */
  begin(interval: Nanoseconds | null, latest: Nanoseconds): this {
    const { machine } = this;
    const plan: EpochPlan | null = interval === null ? null : { first: 0, interval, count: 1e9, fullFrom: Infinity };
    machine.run(plan, 10 * second);
    if (interval === null) return this;
    for (let now = machine.kernel.now; machine.host.records.length < 2;) {
      if (now > latest) throw new RangeError(`no increment after ${now / second} s`);
      machine.kernel.run((now += poll));
    }
    return this;
  }

  /** Goes on for a time, and says what the guest got done meanwhile. */
  window(time: Nanoseconds): Pace {
    const { kernel, machine, link, host } = this.machine;
    const before = { now: kernel.now, work: machine.progress, sent: link.delivered, snapshots: host.records.length };
    kernel.run(before.now + time);
    const seconds = (kernel.now - before.now) / second;
    return {
      work: (machine.progress - before.work) / second / seconds,
      network: (link.delivered - before.sent) / seconds,
      records: host.records.slice(before.snapshots),
    };
  }
}
