/** A small flash drive for tests. */
import { nvmeTlc1tb } from '../../../../experiments/testbeds/drives/nvme-tlc-1tb.js';
import type { SsdParameters } from '../../../../models/devices/ssd/parameters.js';
import { MiB } from '../../../../sim/units.js';

/** Two channels with two dies each: 512 MiB, in stripes of 64 KiB and blocks of 4 MiB. */
export const small: SsdParameters = {
  ...nvmeTlc1tb.parameters,
  name: 'small',
  capacity: 1024 * 1024,
  channels: 2,
  diesPerChannel: 2,
  pagesPerBlock: 64,
  spare: 0.28,
  bufferBytes: MiB,
  freeBlocks: 3,
};
