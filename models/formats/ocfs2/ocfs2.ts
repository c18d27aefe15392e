/** The registered format `ocfs2`: a virtual disk in a file of OCFS2, with reflinks as its snapshots. */
import { KiB, MiB } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { Ocfs2Image } from './image.js';

const options = {
  cluster: {
    kind: 'size',
    about: 'Cluster: what is allocated and copied as one',
    default: 4 * KiB,
    min: 4 * KiB,
    max: MiB,
    powerOfTwo: true,
  },
  journal: { kind: 'size', about: 'Journal of the file system', default: 64 * MiB, min: 64 * KiB, powerOfTwo: true },
} as const;

export const ocfs2: ImageFormatModel<typeof options> = {
  about: 'A file of OCFS2: a snapshot is a reflink that shares clusters by count, the first write to a shared cluster copies it',
  source: 'OCFS2, fs/ocfs2/refcounttree.c; OnceCloud paper of 2014, section 2',
  hasSnapshots: true,
  hasBacking: false,
  options,
  make: (context, { cluster, journal }) => new Ocfs2Image(context, { clusterBytes: cluster, journalBytes: journal }),
};
