/** The registered format `vhd-chain`: XenServer's linked chain of differencing VHD files. */
import { KiB, MiB } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { VhdChainImage } from './image.js';

const options = {
  block: {
    kind: 'size',
    about: 'Block that one entry of the BAT and one sector bitmap stand for',
    default: 2 * MiB,
    min: 4 * KiB,
    max: 2 * MiB,
    powerOfTwo: true,
  },
  cachedBitmaps: { kind: 'count', about: 'Sector bitmaps of each file that the driver holds in memory', default: 32, min: 1 },
} as const;

export const vhdChain: ImageFormatModel<typeof options> = {
  about: "XenServer's linked chain of differencing VHD files: a snapshot is a new empty leaf, a read looks down the chain",
  source: "XenServer's blktap, drivers/block-vhd.c; OnceCloud paper of 2014, section 2",
  hasSnapshots: true,
  hasBacking: false,
  options,
  make: (context, { block, cachedBitmaps }) => new VhdChainImage(context, { blockBytes: block, cachedBitmaps }),
};
