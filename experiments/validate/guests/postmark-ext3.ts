/**
 * PostMark 1.53 on an ext3 of 2 GiB, which ext4's driver serves in the kernel of the recording: parameters from the README beside the recordings. What that leaves open is at each constant.
 */
import { ext3 } from '../../../models/filesystems/ext3/ext3.js';
import type { GroupedLayout } from '../../../models/filesystems/groups/grouped-layout.js';
import { ext3Mount, kernelTick, type MountSettings } from '../../../models/filesystems/mounted/settings.js';
import { defaults } from '../../../sim/options.js';
import { RandomStream } from '../../../sim/random.js';
import { GiB, KiB, microsecond, MiB, second } from '../../../sim/units.js';
import { FileOp, type FileOperation, type FileProgram } from '../../../traces/files/file-operation.js';
import { postMark } from '../../../traces/files/postmark.js';
import { RecordedMachine } from './machine.js';
import type { GuestRecording } from './recording.js';

/** Memory for pages: not recorded, so set on the bytes that the recording reads (51 MiB), of which it decides alone. Range: 430 to 440 MiB for 42 to 55 MiB. */
const cacheBytes = 433 * MiB;

/** Of the drive: regression of the times between completions on the sizes, where requests waited, of the recording's own D and C events. */
const drive = { perRequest: 143 * microsecond, perKiB: 0.86 * microsecond };

/** A call of the program: set on the length of the first phase alone, 1.75 s until the first data are read; the other phases are predictions. */
const callTime = 16 * microsecond;

/** The directory in which the program works: the recording begins with reads of one in group 2. Its number is none of the program's. */
const home = 2 ** 20;

/** Directories in it: more than the 16 groups, as the inodes that overflow their own group spread over all groups; assumed, range 50 to 200. */
const subdirectories = 100;

const settings: MountSettings = {
  ...ext3Mount,
  cacheBytes,
  backgroundRatio: (16 * MiB) / cacheBytes,
  dirtyRatio: (64 * MiB) / cacheBytes,
  expireAge: 5 * second,
  // As the driver of ext4 has them: barriers are on, time stamps fine, a bio holds pages of one file.
  barrier: true,
  timeStampStep: kernelTick,
  ioUnit: 'bios',
};

export const postmarkExt3: GuestRecording = {
  name: 'postmark-ext3',
  assumed: [
    'memory for pages: 433 MiB, calibrated on the bytes read',
    'time of a call: 16 us, calibrated on the length of the creation phase',
    'drive: 143 us and 0.86 us a KiB, from the recording',
    '100 directories in one of their own',
  ],
  layout(): GroupedLayout {
    const options = { ...defaults(ext3.options), journalPlace: 'first', allocator: 'packed' } as const;
    return ext3.make(options, 2 * GiB, new RandomStream(1, 'ext3/groups'));
  },
  simulate(layout) {
    const machine = new RecordedMachine({ layout, settings, drive, maxRequestBytes: 1280 * KiB });
    const options = { ...defaults(postMark.options), files: 12_000, sizeLow: 500, sizeHigh: 60_000, transactions: 40_000 };
    machine.run(new InDirectory(postMark.open({ ...options, subdirectories, callTime }, 1)));
    return { queued: machine.queued.log, dispatched: machine.dispatched.log };
  },
};

/** A program that works in a directory of its own, which it makes first. */
class InDirectory implements FileProgram {
  private isMade = false;

  constructor(private readonly program: FileProgram) {}

  next(into: FileOperation): boolean {
    if (!this.isMade) {
      this.isMade = true;
      into.op = FileOp.MKDIR;
      into.file = home;
      into.directory = 0;
      into.compute = 0;
      return true;
    }
    if (!this.program.next(into)) return false;
    if (into.directory === 0) into.directory = home;
    return true;
  }
}
