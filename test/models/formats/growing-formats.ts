/** Makes small images of the formats that grow at their end, created and opened, for tests of what they do. */
import { formats } from '../../../models/formats/index.js';
import { Op, type CacheMode, type ImageFormat } from '../../../models/io/image-format.js';
import { carryOut } from '../../../models/io/untimed.js';
import { readOptions } from '../../../sim/options.js';
import { MiB } from '../../../sim/units.js';

export interface Given {
  readonly diskBytes?: number;
  readonly cache?: CacheMode;
  readonly backing?: ImageFormat | null;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** An image of the registered format `name`, named `img0`, on a disk of 64 MiB if nothing else is given. */
export function openImage(name: string, { diskBytes = 64 * MiB, cache = 'none', backing = null, options = {} }: Given = {}): ImageFormat {
  const model = formats.get(name, 'test');
  const image = model.make({ diskBytes, cache, slots: 4, backing }, readOptions(model.options, options, 'test'));
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}
