/**
 * What a flash drive is made of, in numbers. Plain data: it knows no file, no test-bed and no time of day. Times are nanoseconds, rates bytes a second.
 *
 * The planes of a die work together: a stripe is one page of each plane, read or programmed in one go; a block is one erase block of each plane. So these two are what the
 * rest of the model counts in.
 */
import type { Bytes, Nanoseconds, Sectors } from '../../../sim/units.js';

export interface SsdParameters {
  readonly name: string;
  /** Sectors that the drive offers. */
  readonly capacity: Sectors;
  readonly channels: number;
  readonly diesPerChannel: number;
  readonly planes: number;
  /** Of one plane. */
  readonly pageBytes: Bytes;
  readonly pagesPerBlock: number;
  /** What one entry of the map stands for; divides a stripe. */
  readonly unitBytes: Bytes;
  /** Flash beyond the capacity, as a share of the capacity. */
  readonly spare: number;
  /** Of a stripe, mean over the pages of a cell. */
  readonly readTime: Nanoseconds;
  readonly programTime: Nanoseconds;
  readonly eraseTime: Nanoseconds;
  /** Reads in a row that may pass what waits to be programmed or collected on a die: the controller's deadline for writes; at least 1. */
  readonly readsBeforeProgram: number;
  /** Between a channel's dies and the controller. */
  readonly channelRate: number;
  /** Between host and drive, in each direction; whether data passes one way at a time only. */
  readonly linkRate: number;
  readonly linkHalfDuplex: boolean;
  /** Of the controller, for any command: until flash or link can begin with it. */
  readonly commandTime: Nanoseconds;
  /** From one command that the controller takes on to the next, at least: its processor and the command path serve them one after another. */
  readonly commandInterval: Nanoseconds;
  /** Memory for written data on its way to the flash; at least four stripes. */
  readonly bufferBytes: Bytes;
  /** Whether a write is answered as soon as it stands in the buffer. */
  readonly writeCache: boolean;
  /** Whether the buffer survives a loss of power: a FLUSH then has nothing to wait for. */
  readonly powerLossProtection: boolean;
  /** Commands that the drive works on at once. */
  readonly queueDepth: number;
  /** Free blocks of a die below which garbage is collected; at least 2. */
  readonly freeBlocks: number;
}

export const diesOf = (p: SsdParameters): number => p.channels * p.diesPerChannel;
export const stripeBytesOf = (p: SsdParameters): Bytes => p.planes * p.pageBytes;
