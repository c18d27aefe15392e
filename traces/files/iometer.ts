/**
 * Iometer on a file that it has laid out beforehand: requests of one size, a share of them reads, a share at random places. The defaults
 * are Iometer's own default access specification. Source: Iometer User's Guide.
 */
import { InputError } from '../../sim/errors.js';
import { RandomStream } from '../../sim/random.js';
import { KiB, MiB } from '../../sim/units.js';
import { fileWorkload, GeneratedProgram, needWholeSectors, type Steps } from './file-workload.js';

const testFile = 1;

export const iometer = fileWorkload({
  about: 'Iometer: random reads and writes of one size on one file, past the cache',
  source: "Iometer User's Guide: the default access specification is 2 KB, 67 % read, 100 % random, one request outstanding",
  phases: ['lay out', 'access'],
  options: {
    file: { kind: 'size', about: 'Size of the test file', default: 4_000_000 * 512, min: 512 },
    request: { kind: 'size', about: 'Bytes of a request', default: 2 * KiB, min: 512 },
    readPercent: { kind: 'count', about: 'Share of reads', default: 67, max: 100 },
    randomPercent: {
      kind: 'count',
      about: 'Share of requests at a random place; the others follow the one before',
      default: 100,
      max: 100,
    },
    requests: { kind: 'count', about: 'Requests', default: 10_000, min: 1 },
    layOut: { kind: 'switch', about: 'Whether the file is created and written first', default: true },
  },
  open(values, seed) {
    const random = new RandomStream(seed, 'iometer');
    needWholeSectors('iometer.request', values.request);
    if (values.request > values.file) throw new InputError('iometer.request', `${values.request} B`, `at most the file, ${values.file} B`);
    const places = Math.floor(values.file / values.request);
    return new GeneratedProgram(function* (next): Steps {
      next.phase(0);
      yield;
      if (values.layOut) {
        next.create(testFile, 0);
        yield;
        for (let at = 0; at < values.file; at += MiB) {
          next.write(testFile, at, Math.min(MiB, values.file - at));
          yield;
        }
        next.makeDurable(testFile);
        yield;
      }
      next.phase(1);
      yield;
      let place = -1;
      for (let i = 0; i < values.requests; i++) {
        place = random.below(100) < values.randomPercent ? random.below(places) : (place + 1) % places;
        if (random.below(100) < values.readPercent) next.read(testFile, place * values.request, values.request, true);
        else next.write(testFile, place * values.request, values.request, true);
        yield;
      }
    });
  },
});
