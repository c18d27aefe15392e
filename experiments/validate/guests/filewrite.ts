/**
 * fio on an ext4, through the page cache: a file of 768 MiB is written, written again and read in order, then 16 KiB each at random: written with an fsync after every 256, and read.
 * Parameters from the README beside the recordings; what that leaves open is at each constant.
 */
import { ext4 } from '../../../models/filesystems/extents/ext4.js';
import type { GroupedLayout } from '../../../models/filesystems/groups/grouped-layout.js';
import { extentsMount, type MountSettings } from '../../../models/filesystems/mounted/settings.js';
import { defaults } from '../../../sim/options.js';
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, microsecond, MiB, millisecond, type Bytes } from '../../../sim/units.js';
import type { FileProgram } from '../../../traces/files/file-operation.js';
import { GeneratedProgram, type Next } from '../../../traces/files/file-workload.js';
import { RecordedMachine } from './machine.js';
import type { GuestRecording } from './recording.js';

const fileBytes: Bytes = 768 * MiB;
const pieceBytes: Bytes = MiB;
const randomBytes: Bytes = 16 * KiB;
/** 30 s at 20 MB/s, the rate of the random jobs; their length is as recorded. */
const randomPieces = 30 * ((20 * MiB) / randomBytes);
const betweenSyncs = 256;
/** A random piece each of this time, at that rate; and a piece in order, at 60 MB/s where it is read. */
const randomPeriod = (1000 / 1280) * millisecond;
const readPeriod = (1000 / 60) * millisecond;

/** Of the drive: as in the other recording, from this one's own D and C events. */
const drive = { perRequest: 73 * microsecond, perKiB: 0.49 * microsecond };

const settings: MountSettings = {
  ...extentsMount,
  // Much more than the file: nothing is read twice in a job.
  cacheBytes: 4 * GiB,
  ioUnit: 'bios',
  // As recorded: how far is read ahead on this device, and the most that ext4 maps at once (2048 blocks).
  readAheadBytes: 5 * MiB,
  maxIoBytes: 8 * MiB,
};

export const filewrite: GuestRecording = {
  name: 'filewrite',
  assumed: [
    'device: 6 GiB with a journal of 64 MiB, as the journal lies where mke2fs puts it on 4.5 to 7 GiB',
    'read-ahead 5 MiB, as recorded',
    'drive: 73 us and 0.49 us a KiB, from the recording',
  ],
  layout(): GroupedLayout {
    return ext4.make({ ...defaults(ext4.options), journal: 64 * MiB }, 6 * GiB, new RandomStream(1, 'ext4/groups'));
  },
  simulate(layout) {
    const machine = new RecordedMachine({ layout, settings, drive, maxRequestBytes: 1280 * KiB });
    for (const job of [written(true), written(false), readInOrder(), writtenAtRandom(), readAtRandom()]) {
      machine.run(job);
      machine.remount();
    }
    return { queued: machine.queued.log, dispatched: machine.dispatched.log };
  },
};

function written(isNew: boolean): FileProgram {
  return new GeneratedProgram(function* (next: Next) {
    if (isNew) next.create(1, 0);
    else next.open(1);
    yield;
    for (let offset = 0; offset < fileBytes; offset += pieceBytes) {
      next.write(1, offset, pieceBytes);
      yield;
    }
    next.makeDurable(1);
    yield;
  });
}

function readInOrder(): FileProgram {
  return new GeneratedProgram(function* (next: Next) {
    for (let offset = 0; offset < fileBytes; offset += pieceBytes) {
      next.compute(readPeriod);
      yield;
      next.read(1, offset, pieceBytes);
      yield;
    }
  });
}

function writtenAtRandom(): FileProgram {
  return new GeneratedProgram(function* (next: Next) {
    const places = shuffledPlaces('write');
    for (let i = 0; i < randomPieces; i++) {
      next.compute(randomPeriod);
      yield;
      next.write(1, places[i]! * randomBytes, randomBytes);
      yield;
      if ((i + 1) % betweenSyncs !== 0) continue;
      next.makeDurable(1);
      yield;
    }
  });
}

function readAtRandom(): FileProgram {
  return new GeneratedProgram(function* (next: Next) {
    const places = shuffledPlaces('read');
    for (let i = 0; i < randomPieces; i++) {
      next.compute(randomPeriod);
      yield;
      next.read(1, places[i]! * randomBytes, randomBytes);
      yield;
    }
  });
}

/** Every place of the file once, in random order: fio visits each before it comes to one again. */
function shuffledPlaces(job: string): Int32Array {
  const random = new RandomStream(1, `filewrite/${job}`);
  const places = Int32Array.from({ length: fileBytes / randomBytes }, (_, i) => i);
  for (let i = places.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  return places;
}
