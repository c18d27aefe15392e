/** The options of `fvd-paper`: the six optimizations, what is copied in the background, and the alternatives that the paper discusses. */
import { choice, type Values } from '../../../sim/options.js';
import type { RandomStream } from '../../../sim/random.js';
import { KiB, MiB } from '../../../sim/units.js';
import type { FormatContext } from '../../io/image-format.js';
import type { CopySettings, PrefetchPlan } from './background-copies.js';
import type { PaperSettings } from './paper-image.js';
import { fvdPaper } from '../../prefetch/fvd-paper.js';
import type { PrefetchGovernor } from '../../prefetch/governor.js';
import { governors, makeGovernor } from '../../prefetch/index.js';

export const paperOptions = {
  block: { kind: 'size', about: 'Bytes that one bit of the bitmap stands for', default: 64 * KiB, min: 512, powerOfTwo: true },
  files: choice('Metadata and data in one file or in two', ['one', 'two'], 'two'),
  inMemoryBitmap: { kind: 'switch', about: 'The bitmap is kept in memory; else it is read for every request', default: true },
  noBackingFree: { kind: 'switch', about: 'Writes past the end of the backing image do without the bitmap', default: true },
  zeroFilledFree: { kind: 'switch', about: 'Blocks of zeros in the backing image have their bits set from the start', default: true },
  freeCopyOnRead: { kind: 'switch', about: 'What is saved after a read leaves the bitmap on disk as it is', default: true },
  freePrefetch: { kind: 'switch', about: 'What is prefetched leaves the bitmap on disk as it is', default: true },
  passThrough: { kind: 'switch', about: 'Once prefetching has finished nothing is looked up or recorded any more', default: true },
  copyOnRead: { kind: 'switch', about: 'What a read brings from below is saved in the background', default: false },
  saveDelay: { kind: 'time', about: 'How long a save waits; a write that comes meanwhile makes it needless', default: 0 },
  prefetch: choice(
    'What is copied in the background: nothing, the profile, or after it the whole image',
    ['off', 'profile', 'whole'],
    'off',
  ),
  prefetchDelay: { kind: 'time', about: 'From the start to the first prefetching read', default: 0 },
  prefetchChunk: { kind: 'size', about: 'The most that one prefetching read takes', default: MiB, min: 512, powerOfTwo: true },
  prefetchBuffers: { kind: 'count', about: 'Buffers between producer and consumer', default: 2, min: 1, max: 1024 },
  producerUpper: { kind: 'rate', about: 'The producer reads no faster; 0 for no limit', default: 0 },
  producerLower: { kind: 'rate', about: 'Below this rate of reads prefetching may pause; 0 for no limit', default: 0 },
  consumerUpper: { kind: 'rate', about: 'The consumer writes no faster; 0 for no limit', default: 0 },
  consumerLower: { kind: 'rate', about: 'Below this rate of writes prefetching may pause; 0 for no limit', default: 0 },
  prefetchGovernor: choice('What decides when prefetching rests', governors.names, 'fvd-paper'),
  prefetchWindow: fvdPaper.options.window,
  longestPause: fvdPaper.options.longestPause,
  coalesceBitmap: {
    kind: 'switch',
    about: 'Writes of bits wait for one another where they share a sector, and go together',
    default: true,
  },
  flushInterval: { kind: 'time', about: 'How often the bitmap on disk catches up with copies; 0 for at shutdown only', default: 0 },
  blockGroup: { kind: 'count', about: 'Blocks in a block group with a bitmap of its own; 0 for one bitmap of the whole disk', default: 0 },
  trackSparseness: { kind: 'switch', about: 'Blocks without backing have bits too, written at shutdown', default: false },
  twoBitStates: { kind: 'switch', about: 'Two bits a block: also whether it is zeros below, or the same here as below', default: false },
} as const;

/** The settings of an image with these options; a profile says what is prefetched first. */
export function paperSettings(values: Values<typeof paperOptions>, profile: FormatContext['profile']): PaperSettings {
  const { block, blockGroup } = values;
  return {
    blockBytes: block,
    files: values.files,
    groupBytes: blockGroup * block,
    inMemoryBitmap: values.inMemoryBitmap,
    coalescesBitmap: values.coalesceBitmap,
    flushInterval: values.flushInterval,
    noBackingFree: values.noBackingFree,
    zeroFilledFree: values.zeroFilledFree,
    passThrough: values.passThrough,
    tracksSparseness: values.trackSparseness,
    twoBitStates: values.twoBitStates,
    saves: savesOf(values),
    prefetch: values.prefetch === 'off' ? null : prefetchOf(values, profile),
  };
}

const savesOf = ({ copyOnRead, saveDelay, freeCopyOnRead }: Values<typeof paperOptions>): CopySettings['saves'] =>
  copyOnRead ? { outstandingBytes: Infinity, delay: saveDelay, isFree: freeCopyOnRead } : null;

function prefetchOf(values: Values<typeof paperOptions>, profile: FormatContext['profile']): PrefetchPlan {
  return {
    startDelay: values.prefetchDelay,
    poolBuffers: values.prefetchBuffers,
    isFree: values.freePrefetch,
    chunkBytes: values.prefetchChunk,
    profile: profile ?? [],
    takesWholeImage: values.prefetch === 'whole',
    governor: (random) => governorOf(values, 'producer', random),
    writeGovernor: (random) => governorOf(values, 'consumer', random),
  };
}

/** The governor of one side, with the options that were set: one that the governor does not have is an error. */
function governorOf(values: Values<typeof paperOptions>, side: 'producer' | 'consumer', random: RandomStream): PrefetchGovernor {
  const options = { lower: `${side}Lower`, upper: `${side}Upper`, window: 'prefetchWindow', longestPause: 'longestPause' } as const;
  const changed = Object.entries(options).filter(([, option]) => values[option] !== paperOptions[option].default);
  const given = Object.fromEntries(changed.map(([name, option]) => [name, values[option]]));
  return makeGovernor(values.prefetchGovernor, given, random, 'prefetchGovernor');
}
