/** A raw file: the content of the live disk or of a snapshot, of any image format. */
import type { LIVE } from '../../../models/io/image-format.js';
import type { SimulatedImage } from '../simulate.js';
import type { SparseFile } from './sparse-file.js';

/** Throws InputError if the image has no such snapshot. */
export function writeRaw({ format, contents }: SimulatedImage, out: SparseFile, view: string | typeof LIVE): void {
  for (const { guestOffset, bytes, file, offset } of format.extents(view)) {
    if (file !== -1) out.putContents(guestOffset, contents, file, offset, bytes);
  }
  out.endAt(format.diskBytes);
}
