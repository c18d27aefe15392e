/** The registered format `irow-paper`: iROW as its papers describe it. */
import { choice } from '../../../sim/options.js';
import { KiB, MiB } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { PaperImage } from './paper-image.js';

const options = {
  cluster: {
    kind: 'size',
    about: 'Cluster that one bit of a bitmap stands for',
    default: 64 * KiB,
    min: 512,
    max: 2 * MiB,
    powerOfTwo: true,
  },
  copyOnDemand: { kind: 'switch', about: 'Clusters read from a father are written to the current state', default: false },
  entryPoints: choice(
    "How requests come in: the emulated disk's way, or qemu-io's, which takes one at a time, reads whole clusters and keeps the last one",
    ['asynchronous', 'synchronous'],
    'asynchronous',
  ),
} as const;

export const irowOfPaper: ImageFormatModel<typeof options> = {
  about: 'iROW as its papers describe it: redirect-on-write by bitmaps, sparse files, deleted snapshots merged into their children',
  source: 'iROW papers of 2012 and 2016',
  hasSnapshots: true,
  keepsState: true,
  hasBacking: true,
  options,
  make: (context, { cluster, copyOnDemand, entryPoints }) => new PaperImage(context, cluster, copyOnDemand, entryPoints),
};
