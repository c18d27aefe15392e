/** The kinds of real files by name: how each is written, and from which simulated images. */
import { formats } from '../../../models/formats/index.js';
import { Qcow2Base } from '../../../models/formats/qcow2/base-image.js';
import { LIVE } from '../../../models/io/image-format.js';
import { InputError } from '../../../sim/errors.js';
import { Registry } from '../../../sim/registry.js';
import type { SimulatedImage } from '../simulate.js';
import { writeQcow2 } from './qcow2-file.js';
import { writeRaw } from './raw-file.js';
import type { SparseFile } from './sparse-file.js';
import { writeVdi } from './vdi-file.js';
import { writeVmdk } from './vmdk-file.js';
import { writeVpc } from './vpc-file.js';

interface FileKind {
  readonly about: string;
  /** Names of the image formats that can be written so. */
  readonly formats: readonly string[];
  /** Throws InputError where the image's layout is of another kind. */
  write(image: SimulatedImage, out: SparseFile, view: string | typeof LIVE): void;
}

/** How a file with the layout of one format, all of it in one file and without snapshots, is written. */
const ownLayout =
  (formatName: string, write: (image: SimulatedImage, out: SparseFile) => void): FileKind['write'] =>
  (image, out, view) => {
    checkLayout(formatName, image.format.formatName, view);
    write(image, out);
  };

export const fileKinds = new Registry<FileKind>('kind of file', {
  raw: { about: 'the content of the live disk or of one snapshot', formats: formats.names, write: writeRaw },
  qcow2: {
    about: 'qcow2 with its internal snapshots, version 2 or 3 as the simulated release has it',
    formats: ['qcow2-0.12', 'qcow2-7.2'],
    write({ format, contents }, out, view) {
      checkLayout('qcow2', format.formatName, view);
      if (!(format instanceof Qcow2Base)) throw new InputError('--as', 'qcow2 of a disk in several images', 'one image, or --as raw');
      writeQcow2(format, contents, out);
    },
  },
  vdi: { about: 'VDI, dynamic', formats: ['vdi'], write: ownLayout('vdi', writeVdi) },
  vmdk: { about: 'VMDK, monolithic sparse', formats: ['vmdk-0.12', 'vmdk-7.2'], write: ownLayout('vmdk', writeVmdk) },
  vpc: { about: 'VHD, dynamic', formats: ['vpc-0.12', 'vpc-7.2'], write: ownLayout('vpc', writeVpc) },
});

/** Kinds of file that an image format, by its name, can be written as. */
export const kindsOf = (format: string): string[] => [...fileKinds].flatMap(([kind, one]) => (one.formats.includes(format) ? [kind] : []));

/** A file of a format's own layout holds all of the image; only a raw file holds one view. */
function checkLayout(kind: string, formatName: string, view: string | typeof LIVE): void {
  if (formatName !== kind) throw new InputError('--as', `${kind} of an image in ${formatName}`, `an image in ${kind}, or --as raw`);
  if (view !== LIVE) throw new InputError('--snapshot', `"${view}" with --as ${kind}`, '--as raw');
}
