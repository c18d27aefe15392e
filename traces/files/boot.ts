/**
 * The start of a system, and of a server program on it: a part of the installed files is read, in an order that has little to do with
 * where they lie, with computing between the reads; a few small files (logs, process numbers) are written.
 */
import { RandomPermutation, RandomStream } from '../../sim/random.js';
import { KiB, MiB, second } from '../../sim/units.js';
import { fileWorkload, GeneratedProgram, type Next, type Steps } from './file-workload.js';
import { systemOptions, SystemTree, type SystemFile } from './system-tree.js';
import { readWhole } from './whole-file.js';

const piece = 128 * KiB;

/** Neighbours of the tree, so many at a time, in random order until `bytes` of them are chosen; no file larger than a quarter of it. */
function chosenFiles(tree: SystemTree, bytes: number, together: number, random: RandomStream): SystemFile[] {
  const order = new RandomPermutation(Math.ceil(tree.files.length / together), random);
  const chosen: SystemFile[] = [];
  for (let i = 0, left = bytes; i < order.size && left > 0; i++) {
    for (const file of tree.files.slice(order.at(i) * together, (order.at(i) + 1) * together)) {
      if (left <= 0 || file.bytes > bytes / 4) continue;
      chosen.push(file);
      left -= file.bytes;
    }
  }
  return chosen;
}

function* readAll(next: Next, files: readonly SystemFile[], computing: number): Steps {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { file, bytes } of files) {
    yield* readWhole(next, file, bytes, piece);
    next.compute((computing * bytes) / total);
    yield;
  }
}

function* writeLogs(next: Next, firstFile: number, logs: number): Steps {
  for (let i = 0; i < logs; i++) {
    next.create(firstFile + i, 0);
    yield;
    next.write(firstFile + i, 0, 4 * KiB);
    yield;
    next.close(firstFile + i);
    yield;
  }
}

const shared = {
  ...systemOptions,
  together: {
    kind: 'count',
    about: 'Files that lie together and are read one after another, as scripts, modules and libraries are (assumed, 1 to 16)',
    default: 1,
    min: 1,
  },
  logs: { kind: 'count', about: 'Small files that are written (assumed, 10 to 100)', default: 40 },
} as const;

export const linuxBoot = fileWorkload({
  about: 'a Linux server boots: reads part of its files, computes, writes a few logs',
  source: 'shape as in published boot traces: small reads in no order of the disk, the processor busy for more than half of the time',
  phases: ['boot'],
  options: {
    ...shared,
    read: { kind: 'size', about: 'Bytes of the files that are read', default: 28 * MiB, min: MiB },
    compute: { kind: 'time', about: 'Processor time and waits of the system itself (assumed, 6 to 25 s)', default: 12 * second },
  },
  open(values, seed) {
    const tree = new SystemTree(values, seed);
    const files = chosenFiles(tree, values.read, values.together, new RandomStream(seed, 'boot'));
    return new GeneratedProgram(function* (next): Steps {
      next.phase(0);
      yield;
      yield* readAll(next, files, values.compute);
      yield* writeLogs(next, tree.end, values.logs);
    });
  },
});

export const serverStart = fileWorkload({
  about: 'a Linux server boots and starts a large Java application server, as WebSphere is one',
  source: 'many archives are opened, their parts read at random places; the processor is busy most of the time',
  phases: ['boot', 'start'],
  options: {
    ...shared,
    system: { ...systemOptions.system, default: 1500 * MiB },
    bootRead: { kind: 'size', about: 'Bytes of the files that booting reads', default: 28 * MiB, min: MiB },
    bootCompute: { kind: 'time', about: 'Processor time and waits of booting (assumed, 6 to 25 s)', default: 12 * second },
    read: { kind: 'size', about: 'Bytes of the archives that the server reads (assumed, 150 to 400 MB)', default: 220 * MiB, min: MiB },
    part: { kind: 'size', about: 'Bytes read of an archive at once (assumed, 16 to 128 KiB)', default: 64 * KiB, min: 512 },
    compute: { kind: 'time', about: 'Processor time of the server (assumed, 25 to 40 s)', default: 36 * second },
  },
  open(values, seed) {
    const tree = new SystemTree(values, seed);
    const random = new RandomStream(seed, 'server-start');
    const booted = chosenFiles(tree, values.bootRead, values.together, new RandomStream(seed, 'boot'));
    const archives = chosenFiles(tree, values.read, 1, random);
    return new GeneratedProgram(function* (next): Steps {
      next.phase(0);
      yield;
      yield* readAll(next, booted, values.bootCompute);
      next.phase(1);
      yield;
      const total = archives.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const { file, bytes } of archives) {
        next.open(file);
        yield;
        const parts = new RandomPermutation(Math.ceil(bytes / values.part), random);
        for (let i = 0; i < parts.size; i++) {
          const at = parts.at(i) * values.part;
          next.read(file, at, Math.min(values.part, bytes - at));
          yield;
        }
        next.compute((values.compute * bytes) / total);
        yield;
      }
      yield* writeLogs(next, tree.end, values.logs);
    });
  },
});
