/** The image formats by name. */
import { Registry } from '../../sim/registry.js';
import type { ImageFormatModel } from '../io/image-format.js';
import { fvdOf2011 } from './fvd/fvd-2011.js';
import { fvdOfPaper } from './fvd/fvd-paper.js';
import { qcow2Of012 } from './qcow2/qcow2-0.12.js';
import { raw } from './raw.js';

/** A model whose options are known by its own declaration only. */
type AnyModel = ImageFormatModel;

export const formats = new Registry<AnyModel>('image format', {
  raw: raw,
  'qcow2-0.12': qcow2Of012,
  'fvd-paper': fvdOfPaper,
  'fvd-2011': fvdOf2011,
});
