/** What a method of memory snapshots is: a scenario for each epoch, and a word on every write that it wants to hear of. */
import type { Maker } from '../../sim/maker.js';
import type { OptionSet } from '../../sim/options.js';
import type { Scenario } from '../../sim/process.js';
import type { OutputGuard } from '../guests/memory/output-guard.js';
import type { WriteGuard } from '../guests/memory/write-guard.js';
import type { EpochKind } from './memory-image.js';
import type { RestoreSource } from './restore.js';
import type { SnapshotHost } from './snapshot-host.js';

export interface MemorySnapshot extends WriteGuard {
  /** Whether it can save only what changed since the epoch before. */
  readonly savesIncrements: boolean;
  /**
   * Takes one snapshot through the host: stops the guest, names the instant at which memory is as the image will say, and has saved all pages
   * at its end. The epoch before has ended.
   */
  epoch(kind: EpochKind): Scenario;
  /** Waits until the next epoch is due, where outputs of the guest decide that and not an interval. */
  readonly due?: () => Scenario;
  /** Asked before something leaves the guest, as long as epochs follow one another. */
  readonly outputs?: OutputGuard;
  /** No epoch follows: what is still kept may go. */
  readonly end?: () => void;
  /** Whether only the last image is kept, as a backup that takes over keeps it. */
  readonly keepsLastOnly?: true;
  /** Where images are read when they come back; the host's file if absent. */
  readonly restoresFrom?: RestoreSource;
}

/** Declares a method so that `make` sees the types of its options. */
export const memoryMethod = <const S extends OptionSet>(
  declared: Maker<S, [host: SnapshotHost], MemorySnapshot>,
): Maker<S, [host: SnapshotHost], MemorySnapshot> => declared;
