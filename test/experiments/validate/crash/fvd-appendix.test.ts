/** Appendix 1 of the FVD paper, case by case: the host stops after each step of a write of two blocks, whose bits lie in two sectors. */
import { expect } from 'chai';
import { Durability } from '../../../../experiments/validate/crash/durability.js';
import { markOf, type CrashEvent } from '../../../../experiments/validate/crash/events.js';
import { recoverRaw } from '../../../../experiments/validate/crash/flat-recovery.js';
import { recoverFvd2011 } from '../../../../experiments/validate/crash/fvd-2011-recovery.js';
import { recoverFvdPaper } from '../../../../experiments/validate/crash/fvd-paper-recovery.js';
import { Recorder } from '../../../../experiments/validate/crash/recorder.js';
import type { MakeRecovery, Recovered } from '../../../../experiments/validate/crash/recovery.js';
import { imageSettings } from '../../../../experiments/validate/crash/settings.js';
import { formats } from '../../../../models/formats/index.js';
import { LIVE, Op, type FormatContext, type ImageFormat } from '../../../../models/io/image-format.js';
import { defaults, readOptions } from '../../../../sim/options.js';
import { KiB, MiB, sectorBytes, type Bytes } from '../../../../sim/units.js';

const diskBytes = 6 * MiB;
const backingBytes = 4 * MiB;
const blockBytes = sectorBytes;
/** The bits of so many blocks fill a sector of the bitmap: the two blocks stand on both sides of its end. */
const bitsPerSector = 8 * sectorBytes;
const d1: Bytes = (bitsPerSector - 1) * blockBytes;
const base = { cache: 'none', slots: 1, diskBytes } as const;

type Outcome = readonly [string, string];
const oldOld: Outcome = ['old', 'old'];
const newOld: Outcome = ['new', 'old'];
const newNew: Outcome = ['new', 'new'];

interface Scene {
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

function fvdPaper(
  options: Readonly<Record<string, unknown>> = {},
  context: Partial<FormatContext> = {},
): Pick<Scene, 'image' | 'recovery' | 'oldFile'> {
  const raw = formats.get('raw', 'format');
  const backing = raw.make({ ...base, diskBytes: backingBytes, backing: null, name: 'base' }, defaults(raw.options));
  const model = formats.get('fvd-paper', 'format');
  const image = model.make({ ...base, backing, ...context }, readOptions(model.options, { block: blockBytes, ...options }, 'fvd-paper'));
  return { image, recovery: recoverFvdPaper(blockBytes), oldFile: 2 };
}

function fvd2011(): Scene {
  const raw = formats.get('raw', 'format');
  const backing = raw.make({ ...base, diskBytes: backingBytes, backing: null, name: 'base' }, defaults(raw.options));
  const settings = { block: blockBytes, compact: false, chunk: MiB, journal: 4 * KiB };
  const model = formats.get('fvd-2011', 'format');
  return {
    image: model.make({ ...base, backing }, readOptions(model.options, settings, 'fvd-2011')),
    recovery: recoverFvd2011(settings),
    oldFile: 1,
  };
}

function raw(): Scene {
  const model = formats.get('raw', 'format');
  return { image: model.make({ ...base, backing: null }, defaults(model.options)), recovery: recoverRaw, oldFile: 0 };
}

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
function outcomes({ image, recovery: make, oldFile, at = d1, isOldZero = false, prepare }: Scene): Outcome[] {
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

/** What FVD writes and RAW does not: the bits. */
const appendix: readonly (readonly [name: string, after: string, outcome: Outcome, asRaw: string])[] = [
  ['FVD:W1', 'the request is issued', oldOld, 'RAW:W1'],
  ['FVD:W2', 'd1 is stored', oldOld, 'RAW:W1'],
  ['FVD:W3', 'd2 is stored', oldOld, 'RAW:W1'],
  ['FVD:W4', 'the bit of d1 is set', newOld, 'RAW:W2'],
  ['FVD:W5', 'the bit of d2 is set', newNew, 'RAW:W3'],
  ['FVD:W6', 'the request is acknowledged', newNew, 'RAW:W4'],
];
const table = appendix.map(([, , outcome]) => outcome);

describe('Appendix 1 of the FVD paper', () => {
  const [fvd, asRaw] = [outcomes(fvdPaper()), outcomes(raw())];

  appendix.forEach(([name, after, outcome, rawName], i) => {
    it(`${name}, ${after}: ${outcome.join(' and ')}, as after ${rawName}`, () => {
      expect(fvd[i]).to.deep.equal(outcome);
      expect(asRaw[['RAW:W1', 'RAW:W2', 'RAW:W3', 'RAW:W4'].indexOf(rawName)]).to.deep.equal(outcome);
    });
  });

  it('has no other step', () => {
    expect(fvd).to.have.length(appendix.length);
    expect(asRaw).to.have.length(4);
  });

  it('holds for blocks that copy-on-read has saved', () => {
    const prepare = (recorder: Recorder): void => {
      recorder.run(Op.READ, d1, 2 * blockBytes);
      recorder.runBackground();
    };
    const scene = { ...fvdPaper({ copyOnRead: true }), prepare };
    expect(outcomes(scene)).to.deep.equal(table);
    expect(scene.image.counters()['bytes copied in the background']).to.equal(2 * blockBytes);
  });

  it('holds for blocks that were prefetched', () => {
    const scene = {
      ...fvdPaper({ prefetch: 'profile' }, { profile: [{ offset: d1, bytes: 2 * blockBytes }] }),
      prepare: (recorder: Recorder): void => recorder.runBackground(),
    };
    expect(outcomes(scene)).to.deep.equal(table);
    expect(scene.image.counters()['bytes copied in the background']).to.equal(2 * blockBytes);
  });

  it('leaves a disk as raw where no bits are written: without backing, and once prefetching has finished', () => {
    expect(outcomes({ ...fvdPaper(), at: backingBytes + blockBytes, isOldZero: true })).to.deep.equal(asRaw);
    const prepare = (recorder: Recorder): void => recorder.runBackground();
    expect(outcomes({ ...fvdPaper({ prefetch: 'whole' }), prepare })).to.deep.equal(asRaw);
  });

  it('leaves a disk as raw where the backing image holds zeros', () => {
    expect(outcomes({ ...fvdPaper({}, { backingIsZero: () => true }), isOldZero: true })).to.deep.equal(asRaw);
  });

  it('is the published driver of 2011 too, with both bits in one sector of its journal', () => {
    expect(outcomes(fvd2011())).to.deep.equal([oldOld, oldOld, oldOld, newNew, newNew]);
  });
});
