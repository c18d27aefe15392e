/** The registered format `zfs`: a virtual disk in a file of ZFS, with its snapshots. */
import { KiB, MiB } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { ZfsImage } from './image.js';

const options = {
  record: { kind: 'size', about: 'Record: what is written and read as one', default: 128 * KiB, min: 512, max: MiB, powerOfTwo: true },
  indirect: { kind: 'size', about: 'Indirect block: 128 bytes a pointer', default: 16 * KiB, min: 512, max: 128 * KiB, powerOfTwo: true },
  group: { kind: 'size', about: 'Written records that fill a transaction group', default: 64 * MiB, min: 512 },
  intentLog: { kind: 'switch', about: 'A write is in the intent log before it is acknowledged', default: true },
} as const;

export const zfs: ImageFormatModel<typeof options> = {
  about: 'A file of ZFS: a tree that is never changed in place, a snapshot keeps its root, a read walks the current tree',
  source: 'ZFS on-disk specification; OnceCloud paper of 2014, section 2',
  hasSnapshots: true,
  hasBacking: false,
  options,
  make: (context, { record, indirect, group, intentLog }) =>
    new ZfsImage(context, { recordBytes: record, indirectBytes: indirect, groupBytes: group, intentLog }),
};
