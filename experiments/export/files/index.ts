/** The kinds of real files by name: how each is written, and from which simulated images. */
import { Qcow2Base } from '../../../models/formats/qcow2/base-image.js';
import { LIVE } from '../../../models/io/image-format.js';
import { InputError } from '../../../sim/errors.js';
import { Registry } from '../../../sim/registry.js';
import type { SimulatedImage } from '../simulate.js';
import { writeQcow2 } from './qcow2-file.js';
import { writeRaw } from './raw-file.js';
import type { SparseFile } from './sparse-file.js';

interface FileKind {
  readonly about: string;
  /** Throws InputError where the image's layout is of another kind. */
  write(image: SimulatedImage, out: SparseFile, view: string | typeof LIVE): void;
}

export const fileKinds = new Registry<FileKind>('kind of file', {
  raw: { about: 'the content of the live disk or of one snapshot', write: writeRaw },
  qcow2: {
    about: 'qcow2 with its internal snapshots, version 2 or 3 as the simulated release has it',
    write({ format, contents }, out, view) {
      checkLayout('qcow2', format.formatName, view);
      if (!(format instanceof Qcow2Base)) throw new Error('another image calls itself qcow2');
      writeQcow2(format, contents, out);
    },
  },
});

/** A file of a format's own layout holds all of the image; only a raw file holds one view. */
function checkLayout(kind: string, formatName: string, view: string | typeof LIVE): void {
  if (formatName !== kind) throw new InputError('--as', `${kind} of an image in ${formatName}`, `an image in ${kind}, or --as raw`);
  if (view !== LIVE) throw new InputError('--snapshot', `"${view}" with --as ${kind}`, '--as raw');
}
