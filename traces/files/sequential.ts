/** One file written from its start to its end, then read, by blocks of one size: `dd`, or the fill of a disk. */
import { choice } from '../../sim/options.js';
import { GiB, MiB } from '../../sim/units.js';
import { fileWorkload, GeneratedProgram, needWholeSectors, type Steps } from './file-workload.js';

const file = 1;

export const sequential = fileWorkload({
  about: 'one file written and read from its start to its end',
  source: 'dd and its kind',
  phases: ['write', 'read'],
  options: {
    size: { kind: 'size', about: 'Size of the file', default: GiB, min: 512 },
    block: { kind: 'size', about: 'Bytes of each write and read', default: MiB, min: 512 },
    direct: { kind: 'switch', about: 'Past the cache (O_DIRECT)', default: false },
    does: choice('What is done', ['write', 'read', 'both'], 'both'),
  },
  open({ size, block, direct, does }) {
    if (direct) {
      needWholeSectors('sequential.size', size);
      needWholeSectors('sequential.block', block);
    }
    return new GeneratedProgram(function* (next): Steps {
      if (does !== 'read') {
        next.phase(0);
        yield;
        next.create(file, 0);
        yield;
        for (let at = 0; at < size; at += block) {
          next.write(file, at, Math.min(block, size - at), direct);
          yield;
        }
        next.makeDurable(file);
        yield;
      }
      if (does === 'write') return;
      next.phase(1);
      yield;
      for (let at = 0; at < size; at += block) {
        next.read(file, at, Math.min(block, size - at), direct);
        yield;
      }
    });
  },
});
