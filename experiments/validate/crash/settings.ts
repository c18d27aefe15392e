/** The image that every crash is tried on: small, so that all crash points can be; a backing image shorter than the disk. */
import { KiB, type Bytes } from '../../../sim/units.js';

export const imageSettings = {
  diskBytes: 640 * KiB,
  backingBytes: 512 * KiB,
  /** Clusters, blocks: of several sectors, so that copies and torn writes matter; a qcow2 table of it covers the disk. */
  clusterBytes: 4 * KiB,
} as const;

/** Units of a disk that lies over no backing image: what the operations reach. */
const unitsAlone = 40;

/** Sizes for an image that allocates `unitBytes` as one: as many units as the disk above has clusters, less where nothing is below. */
export function sizesFor(unitBytes: Bytes, isOverlay: boolean): { readonly diskBytes: Bytes; readonly backingBytes: Bytes } {
  const { diskBytes, backingBytes, clusterBytes } = imageSettings;
  if (unitBytes === clusterBytes) return imageSettings;
  const scale = unitBytes / clusterBytes;
  return isOverlay
    ? { diskBytes: diskBytes * scale, backingBytes: backingBytes * scale }
    : { diskBytes: unitsAlone * unitBytes, backingBytes: 0 };
}
