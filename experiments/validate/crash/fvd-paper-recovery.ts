/**
 * Recovery of images of the FVD paper: the header says whether prefetching has finished; else the bitmap says which blocks are in the image.
 * A write records its own blocks' bits; what was copied is recorded when the image is closed or prefetching finishes. Source: FVD paper,
 * sections 3.3 and 3.4, Appendix 1.
 */
import type { Bytes } from '../../../sim/units.js';
import { PaperImage } from '../../../models/formats/fvd/paper-image.js';
import { LIVE, Op } from '../../../models/io/image-format.js';
import { BitmapSectors } from './bitmap-sectors.js';
import { BACKGROUND, type Request } from './events.js';
import type { MakeRecovery, Place, Words } from './recovery.js';

const headerBytes: Bytes = 4096;
const dataFile = 1;
const prefetchHasFinished = 'prefetching has finished';

/** For images in two files with blocks of `blockBytes`, and the other options as they are by default. */
export const recoverFvdPaper =
  (blockBytes: Bytes): MakeRecovery =>
  (image, backingBytes) => {
    if (!(image instanceof PaperImage)) throw new Error('an image of another format than fvd-paper');
    const bits = new BitmapSectors({ unitBytes: blockBytes, trackedBytes: backingBytes, start: headerBytes });
    const recorded = new Set<number>();
    const records = (block: number, { op, offset, bytes }: Request): boolean =>
      op === BACKGROUND || op === Op.CLOSE || op === Op.CREATE
        ? image.present.has(block)
        : op === Op.WRITE && block * blockBytes < offset + bytes && offset < (block + 1) * blockBytes;
    return {
      says(file, offset, request): Words {
        if (file !== 0) throw new Error(`metadata at file ${file}, byte ${offset}: expected in file 0`);
        if (offset === 0) return request.op === BACKGROUND ? [prefetchHasFinished] : [];
        const words = bits.says(offset, (block) => recorded.has(block) || records(block, request));
        for (const block of words) recorded.add(Number(block));
        return words;
      },
      recover(survivors) {
        const header = survivors(0, 0);
        if (typeof header === 'number') return null;
        const isPassedThrough = header.includes(prefetchHasFinished);
        const placeOf = (offset: Bytes): Place =>
          isPassedThrough || bits.isSet(survivors, offset) ? { file: dataFile, offset } : { file: image.files.length - 1, offset };
        return { views: new Map([[LIVE, placeOf]]), leaks: 0, dangling: 0 };
      },
    };
  };
