/**
 * The files of an installed system: directories, and files with sizes. The same options and seed name the same files, so that one program
 * installs them and another boots from them. It knows no contents.
 */
import { RandomStream } from '../../sim/random.js';
import { GiB, KiB, MiB, type Bytes } from '../../sim/units.js';
import { logNormal } from './distributions.js';

export interface SystemFile {
  readonly file: number;
  readonly directory: number;
  readonly bytes: Bytes;
}

/** What a system is made of. */
export const systemOptions = {
  system: { kind: 'size', about: 'Bytes of all installed files', default: 400 * MiB, min: MiB, max: 64 * GiB },
  medianFile: {
    kind: 'size',
    about: 'Median size of a file (assumed, 2 to 8 KiB; Agrawal et al., FAST 2007, measured 4 KiB)',
    default: 4 * KiB,
    min: 1,
  },
  filesPerDirectory: { kind: 'count', about: 'Files in a directory (assumed, 8 to 32)', default: 16, min: 1 },
} as const;

/** Spread of sizes: with it, a tenth of the files hold nearly all bytes, as measured by Agrawal et al., FAST 2007. */
const sigma = 2.2;
const largest = 64 * MiB;

export class SystemTree {
  readonly files: SystemFile[] = [];
  /** Numbers of directories, each with the one that it lies in. */
  readonly directories: { readonly file: number; readonly directory: number }[] = [];

  constructor(options: { readonly system: Bytes; readonly medianFile: Bytes; readonly filesPerDirectory: number }, seed: number | string) {
    const random = new RandomStream(seed, 'system-tree');
    let number = 1;
    for (let left = options.system; left > 0;) {
      const parent = this.directories.length === 0 ? 0 : this.directories[random.below(this.directories.length)]!.file;
      const directory = number++;
      this.directories.push({ file: directory, directory: random.below(4) === 0 ? 0 : parent });
      for (let i = 0; i < options.filesPerDirectory && left > 0; i++) {
        const bytes = Math.min(left, largest, logNormal(random, options.medianFile, sigma));
        this.files.push({ file: number++, directory, bytes });
        left -= bytes;
      }
    }
  }

  /** The first number that no file has. */
  get end(): number {
    return this.files[this.files.length - 1]!.file + 1;
  }
}
