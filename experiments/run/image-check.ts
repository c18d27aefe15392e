/** What a memory snapshot restores against what the guest's memory held at its instant, page by page. */
import type { MemoryImage } from '../../models/memory/memory-image.js';

/** Pages that an image restores otherwise than in `reference`, the versions at its instant. */
export function differingFrom(image: MemoryImage, reference: Uint32Array): number {
  return image.restored().reduce((sum, version, page) => sum + (version === reference[page] ? 0 : 1), 0);
}
