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
import { imageSettings, sizesFor } from './settings.js';
import { flushesEachRequest, hasBacking, makeVariant, unitBytesOf } from './variants.js';

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
}

/** The mark of a sector of the backing image: below those of requests. */
const backingMark = (sector: number): number => 1 + sector;

function record({ format, operation, cache }: CrashCase): Recording {
  const unitBytes = unitBytesOf(format);
  const isOverlay = hasBacking(format);
  const { diskBytes, backingBytes } = sizesFor(unitBytes, isOverlay);
  const raw = formats.get('raw', 'format');
  const base = { cache, slots: 1 };
  const backing = raw.make({ ...base, diskBytes: backingBytes, backing: null, name: 'base' }, defaults(raw.options));
  const { image, recovery: make } = makeVariant(format, operation, { ...base, diskBytes, backing });
  const recovery = make(image, isOverlay ? backingBytes : 0);
  const recorder = new Recorder(image, recovery, unitBytes);
  const backingFile = isOverlay ? image.files.findIndex(({ role, name }) => role === 'backing' || name === backing.files[0]!.name) : -1;
  if (isOverlay) for (let at = 0; at < backingBytes; at += sectorBytes) recorder.fill(backingFile, at, backingMark(at / sectorBytes));
  recorder.run(Op.CREATE);
  recorder.run(Op.OPEN);
  operations[operation].prepare(recorder);
  recorder.run(Op.FLUSH);
  const prepared = recorder.events.length;
  operations[operation].run(recorder);
  return { events: recorder.events, prepared, recovery, backingFile };
}

export function checkCrash(given: CrashCase): CrashResult {
  const { events, prepared, recovery, backingFile } = record(given);
  const unitBytes = unitBytesOf(given.format);
  const isOverlay = hasBacking(given.format);
  const { diskBytes, backingBytes } = sizesFor(unitBytes, isOverlay);
  // Where each request ends with a flush, no single write is durable before that.
  const hostCache = given.cache === 'writethrough' && flushesEachRequest(given.format) ? 'writeback' : given.cache;
  const durability = new Durability(hostCache, given.driveCache);
  const initial = Array.from({ length: diskBytes / sectorBytes }, (_, i) =>
    isOverlay && i * sectorBytes < backingBytes ? backingMark(i) : 0,
  );
  if (isOverlay) initial.slice(0, backingBytes / sectorBytes).forEach((mark, i) => durability.fill(backingFile, i * sectorBytes, mark));
  const promises = new Promises(initial, isDurableWhenDone(given.cache, given.driveCache));
  const requests = events.flatMap((event): Request[] => (event.kind === 'begin' ? [event.request] : []));
  const sectors = sectorsOf(requests, imageSettings.clusterBytes, unitBytes, diskBytes);
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
    const isSample = durability.forEachCrash((survivors, sizes) => {
      const found = new Set<Violation>();
      promises.judge(recovery.recover(survivors, sizes), survivors, sectors, found);
      points += 1;
      for (const violation of found) violations[violation] = (violations[violation] ?? 0) + 1;
    });
    isSampled = isSampled || isSample;
  }
  return { ...given, points, isSampled, violations };
}
