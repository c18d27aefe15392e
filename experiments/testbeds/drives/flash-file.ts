/** A flash drive of a test-bed: documented numbers, and the drive that follows from them. */
import { checkFlash, type SsdParameters } from '../../../models/devices/ssd/parameters.js';
import { sectorBytes, KiB, MiB } from '../../../sim/units.js';
import type { Parameter } from '../testbed.js';
import { overridden, type Overrides } from './overridden.js';

/** Numbers that are documented of a flash drive, in the units of data sheets. */
type Counts =
  | 'capacityGB'
  | 'channels'
  | 'diesPerChannel'
  | 'planes'
  | 'pageKiB'
  | 'pagesPerBlock'
  | 'unitKiB'
  | 'spare'
  | 'readUs'
  | 'programUs'
  | 'eraseUs'
  | 'readsBeforeProgram'
  | 'channelMBs'
  | 'linkMBs'
  | 'commandUs'
  | 'commandIntervalUs'
  | 'bufferMiB'
  | 'queueDepth'
  | 'freeBlocks';

/** What is documented, and in which condition a run finds the drive: fresh, filled or steady. */
export type FlashNumbers = Readonly<
  Record<Counts, Parameter<number>> &
    Record<'writeCache' | 'powerLossProtection' | 'linkHalfDuplex', Parameter<boolean>> &
    Record<'condition', Parameter<string>>
>;

export interface FlashFile {
  readonly kind: 'flash';
  readonly name: string;
  readonly about: string;
  readonly numbers: FlashNumbers;
  /** The whole drive, with its own default of the write cache. */
  readonly parameters: SsdParameters;
}

/** Makes a flash drive's file. `overrides` replace documented values, for sweeps over their ranges. @throws RangeError at numbers of no drive */
export function flashFile(name: string, about: string, numbers: FlashNumbers, overrides: Overrides = {}): FlashFile {
  const replaced = overridden(numbers, overrides);
  const parameters = parametersOf(name, replaced);
  checkFlash(parameters);
  return { kind: 'flash', name, about, numbers: replaced, parameters };
}

const parametersOf = (name: string, n: FlashNumbers): SsdParameters => ({
  name,
  capacity: Math.floor((n.capacityGB.value * 1e9) / (4 * KiB)) * ((4 * KiB) / sectorBytes),
  channels: n.channels.value,
  diesPerChannel: n.diesPerChannel.value,
  planes: n.planes.value,
  pageBytes: n.pageKiB.value * KiB,
  pagesPerBlock: n.pagesPerBlock.value,
  unitBytes: n.unitKiB.value * KiB,
  spare: n.spare.value,
  readTime: n.readUs.value * 1e3,
  programTime: n.programUs.value * 1e3,
  eraseTime: n.eraseUs.value * 1e3,
  readsBeforeProgram: n.readsBeforeProgram.value,
  channelRate: n.channelMBs.value * 1e6,
  linkRate: n.linkMBs.value * 1e6,
  linkHalfDuplex: n.linkHalfDuplex.value,
  commandTime: n.commandUs.value * 1e3,
  commandInterval: n.commandIntervalUs.value * 1e3,
  bufferBytes: n.bufferMiB.value * MiB,
  writeCache: n.writeCache.value,
  powerLossProtection: n.powerLossProtection.value,
  queueDepth: n.queueDepth.value,
  freeBlocks: n.freeBlocks.value,
});
