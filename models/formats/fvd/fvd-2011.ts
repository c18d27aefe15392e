/** The registered format `fvd-2011`: FVD as its driver was published. */
import { InputError } from '../../../sim/errors.js';
import { formatBytes, MiB, sectorBytes } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { PublishedImage } from './published-image.js';

const options = {
  block: {
    kind: 'size',
    about: 'Bytes that one bit of the bitmap stands for; by default (0) the smallest that keeps the bitmap within 4 MiB',
    default: 0,
  },
  compact: { kind: 'switch', about: 'Chunks in order of first write, by a table', default: false },
  chunk: { kind: 'size', about: 'Chunk of a compact image', default: MiB, min: 4096, powerOfTwo: true },
  journal: { kind: 'size', about: 'Size of the journal, at least what one write of the whole disk needs', default: 16 * MiB, min: 512 },
} as const;

export const fvdOf2011: ImageFormatModel<typeof options> = {
  about: 'FVD as published in 2011: bitmap, chunk table and a journal in one file',
  source: 'the driver posted to qemu-devel on 2011-01-19, block/fvd*.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: true,
  options,
  make(context, settings) {
    const isBlock = settings.block >= sectorBytes && Number.isInteger(Math.log2(settings.block));
    if (settings.block !== 0 && !isBlock) throw new InputError('block', formatBytes(settings.block), 'a power of two from 512 B, or 0');
    return new PublishedImage(context, settings);
  },
};
