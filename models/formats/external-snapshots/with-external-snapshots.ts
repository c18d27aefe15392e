/** Any format that can lie over another image, with snapshots that are images of their own. */
import type { OptionSet } from '../../../sim/options.js';
import type { ImageFormatModel } from '../../io/image-format.js';
import { ExternalSnapshotsImage } from './image.js';

/** @param model a format with `hasBacking`; its options are the options of every image in the chain */
export function withExternalSnapshots<S extends OptionSet>(model: ImageFormatModel<S>, name: string): ImageFormatModel<S> {
  return {
    hasBacking: model.hasBacking,
    options: model.options,
    about: `${name} with snapshots: each leaves the image as it is and lays a new one over it`,
    source: `${model.source}; snapshots as images of their own: FVD paper of 2011, section 3.1`,
    hasSnapshots: true,
    make: (context, values) => new ExternalSnapshotsImage(context, (one) => model.make(one, values)),
  };
}
