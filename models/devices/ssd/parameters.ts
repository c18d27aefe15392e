/**
 * What a flash drive is made of, in numbers. Plain data: it knows no file, no test-bed and no time of day. Times are nanoseconds, rates bytes a second.
 *
 * The planes of a die work together: a stripe is one page of each plane, read or programmed in one go; a block is one erase block of each plane. So these two are what the
 * rest of the model counts in.
 */
import { sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../../sim/units.js';

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
/** Units that the drive offers. */
export const unitsOf = (p: SsdParameters): number => Math.ceil((p.capacity * sectorBytes) / p.unitBytes);
const blockUnitsOf = (p: SsdParameters): number => (stripeBytesOf(p) / p.unitBytes) * p.pagesPerBlock;
export const blocksPerDieOf = (p: SsdParameters): number => Math.ceil((unitsOf(p) * (1 + p.spare)) / (diesOf(p) * blockUnitsOf(p)));

/**
 * @throws RangeError at numbers of no drive: half a channel, a rate of 0; where stripes and units do not fit, the spare flash is too little to collect garbage in, or there are more than
 * 2^31 units
 */
export function checkFlash(p: SsdParameters): void {
  const { capacity, channels, diesPerChannel, planes, pageBytes, pagesPerBlock, unitBytes, readsBeforeProgram, queueDepth } = p;
  for (const [what, count] of Object.entries({
    capacity,
    channels,
    diesPerChannel,
    planes,
    pageBytes,
    pagesPerBlock,
    unitBytes,
    readsBeforeProgram,
    queueDepth,
  }))
    if (!(Number.isInteger(count) && count >= 1)) throw new RangeError(`${p.name}: ${count} as ${what}`);
  const { readTime, programTime, eraseTime, commandTime, commandInterval, channelRate, linkRate } = p;
  for (const [what, time] of Object.entries({ readTime, programTime, eraseTime, commandTime, commandInterval }))
    if (!(time >= 0 && time < Infinity)) throw new RangeError(`${p.name}: ${time} ns as ${what}`);
  for (const [what, rate] of Object.entries({ channelRate, linkRate }))
    if (!(rate > 0 && rate < Infinity)) throw new RangeError(`${p.name}: ${rate} bytes a second as ${what}`);
  if (!(Number.isInteger(p.freeBlocks) && p.freeBlocks >= 2))
    throw new RangeError(`${p.name}: garbage is collected below ${p.freeBlocks} free blocks; one is for what is moved, so 2 or more`);
  if (!Number.isInteger(stripeBytesOf(p) / unitBytes))
    throw new RangeError(`${p.name}: units of ${unitBytes} bytes do not divide a stripe`);
  const spareBlocks = blocksPerDieOf(p) - unitsOf(p) / (diesOf(p) * blockUnitsOf(p));
  if (!(spareBlocks >= p.freeBlocks + 3))
    throw new RangeError(`${p.name}: ${spareBlocks.toFixed(1)} spare blocks a die; it takes ${p.freeBlocks + 3} to collect garbage`);
  if (diesOf(p) * blocksPerDieOf(p) * blockUnitsOf(p) >= 2 ** 31) throw new RangeError(`${p.name}: more than 2^31 units`);
  if (!(p.bufferBytes >= 4 * stripeBytesOf(p))) throw new RangeError(`${p.name}: a buffer of less than four stripes`);
}
