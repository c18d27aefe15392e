/**
 * Appendix 1 of the FVD paper: the host stops after each step of a write of two blocks, whose bits lie in two sectors, and a fresh open reads
 * both. It knows no verdict.
 */
import { formats } from '../../../models/formats/index.js';
import { LIVE, Op, type FormatContext, type ImageFormat } from '../../../models/io/image-format.js';
import { defaults, readOptions } from '../../../sim/options.js';
import { KiB, MiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import { Durability } from './durability.js';
import { markOf, type CrashEvent } from './events.js';
import { recoverRaw } from './flat-recovery.js';
import { recoverFvd2011 } from './fvd-2011-recovery.js';
import { recoverFvdPaper } from './fvd-paper-recovery.js';
import { Recorder } from './recorder.js';
import type { MakeRecovery, Recovered } from './recovery.js';
import { imageSettings } from './settings.js';

const diskBytes = 6 * MiB;
const backingBytes = 4 * MiB;
const blockBytes = sectorBytes;
/** The bits of so many blocks fill a sector of the bitmap: the two blocks stand on both sides of its end. */
const bitsPerSector = 8 * sectorBytes;
const d1: Bytes = (bitsPerSector - 1) * blockBytes;
const base = { cache: 'none', slots: 1, diskBytes } as const;

/** What is read of the two blocks: `old`, `new`, or something that was never there. */
export type Outcome = readonly [string, string];
export const oldOld: Outcome = ['old', 'old'];
const newOld: Outcome = ['new', 'old'];
export const newNew: Outcome = ['new', 'new'];

/** An image that two blocks are written to, and how it is recovered. */
export interface Scene {
  readonly image: ImageFormat;
  readonly recovery: MakeRecovery;
  /** Of the file that holds the old content, and where the disk begins in it. */
  readonly oldFile: number;
  /** Where the two blocks lie on the disk. */
  readonly at?: Bytes;
  /** Whether the old content is zeros. */
  readonly isOldZero?: boolean;
  readonly prepare?: (recorder: Recorder) => void;
}

const emptyBacking = (): ImageFormat => {
  const model = formats.get('raw', 'format');
  return model.make({ ...base, diskBytes: backingBytes, backing: null, name: 'base' }, defaults(model.options));
};

function fvdPaper(options: Readonly<Record<string, unknown>> = {}, context: Partial<FormatContext> = {}): Scene {
  const model = formats.get('fvd-paper', 'format');
  const given = readOptions(model.options, { block: blockBytes, ...options }, 'fvd-paper');
  const image = model.make({ ...base, backing: emptyBacking(), ...context }, given);
  return { image, recovery: recoverFvdPaper(blockBytes), oldFile: 2 };
}

function fvd2011(): Scene {
  const settings = { block: blockBytes, compact: false, chunk: MiB, journal: 4 * KiB };
  const model = formats.get('fvd-2011', 'format');
  const image = model.make({ ...base, backing: emptyBacking() }, readOptions(model.options, settings, 'fvd-2011'));
  return { image, recovery: recoverFvd2011(settings), oldFile: 1 };
}

function raw(): Scene {
  const model = formats.get('raw', 'format');
  return { image: model.make({ ...base, backing: null }, defaults(model.options)), recovery: recoverRaw, oldFile: 0 };
}

const inBackground = (recorder: Recorder): void => recorder.runBackground();

/** The scenes: raw, FVD as the appendix has it, with each optimization that its second part goes through, and the published driver. */
export const scenes = {
  raw,
  fvd: () => fvdPaper(),
  'bitmap on disk only': () => fvdPaper({ inMemoryBitmap: false }),
  'copy-on-read': () => ({
    ...fvdPaper({ copyOnRead: true }),
    prepare: (recorder: Recorder): void => {
      recorder.run(Op.READ, d1, 2 * blockBytes);
      recorder.runBackground();
    },
  }),
  prefetching: () => ({
    ...fvdPaper({ prefetch: 'profile' }, { profile: [{ offset: d1, bytes: 2 * blockBytes }] }),
    prepare: inBackground,
  }),
  'no backing': () => ({ ...fvdPaper(), at: backingBytes + blockBytes, isOldZero: true }),
  'prefetching finished': () => ({ ...fvdPaper({ prefetch: 'whole' }), prepare: inBackground }),
  'zero-filled': () => ({ ...fvdPaper({}, { backingIsZero: () => true }), isOldZero: true }),
  'driver of 2011': fvd2011,
} as const satisfies Readonly<Record<string, () => Scene>>;

const oldMark = (offset: Bytes): number => 1 + offset / sectorBytes;

/** Every host write sector by sector, each done before the next: the appendix's worst case. */
const separated = (events: readonly CrashEvent[]): CrashEvent[] =>
  events.flatMap((event): CrashEvent[] => {
    if (event.kind === 'done') return [];
    if (event.kind !== 'issue') return [event];
    const pieces = event.write.sectors.map((sector) => ({ file: event.write.file, sectors: [sector] }));
    return pieces.flatMap((write) => [{ kind: 'issue', write } as const, { kind: 'done', write } as const]);
  });

/** What a guest reads of the two blocks when the host stops after each step of their write: its issue, each sector, its acknowledgement. */
export function outcomes({ image, recovery: make, oldFile, at = d1, isOldZero = false, prepare }: Scene): Outcome[] {
  const recovery = make(image, backingBytes);
  const recorder = new Recorder(image, recovery, imageSettings.clusterBytes);
  const durability = new Durability('none', 'off');
  const places = [at, at + blockBytes] as const;
  for (const place of isOldZero ? [] : places) {
    recorder.fill(oldFile, place, oldMark(place));
    durability.fill(oldFile, place, oldMark(place));
  }
  recorder.run(Op.CREATE);
  recorder.run(Op.OPEN);
  prepare?.(recorder);
  const prepared = recorder.events.length;
  recorder.run(Op.WRITE, at, 2 * blockBytes);
  recorder.events.slice(0, prepared).forEach((event) => durability.take(event));
  durability.settle();
  const found: Outcome[] = [];
  let mark = 0;
  for (const event of separated(recorder.events.slice(prepared))) {
    if (event.kind === 'begin') mark = event.request.mark;
    durability.take(event);
    if (event.kind === 'issue' || event.kind === 'truncate') continue;
    durability.forEachCrash((survivors, sizes) => {
      const view = (recovery.recover(survivors, sizes) as Recovered).views.get(LIVE)!;
      const read = (offset: Bytes): string => {
        const place = view(offset);
        const cell = place === null ? 0 : survivors(place.file, place.offset);
        if (cell === markOf(mark, offset / sectorBytes)) return 'new';
        return cell === (isOldZero ? 0 : oldMark(offset)) ? 'old' : `neither: ${String(cell)}`;
      };
      found.push([read(places[0]), read(places[1])]);
    });
  }
  return found;
}

/** The appendix's cases: a step of FVD, what it has done, what is found after it, and the step of RAW after which the same is found. */
export const appendix: readonly (readonly [name: string, after: string, outcome: Outcome, asRaw: string])[] = [
  ['FVD:W1', 'the request is issued', oldOld, 'RAW:W1'],
  ['FVD:W2', 'd1 is stored', oldOld, 'RAW:W1'],
  ['FVD:W3', 'd2 is stored', oldOld, 'RAW:W1'],
  ['FVD:W4', 'the bit of d1 is set', newOld, 'RAW:W2'],
  ['FVD:W5', 'the bit of d2 is set', newNew, 'RAW:W3'],
  ['FVD:W6', 'the request is acknowledged', newNew, 'RAW:W4'],
];
