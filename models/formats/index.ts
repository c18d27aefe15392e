/** The image formats by name. */
import type { OptionSet } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import type { ImageFormatModel } from '../io/image-format.js';
import { fvdOf2011 } from './fvd/fvd-2011.js';
import { fvdOfPaper } from './fvd/fvd-paper.js';
import { qcow2Of012 } from './qcow2/qcow2-0.12.js';
import { raw } from './raw.js';

/** A model whose options are known by its own declaration only. */
type AnyModel = ImageFormatModel<OptionSet>;

export const formats = new Registry<AnyModel>('image format', {
  raw: raw as AnyModel,
  'qcow2-0.12': qcow2Of012 as AnyModel,
  'fvd-paper': fvdOfPaper as AnyModel,
  'fvd-2011': fvdOf2011 as AnyModel,
});
