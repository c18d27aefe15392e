/** The registered format `irow-2012`: iROW as its driver was published. */
import { choice } from '../../../sim/options.js';
import { KiB, MiB } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { longestQemuName } from '../qemu-snapshot-name.js';
import { PublishedImage } from './published-image.js';

const options = {
  cluster: {
    kind: 'size',
    about: 'Cluster that one bit of a bitmap stands for',
    default: 4 * KiB,
    min: 512,
    max: 2 * MiB,
    powerOfTwo: true,
  },
  copyOnDemand: { kind: 'switch', about: 'Clusters read from a father are written to the current state', default: false },
  fallocate: { kind: 'switch', about: 'The host preallocates data files; where it refuses (ext3) they are sparse', default: true },
  entryPoints: choice(
    "Entry points of the driver that requests use: the emulated disk's, or the synchronous ones of qemu-io",
    ['asynchronous', 'synchronous'],
    'asynchronous',
  ),
} as const;

export const irowOf2012: ImageFormatModel<typeof options> = {
  about: 'iROW as published in 2012: redirect-on-write by one bitmap a state, written whole whenever a bit is set',
  source: 'the driver published with the papers, on QEMU 0.12.5, seen in recorded operations',
  hasSnapshots: true,
  keepsState: true,
  longestSnapshotName: longestQemuName,
  hasBacking: true,
  options,
  make: (context, { cluster, ...settings }) => new PublishedImage(context, { clusterBytes: cluster, ...settings }),
};
