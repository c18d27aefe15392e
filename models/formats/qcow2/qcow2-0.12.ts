/** The registered format `qcow2-0.12`: qcow2 as QEMU 0.12.5 drives it. */
import { KiB, MiB } from '../../../sim/units.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { longestQemuName } from '../qemu-snapshot-name.js';
import { checkClusterCount } from './geometry.js';
import { Qcow2Image } from './image.js';

const options = {
  cluster: { kind: 'size', about: 'Cluster size', default: 64 * KiB, min: 512, max: 2 * MiB, powerOfTwo: true },
  l2Tables: { kind: 'count', about: 'L2 tables in memory; QEMU 0.12 holds 16', default: 16, min: 1, max: 65536 },
} as const;

export const qcow2Of012: ImageFormatModel<typeof options> = {
  about: 'qcow2 as of QEMU 0.12: metadata written through and blocking, 16 L2 tables and one refcount block in memory',
  source: 'QEMU 0.12.5, block/qcow2*.c, seen in recorded operations',
  hasSnapshots: true,
  keepsState: true,
  longestSnapshotName: longestQemuName,
  hasBacking: true,
  options,
  make(context, { cluster, l2Tables }) {
    checkClusterCount(context.diskBytes, cluster, 'qcow2-0.12');
    return new Qcow2Image(context, cluster, l2Tables);
  },
};
