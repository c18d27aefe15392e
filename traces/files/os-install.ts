/** The installation of a system: packages are unpacked file after file, and made durable package by package. */
import { KiB, microsecond } from '../../sim/units.js';
import { fileWorkload, GeneratedProgram, type Steps } from './file-workload.js';
import { systemOptions, SystemTree } from './system-tree.js';
import { writeWhole } from './whole-file.js';

const piece = 128 * KiB;

export const osInstall = fileWorkload({
  about: 'installs a system: unpacks its files, directory by directory',
  source: 'Debian and Ubuntu installers: dpkg unpacks packages and syncs',
  phases: ['install'],
  options: {
    ...systemOptions,
    timePerKiB: { kind: 'time', about: 'Decompression of each KiB (assumed, 10 to 60 us: 15 to 100 MB/s)', default: 25 * microsecond },
    filesPerSync: { kind: 'count', about: 'Files between two syncs (assumed, 50 to 500)', default: 100, min: 1 },
  },
  open(values, seed) {
    const tree = new SystemTree(values, seed);
    return new GeneratedProgram(function* (next): Steps {
      next.timePerKiB = values.timePerKiB;
      next.phase(0);
      yield;
      let directory = 0;
      for (const [i, { file, directory: within, bytes }] of tree.files.entries()) {
        while (directory < tree.directories.length && tree.directories[directory]!.file <= within) {
          const made = tree.directories[directory++]!;
          next.makeDirectory(made.file, made.directory);
          yield;
        }
        yield* writeWhole(next, file, within, bytes, piece);
        if (i % values.filesPerSync === values.filesPerSync - 1) {
          next.sync();
          yield;
        }
      }
      next.sync();
      yield;
    });
  },
});
