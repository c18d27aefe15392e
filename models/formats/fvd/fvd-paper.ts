/** The registered format `fvd-paper`: FVD as its paper describes it. */
import type { ImageFormatModel } from '../../io/image-format.js';
import { PaperImage } from './paper-image.js';
import { paperOptions, paperSettings } from './paper-options.js';

export const fvdOfPaper: ImageFormatModel<typeof paperOptions> = {
  about: 'FVD as its paper describes it: a bitmap of the backing image, data where it lies on the disk',
  source: 'FVD paper of 2011, sections 3.1 to 3.4',
  hasSnapshots: false,
  hasBacking: true,
  options: paperOptions,
  make: (context, values) => new PaperImage(context, paperSettings(values, context.profile)),
};
