/** The image that every crash is tried on: small, so that all crash points can be; a backing image shorter than the disk. */
import { KiB } from '../../../sim/units.js';

export const imageSettings = {
  diskBytes: 640 * KiB,
  backingBytes: 512 * KiB,
  /** Clusters, blocks: of several sectors, so that copies and torn writes matter; a qcow2 table of it covers the disk. */
  clusterBytes: 4 * KiB,
} as const;
