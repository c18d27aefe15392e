/** Recovery of the images in which data lies place for place as on the disk: raw, and QEMU's cow with a bitmap in front of it. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { LIVE } from '../../../models/io/image-format.js';
import { BitmapSectors } from './bitmap-sectors.js';
import type { MakeRecovery, Place } from './recovery.js';

export const recoverRaw: MakeRecovery = () => ({
  says: (file, offset) => {
    throw new Error(`raw has no metadata: a write of some at file ${file}, byte ${offset}`);
  },
  recover: () => ({ views: new Map([[LIVE, (offset: Bytes) => ({ file: 0, offset })]]), leaks: 0, dangling: 0 }),
});

/** The host writes the map back as it stands in memory: a bit for each sector that the image shows as its own. */
export const recoverCow: MakeRecovery = (image, backingBytes) => {
  const start = 1048;
  const bits = new BitmapSectors({ unitBytes: sectorBytes, trackedBytes: image.diskBytes, start });
  const dataStart = Math.ceil((start + image.diskBytes / sectorBytes / 8) / sectorBytes) * sectorBytes;
  const isOwn = (unit: number): boolean =>
    image.extents(LIVE).some((extent) => {
      const at = unit * sectorBytes - extent.guestOffset;
      return extent.file === 0 && at >= 0 && at < extent.bytes;
    });
  return {
    says: (_file, offset) => bits.says(offset, isOwn),
    recover(survivors) {
      const placeOf = (offset: Bytes): Place | null => {
        if (bits.isSet(survivors, offset)) return { file: 0, offset: dataStart + offset };
        return offset < backingBytes ? { file: image.files.length - 1, offset } : null;
      };
      return { views: new Map([[LIVE, placeOf]]), leaks: 0, dangling: 0 };
    },
  };
};
