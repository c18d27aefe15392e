/** Guests whose memory is saved, by name: the generated workloads, and a recording of written pages. */
import { InputError } from '../../sim/errors.js';
import { readOptions, type OptionSet } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { GiB } from '../../sim/units.js';
import { memoryWorkloads } from '../../traces/memory/generated/index.js';
import { GuestStep, type MemoryWorkload } from '../../traces/memory/guest-step.js';
import { RecordedWorkload } from '../../traces/memory/recorded/recorded-workload.js';
import type { Refuse } from './study.js';

interface MemoryGuest {
  readonly about: string;
  readonly options: OptionSet;
  /** Refuses options of which no guest can be made; it opens no file. */
  check(given: Readonly<Record<string, string>>, refuse: Refuse): void;
  /** Looks into the files that the options name. Throws InputError naming the file. */
  checkFiles(given: Readonly<Record<string, string>>, fileOf: (name: string) => string): void;
  /** @param fileOf where a file that a config names lies */
  make(given: Readonly<Record<string, string>>, seed: number, where: string, fileOf: (name: string) => string): MemoryWorkload;
}

const recordedOptions = {
  file: { kind: 'file', about: 'the recording, NAME.pages.txt, plain, .gz or .zst', default: '' },
  memory: { kind: 'size', about: "the guest's memory; page frames of a larger machine are packed into it", default: 2 * GiB },
  busyPercent: {
    kind: 'count',
    about: 'share of its time in which the guest computes: the rest can make up for delays',
    default: 100,
    min: 1,
    max: 100,
  },
  pageCache: { kind: 'file', about: 'the recording of the page cache of the same run', default: '' },
  diskLog: { kind: 'file', about: "nbdkit's log of the guest's disk in the same run", default: '' },
  diskLogLead: { kind: 'time', about: 'how long before the recording the log of the disk begins', default: 0 },
} as const;

const recorded: MemoryGuest = {
  about: 'a recording of written pages',
  options: recordedOptions,
  check({ file }, refuse) {
    if (file === undefined || file === '') refuse('guest.file', 'no file', 'the recording, e.g. {name: recorded, file: run.pages.txt}');
  },
  checkFiles(given, fileOf) {
    const workload = recorded.make(given, 0, 'guest', fileOf);
    try {
      workload.next(new GuestStep());
    } finally {
      workload.close();
    }
  },
  make(given, seed, where, fileOf) {
    const { file, memory, busyPercent, pageCache, diskLog, diskLogLead } = readOptions(recordedOptions, given, where);
    return new RecordedWorkload(fileOf(file), {
      memory,
      busy: busyPercent / 100,
      pageCache: pageCache === '' ? null : fileOf(pageCache),
      diskLog: diskLog === '' ? null : fileOf(diskLog),
      diskLogLead,
      seed,
    });
  },
};

/** Makes a generated guest once, to see whether its memory has room for what it does. */
function checkRoom(make: () => MemoryWorkload, refuse: Refuse): void {
  try {
    make().close();
  } catch (error) {
    if (error instanceof InputError) refuse('guest.memory', error.found, error.expected);
    throw error;
  }
}

const generated = Object.fromEntries(
  [...memoryWorkloads].map(([name, workload]): [string, MemoryGuest] => [
    name,
    {
      about: workload.about,
      options: workload.options,
      check: (given, refuse) => checkRoom(() => workload.make(given, 0, name), refuse),
      checkFiles: () => undefined,
      make: (given, seed, where) => workload.make(given, seed, where),
    },
  ]),
);

export const memoryGuests = new Registry<MemoryGuest>('guest', { ...generated, recorded });
