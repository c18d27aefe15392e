/** The registered format `fvd-paper`: FVD as its paper describes it, copy-on-write only. */
import { KiB } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { PaperImage } from './paper-image.js';

const options = {
  block: { kind: 'size', about: 'Bytes that one bit of the bitmap stands for', default: 64 * KiB, min: 512, powerOfTwo: true },
  noBackingFree: { kind: 'switch', about: 'Writes past the end of the backing image do without the bitmap', default: true },
  zeroFilledFree: { kind: 'switch', about: 'Blocks of zeros in the backing image have their bits set from the start', default: true },
} as const;

export const fvdOfPaper: ImageFormatModel<typeof options> = {
  about: 'FVD as its paper describes it: a bitmap of the backing image, data where it lies on the disk',
  source: 'FVD paper of 2011, sections 3.1 to 3.3.4',
  hasSnapshots: false,
  hasBacking: true,
  options,
  make: (context, { block, noBackingFree, zeroFilledFree }) =>
    new PaperImage(context, { blockBytes: block, noBackingFree, zeroFilledFree }),
};
