/** The registered format `fvd-2011`: FVD as its driver was published. */
import { InputError } from '../../../sim/errors.js';
import { placeOfOption } from '../../../sim/options.js';
import type { RandomStream } from '../../../sim/random.js';
import { formatBytes, KiB, MiB, sectorBytes, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import type { PrefetchPlan } from './background-copies.js';
import { PublishedGovernor } from '../../prefetch/fvd-published.js';
import { PublishedImage } from './published-image.js';

/** Reads are not saved while more bytes than this wait to be. */
const mostOutstandingSaves = 2_000_000;
const prefetchSlots = 2;
const prefetchSlotBytes = MiB;

const options = {
  block: {
    kind: 'size',
    about:
      'Bytes that one bit of the bitmap stands for, at most the disk, or 1 MiB; by default (0) the smallest that keeps the bitmap within 4 MiB',
    default: 0,
    min: sectorBytes,
    powerOfTwo: true,
    orZero: true,
  },
  compact: { kind: 'switch', about: 'Chunks in order of first write, by a table', default: false },
  chunk: { kind: 'size', about: 'Chunk of a compact image, at most the disk, or 1 MiB', default: MiB, min: 4096, powerOfTwo: true },
  copyOnRead: { kind: 'switch', about: 'What a read brings from below is saved in the background', default: false },
  prefetch: { kind: 'switch', about: 'The whole backing image is copied in the background', default: false },
  prefetchDelay: { kind: 'time', about: 'From the start to the first prefetching read', default: 0 },
  prefetchLower: {
    kind: 'rate',
    about: 'Below this rate of reads or writes prefetching may pause',
    default: 5120 * KiB,
  },
  journal: { kind: 'size', about: 'Size of the journal, at least what one write of the whole disk needs', default: 16 * MiB, min: 512 },
} as const;

function prefetchOf(startDelay: Nanoseconds, lower: number): PrefetchPlan {
  const governor = (random: RandomStream): PublishedGovernor => new PublishedGovernor(lower, random);
  return {
    startDelay,
    poolBuffers: prefetchSlots,
    isFree: true,
    chunkBytes: prefetchSlotBytes,
    profile: [],
    takesWholeImage: true,
    governor,
    writeGovernor: governor,
  };
}

/** Throws InputError at a unit that no disk of this size needs; what the published tool does with one is not recorded. */
function checkUnit(name: string, bytes: Bytes, most: Bytes): void {
  if (bytes <= most) return;
  throw new InputError(placeOfOption(name, 'fvd-2011'), formatBytes(bytes), `at most ${formatBytes(most)}, for the size of the disk`);
}

export const fvdOf2011: ImageFormatModel<typeof options> = {
  about: 'FVD as published in 2011: bitmap, chunk table and a journal in one file',
  source: 'the driver posted to qemu-devel on 2011-01-19, block/fvd*.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: true,
  options,
  make(context, settings) {
    const most = Math.max(context.diskBytes, MiB);
    checkUnit('block', settings.block, most);
    checkUnit('chunk', settings.chunk, most);
    return new PublishedImage(context, {
      ...settings,
      saves: settings.copyOnRead ? { outstandingBytes: mostOutstandingSaves, delay: 0, isFree: true } : null,
      prefetch: settings.prefetch ? prefetchOf(settings.prefetchDelay, settings.prefetchLower) : null,
    });
  },
};
