import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { modelNote, readDrive } from '../../../../experiments/validate/disk/drive-folder.js';
import { InputError } from '../../../../sim/errors.js';

type Numbers = Readonly<Record<string, number>>;

const controller: Numbers = {
  'Per-request overhead time': 0,
  'Time scale for overheads': 1,
  'Read completion overhead': 0,
  'Write completion overhead': 0,
  'Bulk sector transfer time': 0.1,
  'SCSI bus block transfer ms (parv)': 0,
  'High (read) water mark': 0,
  'Enable caching in buffer': 1,
  'Number of buffer segments': 4,
  'Maximum number of write segments': 2,
  'Segment size (in blks)': 64,
  'Buffer continuous read': 3,
  'Maximum read-ahead (blks)': 48,
  'Fast write level': 2,
  'Use separate write segment': 0,
  'Minimum seek delay': 0,
  ...Object.fromEntries(
    ['Read', 'Write'].flatMap((op) =>
      ['hit', 'miss'].flatMap((kind) => ['read', 'write'].map((after) => [`${op} ${kind} over. after ${after}`, 0.5] as const)),
    ),
  ),
};
const mechanics: Numbers = {
  surfaces: 2,
  cylinders: 31,
  mapping: 0,
  rpm: 6000,
  head_switch_ms: 1,
  write_settle_ms: 0.5,
  sparing: 0,
  rangesize: 4,
};

describe("a drive's folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'drive-'));
    const columns =
      'zone,first_cyl,last_cyl,sectors_per_track,track_skew_sectors,cyl_skew_sectors,first_block_offset,empty_front,spare_sectors';
    writeFileSync(path.join(folder, 'zones.csv'), `${columns}\n0,0,10,100,10,20,0,0,2\n1,11,30,50,5,10,3,0,1\n`);
    writeFileSync(path.join(folder, 'slips.csv'), 'zone,slipped_sector_in_zone\n0,250\n');
    writeFileSync(path.join(folder, 'seek.csv'), 'distance_cyl,seek_ms\n1,1.0\n30,4.0\n');
    write();
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  function write(mechanicsChanged: Numbers = {}, controllerChanged: Numbers = {}): void {
    const sections = {
      mechanics: { ...mechanics, ...mechanicsChanged },
      controller_ms_and_cache: { ...controller, ...controllerChanged },
    };
    writeFileSync(path.join(folder, 'drive.json'), JSON.stringify(sections));
  }
  const buffer = (changed: Numbers) => {
    write({}, changed);
    return readDrive(folder, 'cache').buffer;
  };

  const [outerTracks, innerTracks] = [22, 40];
  const all = outerTracks * 100 + innerTracks * 50;
  /** By scheme: what is left of the drive, with one slipped sector. */
  const left: Readonly<Record<number, number>> = {
    0: all - 1,
    1: all - 2 * 100 - 50 - 1,
    2: all - 11 * 2 - 20,
    3: all - outerTracks * 2 - innerTracks,
    4: all - 11 * 2 - 20 - 1,
    5: all - 11 * 2 - 20,
    6: all - 11 * 2 - 20 - 1,
    7: all - 2 - 1,
    8: all - 3 * 2 - 5,
    9: all - 2 - 1,
    10: all - 2 - 1 - 1,
  };
  for (const [scheme, capacity] of Object.entries(left)) {
    it(`is read with the spares where scheme ${scheme} has them`, () => {
      write({ sparing: Number(scheme) });
      expect(readDrive(folder, 'nocache').capacity).to.equal(capacity);
      expect(readDrive(folder, 'clean').capacity).to.equal(all);
      expect(modelNote(folder, 'nocache')).not.to.include('left out');
    });
  }

  it('is read without spares that its scheme cannot mean, and says so', () => {
    const columns =
      'zone,first_cyl,last_cyl,sectors_per_track,track_skew_sectors,cyl_skew_sectors,first_block_offset,empty_front,spare_sectors';
    for (const spares of [60, 250]) {
      writeFileSync(path.join(folder, 'zones.csv'), `${columns}\n0,0,10,100,10,20,0,0,${spares}\n1,11,30,50,5,10,3,0,1\n`);
      write({ sparing: 2 });
      expect(readDrive(folder, 'cache').capacity).to.equal(all);
      expect(modelNote(folder, 'cache')).to.match(
        /scheme 2 with these spares takes more than a tenth of the drive: its spares are left out/,
      );
    }
  });

  it('reads ahead to the end of the track, of the cylinder, or as far as a segment holds', () => {
    expect(buffer({ 'Buffer continuous read': 0 }).readAhead).to.equal(false);
    expect(buffer({ 'Buffer continuous read': 1 })).to.include({ readAhead: true, readAheadWithin: 'track' });
    expect(buffer({ 'Buffer continuous read': 2 })).to.include({ readAhead: true, readAheadWithin: 'cylinder' });
    expect(buffer({})).to.include({ readAheadWithin: 'drive', readAheadSectors: 48 });
    expect(buffer({ 'Maximum read-ahead (blks)': 1000 }).readAheadSectors).to.equal(64);
  });

  it('says which of its numbers have no part in the model', () => {
    expect(modelNote(folder, 'cache')).not.to.match(/not modelled|taken as/);
    write({}, { 'Minimum seek delay': 1.5, 'First reselect overhead': 0.2, 'Fast write level': 1 });
    expect(modelNote(folder, 'nocache')).to.match(/; not modelled: First reselect overhead = 0.2, Minimum seek delay = 1.5$/);
    expect(modelNote(folder, 'cache')).to.match(/fast writes of level 1 are taken as those of level 2$/);
    expect(modelNote(folder, 'clean')).not.to.include('not modelled');
  });

  it('is refused with numbers that no drive has', () => {
    const refused = (pattern: RegExp, of: Numbers, cache: Numbers = {}): void => {
      write(of, cache);
      expect(() => readDrive(folder, 'cache')).to.throw(InputError, pattern);
    };
    refused(/rpm: found 0, expected a number above 0/, { rpm: 0 });
    refused(/surfaces: found 1.5, expected a whole number from 1 on/, { surfaces: 1.5 });
    refused(/mapping: found 3/, { mapping: 3 });
    refused(/rangesize: found 0/, { sparing: 8, rangesize: 0 });
    refused(/Segment size \(in blks\): found 0/, {}, { 'Segment size (in blks)': 0 });
    refused(/Number of buffer segments: found -1/, {}, { 'Number of buffer segments': -1 });
  });
});
