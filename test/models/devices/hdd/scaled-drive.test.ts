import { expect } from 'chai';
import fc from 'fast-check';
import { Mechanics } from '../../../../models/devices/hdd/mechanics.js';
import { revolutionOf } from '../../../../models/devices/hdd/parameters.js';
import { scaledDrive, sectorsPerTrackAt, type DriveSpec } from '../../../../models/devices/hdd/scaled-drive.js';
import { sectorsOf } from '../../../../models/devices/hdd/spares.js';
import { meanRandomSeek, seekTable } from '../../../../models/devices/hdd/seek-curve.js';
import { millisecond } from '../../../../sim/units.js';
import { noBuffer } from '../example-drive.js';

const spec: DriveSpec = {
  name: 'sheet',
  capacity: 20_000_001,
  heads: 4,
  rpm: 7200,
  zones: 7,
  outerSectorsPerTrack: 900,
  innerSectorsPerTrack: 500,
  seekTrackToTrack: 0.8 * millisecond,
  seekAverage: 8.5 * millisecond,
  seekFullStroke: 17 * millisecond,
  writeSettle: 0.5 * millisecond,
  headSwitch: 0.9 * millisecond,
  commandOverhead: 0.2 * millisecond,
  linkRate: 300e6,
  buffer: noBuffer,
};

describe('a drive scaled from a data sheet', () => {
  const drive = scaledDrive(spec);

  it('offers the capacity to the sector, on no more cylinders than it takes', () => {
    const held = drive.zones.reduce((sum, zone) => sum + sectorsOf(zone, drive.heads), 0);
    expect(drive.capacity).to.equal(20_000_001);
    expect(new Mechanics(drive).geometry.capacity).to.equal(20_000_001);
    expect(held).to.be.within(drive.capacity, drive.capacity * 1.01);
  });

  it('seeks as the sheet says: next track, mean of random seeks, full stroke', () => {
    const table = seekTable(drive.seek, drive.cylinders);
    expect(table[1]).to.be.closeTo(spec.seekTrackToTrack, 1);
    expect(meanRandomSeek(table)).to.be.closeTo(spec.seekAverage, 0.001 * spec.seekAverage);
    expect(table[drive.cylinders - 1]).to.be.closeTo(spec.seekFullStroke, 1);
  });

  it('never seeks faster over a longer way', () => {
    const table = seekTable(drive.seek, drive.cylinders);
    for (let d = 1; d < table.length; d++) expect(table[d]).to.be.at.least(table[d - 1]!);
  });

  it('has the sectors a track of the rates, evenly from outside in', () => {
    expect(sectorsPerTrackAt(900 * 512 * 120, 7200)).to.equal(900);
    const perTrack = drive.zones.map((zone) => zone.sectorsPerTrack);
    expect(perTrack).to.deep.equal([900, 833, 767, 700, 633, 567, 500]);
  });

  it('loses no revolution at the ends of tracks, cylinders and zones, reading or writing in sequence', () => {
    const mechanics = new Mechanics(drive);
    const revolution = revolutionOf(drive);
    const zoneEnd = sectorsOf(drive.zones[0]!, drive.heads);
    for (const isWrite of [false, true]) {
      for (const first of [0, zoneEnd - 900 * 8]) {
        let time = mechanics.access(0, first, 1, isWrite);
        for (let block = first + 1; block < first + 900 * 16; block += 100) {
          const end = mechanics.access(time, block, 100, isWrite);
          // A switch takes up to 1.4 ms and a sector. A zone begins at the index mark: anywhere in the turn.
          const atZone = block <= zoneEnd && block + 100 > zoneEnd;
          expect(mechanics.rotationTime + mechanics.seekTime).to.be.below(atZone ? revolution + 2 * millisecond : 1.42 * millisecond);
          time = end;
        }
      }
    }
  });

  it('works for any plausible sheet', () => {
    const sheets = fc.record({
      capacity: fc.integer({ min: 1_000_000, max: 200_000_000 }),
      heads: fc.integer({ min: 1, max: 12 }),
      zones: fc.integer({ min: 1, max: 30 }),
      seekAverage: fc.integer({ min: 3_500_000, max: 4_500_000 }),
    });
    fc.assert(
      fc.property(sheets, (given) => {
        const scaled = scaledDrive({ ...spec, ...given, seekTrackToTrack: 0.4e6, seekFullStroke: 8.2e6 });
        const mechanics = new Mechanics(scaled);
        expect(mechanics.access(0, scaled.capacity - 1, 1, false)).to.be.above(0);
        const mean = meanRandomSeek(seekTable(scaled.seek, scaled.cylinders));
        expect(mean).to.be.closeTo(given.seekAverage, given.seekAverage * 0.005);
      }),
      { numRuns: 30 },
    );
  });

  it('works for a drive of one cylinder, or of two', () => {
    for (const [capacity, cylinders] of [
      [1, 1],
      [spec.heads * spec.outerSectorsPerTrack, 1],
      [spec.heads * spec.outerSectorsPerTrack + 1, 2],
    ] as const) {
      const tiny = scaledDrive({ ...spec, capacity, zones: 1 });
      expect(tiny.cylinders).to.equal(cylinders);
      const mechanics = new Mechanics(tiny);
      expect(mechanics.access(0, capacity - 1, 1, false)).to.be.within(0, 2 * mechanics.revolution);
    }
  });

  it('refuses what no drive has', () => {
    const buffer = { ...spec.buffer, segments: 4, segmentSectors: 100 };
    const refused: Record<string, Partial<DriveSpec>> = {
      '1.5 heads': { heads: 1.5 },
      '2.5 zones': { zones: 2.5 },
      'more than 65535 zones': { zones: 70_000 },
      '1000.5 sectors': { capacity: 1000.5 },
      '0.5 segments': { buffer: { ...buffer, segments: 0.5 } },
      '0 sectors a segment': { buffer: { ...buffer, segmentSectors: 0 } },
      'writes settle in -1 ns': { writeSettle: -1 },
    };
    for (const [message, change] of Object.entries(refused))
      expect(() => scaledDrive({ ...spec, ...change }), message).to.throw(RangeError, message);
  });

  it('refuses seek times that no rising curve goes through', () => {
    expect(() => scaledDrive({ ...spec, seekAverage: 16.9 * millisecond })).to.throw(RangeError);
  });
});
