/** The image formats by name. */
import { Registry } from '../../sim/registry.js';
import type { OptionSet } from '../../sim/options.js';
import type { ImageFormatModel } from '../io/image-format.js';
import { qcow2Of012 } from './qcow2/qcow2-0.12.js';
import { raw } from './raw.js';

/** A model whose options are known by its own declaration only. */
type AnyModel = ImageFormatModel<OptionSet>;

export const formats = new Registry<AnyModel>('image format', {
  raw: raw as AnyModel,
  'qcow2-0.12': qcow2Of012 as AnyModel,
});
