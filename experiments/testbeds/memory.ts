/** What memory snapshots cost on a test-bed's machine: the price of each charge, and the way of a snapshot's file to the disk. */
import { chargeNames, type CostTable } from '../../models/guests/memory/charges.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { Parameter } from './testbed.js';

export interface MemoryParameters {
  /** The guest's memory. */
  readonly size: Parameter<Bytes>;
  /** Of each kind of work. */
  readonly costs: Readonly<Record<keyof CostTable, Parameter<Nanoseconds>>>;
  /** Whether taking the dirty log goes through all entries of the guest's memory to protect them again. */
  readonly protectsAllAgain: Parameter<boolean>;
  /** Whether pages that were never written are marked in a snapshot's file and not saved. */
  readonly marksZeroPages: Parameter<boolean>;
  /** Bytes a second that the host's file system writes at most. */
  readonly fileRate: Parameter<number>;
  /** Bytes a second at which the host's page cache takes a file in. */
  readonly cacheRate: Parameter<number>;
  /** Bytes of a file that the page cache holds before its writer waits for the disk, and those from which the host writes them back. */
  readonly dirtyLimit: Parameter<Bytes>;
  readonly backgroundLimit: Parameter<Bytes>;
  /** What the host hands to the drive at once when it writes back. */
  readonly writeBack: Parameter<Bytes>;
  /** And how many of these at once. */
  readonly writeBackDepth: Parameter<number>;
  /** Requests of the guest's virtual disk that are in flight at once: a stop waits for them. */
  readonly diskRequests: Parameter<number>;
  /** Where on the drive the file of a snapshot begins. */
  readonly fileStart: Parameter<Bytes>;
  /** The guest's network: payload bytes a second, and bytes on their way at once. */
  readonly networkRate: Parameter<number>;
  readonly networkWindow: Parameter<Bytes>;
}

export const costTable = ({ costs }: MemoryParameters): CostTable =>
  Object.fromEntries(chargeNames.map((name) => [name, costs[name].value])) as Record<keyof CostTable, Nanoseconds>;
