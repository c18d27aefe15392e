/** Stops an operation at every event of the host and looks at what a fresh open finds. */
import { formats } from '../../../models/formats/index.js';
import { Op, type CacheMode } from '../../../models/io/image-format.js';
import { defaults } from '../../../sim/options.js';
import { sectorBytes } from '../../../sim/units.js';
import { Durability, isDurableWhenDone, type DriveCache } from './durability.js';
import type { CrashEvent, Request } from './events.js';
import { operations, type OperationName } from './operations.js';
import { Promises, sectorsOf, type Violation } from './promises.js';
import { Recorder } from './recorder.js';
import type { RecoveryModel } from './recovery.js';
import { imageSettings } from './settings.js';
import { makeVariant } from './variants.js';

/** One cell of the matrix. */
export interface CrashCase {
  readonly format: string;
  readonly operation: OperationName;
  readonly cache: CacheMode;
  readonly driveCache: DriveCache;
}

export interface CrashResult extends CrashCase {
  /** Ways in which the host was stopped. */
  readonly points: number;
  /** Whether more writes were pending at some point than every subset is tried of. */
  readonly isSampled: boolean;
  /** By class: points with such a violation. */
  readonly violations: Partial<Record<Violation, number>>;
}

interface Recording {
  readonly events: readonly CrashEvent[];
  /** How many events come before the operation. */
  readonly prepared: number;
  readonly recovery: RecoveryModel;
  /** Of the host before the first event: the backing image. */
  readonly backingFile: number;
  readonly hasBacking: boolean;
}

const { diskBytes, backingBytes, clusterBytes } = imageSettings;
/** The mark of a sector of the backing image: below those of requests. */
const backingMark = (sector: number): number => 1 + sector;

function record({ format, operation, cache }: CrashCase): Recording {
  const raw = formats.get('raw', 'format');
  const base = { cache, slots: 1 };
  const backing = raw.make({ ...base, diskBytes: backingBytes, backing: null, name: 'base' }, defaults(raw.options));
  const { image, recovery: make } = makeVariant(format, { ...base, diskBytes, backing });
  const hasBacking = formats.get(format, 'format').hasBacking;
  const recovery = make(image, hasBacking ? backingBytes : 0);
  const recorder = new Recorder(image, recovery);
  const backingFile = hasBacking ? image.files.findIndex(({ role, name }) => role === 'backing' || name === backing.files[0]!.name) : -1;
  if (hasBacking) for (let at = 0; at < backingBytes; at += sectorBytes) recorder.fill(backingFile, at, backingMark(at / sectorBytes));
  recorder.run(Op.CREATE);
  recorder.run(Op.OPEN);
  operations[operation].prepare(recorder);
  recorder.run(Op.FLUSH);
  const prepared = recorder.events.length;
  operations[operation].run(recorder);
  return { events: recorder.events, prepared, recovery, backingFile, hasBacking };
}

export function checkCrash(given: CrashCase): CrashResult {
  const { events, prepared, recovery, backingFile, hasBacking } = record(given);
  const durability = new Durability(given.cache, given.driveCache);
  const initial = Array.from({ length: diskBytes / sectorBytes }, (_, i) =>
    hasBacking && i * sectorBytes < backingBytes ? backingMark(i) : 0,
  );
  if (hasBacking) initial.slice(0, backingBytes / sectorBytes).forEach((mark, i) => durability.fill(backingFile, i * sectorBytes, mark));
  const promises = new Promises(initial, isDurableWhenDone(given.cache, given.driveCache));
  const requests = events.flatMap((event): Request[] => (event.kind === 'begin' ? [event.request] : []));
  const sectors = sectorsOf(requests, clusterBytes, diskBytes);
  const violations: Partial<Record<Violation, number>> = {};
  let points = 0;
  let isSampled = false;
  const take = (event: CrashEvent): void => {
    if (event.kind === 'begin') promises.begin(event.request);
    else if (event.kind === 'end') promises.end(event.request);
    else durability.take(event);
  };
  events.slice(0, prepared).forEach(take);
  durability.settle();
  promises.promise();
  for (const event of events.slice(prepared)) {
    take(event);
    const isSample = durability.forEachCrash((survivors) => {
      const found = new Set<Violation>();
      promises.judge(recovery.recover(survivors), survivors, sectors, found);
      points += 1;
      for (const violation of found) violations[violation] = (violations[violation] ?? 0) + 1;
    });
    isSampled = isSampled || isSample;
  }
  return { ...given, points, isSampled, violations };
}
