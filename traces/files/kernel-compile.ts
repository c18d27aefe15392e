/**
 * A kernel's source is unpacked and compiled, again and again: `make` reads each source file and writes an object file, then links what it
 * wrote; `make clean` removes all that was made.
 */
import { RandomStream } from '../../sim/random.js';
import { KiB, MiB, millisecond, second } from '../../sim/units.js';
import { logNormal } from './distributions.js';
import { fileWorkload, GeneratedProgram, type Next, type Steps } from './file-workload.js';
import { readWhole, writeWhole } from './whole-file.js';

const piece = 64 * KiB;

interface Unit {
  readonly source: number;
  readonly directory: number;
  readonly sourceBytes: number;
  readonly object: number;
  readonly objectBytes: number;
}

/** Source files with the objects that come of them; the tree's other files are headers and documents. */
class SourceTree {
  readonly units: Unit[] = [];
  readonly others: { readonly file: number; readonly directory: number; readonly bytes: number }[] = [];
  readonly directories: number[] = [];
  readonly end: number;

  constructor(files: number, compiled: number, filesPerDirectory: number, medianObject: number, random: RandomStream) {
    let number = 1;
    let directory = 0;
    for (let i = 0; i < files; i++) {
      if (i % filesPerDirectory === 0) this.directories.push((directory = number++));
      const bytes = Math.min(MiB, logNormal(random, 6 * KiB, 1.2));
      if ((i * compiled) % files < compiled) {
        const objectBytes = Math.min(4 * MiB, logNormal(random, medianObject, 1));
        this.units.push({ source: number++, directory, sourceBytes: bytes, object: number++, objectBytes });
      } else this.others.push({ file: number++, directory, bytes });
    }
    this.end = number;
  }
}

export const kernelCompile = fileWorkload({
  about: 'unpacks a kernel, then compiles and cleans it round after round',
  source: 'Linux 2.6.3x: 30,000 files of 400 MB; a configuration of a distribution compiles some thousands of them',
  phases: ['unpack', 'make', 'clean'],
  options: {
    files: { kind: 'count', about: 'Files in the source tree (Linux 2.6.32: 30,500)', default: 30_500, min: 1 },
    compiled: { kind: 'count', about: 'Files that are compiled (assumed, 3,000 to 12,000, by the configuration)', default: 8000, min: 1 },
    medianObject: {
      kind: 'size',
      about: 'Median size of an object file (assumed, 30 to 90 KiB, with debugging information)',
      default: 48 * KiB,
    },
    filesPerDirectory: { kind: 'count', about: 'Files in a directory (Linux 2.6.32: 16 on average)', default: 16, min: 1 },
    rounds: { kind: 'count', about: 'Rounds of make and make clean', default: 10, min: 1 },
    compileTime: { kind: 'time', about: 'Processor time for a file (assumed, 50 to 500 ms)', default: 150 * millisecond },
    linkTime: { kind: 'time', about: 'Processor time of linking (assumed, 5 to 30 s)', default: 10 * second },
  },
  open(values, seed) {
    const tree = new SourceTree(
      values.files,
      Math.min(values.compiled, values.files),
      values.filesPerDirectory,
      values.medianObject,
      new RandomStream(seed, 'kernel-compile'),
    );
    return new GeneratedProgram(function* (next): Steps {
      next.phase(0);
      yield;
      yield* unpack(next, tree);
      for (let round = 0; round < values.rounds; round++) {
        next.phase(1);
        yield;
        yield* make(next, tree, values.compileTime, values.linkTime);
        next.phase(2);
        yield;
        yield* clean(next, tree);
      }
    });
  },
});

function* unpack(next: Next, tree: SourceTree): Steps {
  for (const directory of tree.directories) {
    next.makeDirectory(directory, 0);
    yield;
  }
  for (const { source, directory, sourceBytes } of tree.units) yield* writeWhole(next, source, directory, sourceBytes, piece);
  for (const { file, directory, bytes } of tree.others) yield* writeWhole(next, file, directory, bytes, piece);
}

function* make(next: Next, tree: SourceTree, compileTime: number, linkTime: number): Steps {
  for (const { source, sourceBytes, object, directory, objectBytes } of tree.units) {
    yield* readWhole(next, source, sourceBytes, piece);
    next.compute(compileTime);
    yield;
    yield* writeWhole(next, object, directory, objectBytes, piece);
  }
  let linked = 0;
  for (const { object, objectBytes } of tree.units) {
    linked += objectBytes;
    yield* readWhole(next, object, objectBytes, piece);
  }
  next.compute(linkTime);
  yield;
  yield* writeWhole(next, tree.end, 0, linked, piece);
}

function* clean(next: Next, tree: SourceTree): Steps {
  for (const { object } of tree.units) {
    next.unlink(object);
    yield;
  }
  next.unlink(tree.end);
  yield;
}
