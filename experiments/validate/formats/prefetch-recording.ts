/**
 * A recording that time drove, not a script: how an FVD image was made, and what host I/O followed while the machine idled and its driver
 * prefetched. Judged is the order of I/O on each file, and that reads run no further ahead of writes than the driver's buffers.
 */
import { formats } from '../../../models/formats/index.js';
import { Op, type CacheMode, type FormatContext } from '../../../models/io/image-format.js';
import type { Plan } from '../../../models/io/plan.js';
import { carryOut, carryOutBackground } from '../../../models/io/untimed.js';
import { InputError } from '../../../sim/errors.js';
import { readOptions } from '../../../sim/options.js';
import { MiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import type { Comparison } from './compare.js';
import { driverFor, type NoDriver } from './drivers.js';
import { isRecord, kindLetters, scriptSize, type HostOp } from './truth-file.js';

export interface PrefetchRecording {
  /** The commands that made the image and used it, and the size of the image below. */
  readonly how: string;
  readonly io: readonly HostOp[];
}

/** Ranges that the driver holds at once: one being read, and two buffers. */
const mostAhead = 3;

/** A file's content as such a recording; null where it is none. */
export function asPrefetchRecording(content: unknown): PrefetchRecording | null {
  if (!isRecord(content)) return null;
  const { how, io } = content;
  return typeof how === 'string' && Array.isArray(io) && / -f fvd .*prefetch/.test(how) ? { how, io: io as HostOp[] } : null;
}

/** What the commands say. */
interface Setting {
  readonly options: Readonly<Record<string, unknown>>;
  readonly diskBytes: Bytes;
  readonly backingBytes: Bytes;
  readonly cache: CacheMode;
}

/** Throws InputError where the commands do not say it. */
function settingOf({ how }: PrefetchRecording, where: string): Setting {
  const created = /create -f fvd -b \S+ -o (\S+) \S+ (\w+)/.exec(how);
  const base = /is (\d+) MiB/.exec(how);
  if (created === null || base === null) {
    throw new InputError(`${where}: how`, `"${how}"`, 'create -f fvd -b BASE -o OPTIONS IMAGE SIZE, and that the base is N MiB');
  }
  const options: Record<string, string> = {};
  for (const pair of created[1]!.split(',')) {
    const [name = '', value = ''] = pair.split('=');
    options[name] = value;
  }
  const cache = /cache=none/.test(how) ? 'none' : 'writethrough';
  return { options, diskBytes: scriptSize(created[2], where), backingBytes: Number(base[1]) * MiB, cache };
}

/** Holds the model against a recording. Throws InputError where its commands cannot be read. */
export function comparePrefetch(recording: PrefetchRecording, where: string): (Comparison & { readonly model: string }) | NoDriver {
  const setting = settingOf(recording, where);
  const driver = driverFor('fvd2011', 'fvd', setting.options, where);
  if ('reason' in driver) return driver;
  const found = prefetched(setting, driver.model, driver.options, where);
  const isOfBase = ([, file]: HostOp): boolean => file.startsWith('base');
  // The emulator looks at the first sector as it starts: no part of prefetching.
  const recorded = recording.io.filter((row) => !(isOfBase(row) && row[2] === 0 && row[3] === sectorBytes));
  const differences: string[] = [];
  let exact = 0;
  for (const side of [isOfBase, (row: HostOp) => !isOfBase(row)]) {
    const expected = recorded.filter(side);
    const ours = found.filter(side);
    expected.forEach((row, i) => {
      if (isAlike(row, ours[i])) exact += 1;
      else differences.push(`I/O ${recorded.indexOf(row)}: ${text(ours[i])}, ${text(row)} expected`);
    });
    if (ours.length > expected.length) differences.push(`${ours.length - expected.length} I/Os more than recorded`);
  }
  const ahead = readsAhead(recorded, isOfBase);
  if (ahead > mostAhead) differences.push(`${ahead} ranges read and not written, at most ${mostAhead} expected`);
  return {
    model: driver.model,
    ops: recorded.length,
    exact,
    checkpoints: 1,
    checkpointsExact: ahead <= mostAhead ? 1 : 0,
    firstDifference: differences[0] ?? null,
  };
}

/** The model's host I/O from the start of the machine to its end. */
function prefetched(setting: Setting, name: string, options: Readonly<Record<string, unknown>>, where: string): HostOp[] {
  const { diskBytes, backingBytes, cache } = setting;
  const raw = formats.get('raw', where);
  const context: FormatContext = { diskBytes: backingBytes, cache, slots: 1, backing: null, name: 'base' };
  const backing = raw.make(context, readOptions(raw.options, { release: '0.12' }, where));
  const model = formats.get(name, where);
  const values = readOptions(model.options, { ...options, prefetch: true }, where);
  const image = model.make({ ...context, diskBytes, backing, name: 'img' }, values);
  const io: HostOp[] = [];
  const take = (plan: Plan): void => {
    for (let i = 0; i < plan.size; i++) {
      io.push([kindLetters[plan.kind[i]!]!, image.files[plan.file[i]!]!.name, plan.offset[i]!, plan.bytes[i]!]);
    }
  };
  carryOut(image, Op.OPEN, 0, 0, undefined, take);
  carryOutBackground(image, take);
  carryOut(image, Op.CLOSE, 0, 0, undefined, take);
  return io;
}

const isAlike = (row: HostOp, ours: HostOp | undefined): boolean =>
  ours !== undefined && row[0] === ours[0] && row[2] === ours[2] && row[3] === ours[3];

const text = (row: HostOp | undefined): string => (row === undefined ? 'nothing' : row.join(' '));

/** The most ranges that were read from below and not written; Infinity where one is written before it is read. */
function readsAhead(io: readonly HostOp[], isOfBase: (row: HostOp) => boolean): number {
  const isWhole = ([kind, , , bytes]: HostOp): boolean => (kind === 'R' || kind === 'W') && bytes > 4096;
  let ahead = 0;
  let most = 0;
  for (const row of io.filter(isWhole)) {
    ahead += isOfBase(row) ? 1 : -1;
    if (ahead < 0) return Infinity;
    most = Math.max(most, ahead);
  }
  return most;
}
