import { expect } from 'chai';
import fc from 'fast-check';
import { Geometry, TrackCursor } from '../../../../models/devices/hdd/geometry.js';
import type { DriveZone, SpareRegions } from '../../../../models/devices/hdd/parameters.js';
import { hasRoom, sectorsOf } from '../../../../models/devices/hdd/spares.js';

const heads = 3;
const plain: DriveZone = {
  firstCylinder: 0,
  lastCylinder: 9,
  sectorsPerTrack: 20,
  trackSkew: 3,
  cylinderSkew: 5,
  firstSectorOffset: 0,
  reservedSectors: 0,
  spareSectors: 0,
  slippedSectors: [],
};

/** By block: its sector, counted from the zone's start. */
function sectorsInOrder(zone: DriveZone): number[] {
  const geometry = new Geometry({ heads, mapping: 0, zones: [zone], capacity: sectorsOf(zone, heads) });
  const at = new TrackCursor();
  return Array.from({ length: geometry.capacity }, (_, block) => {
    geometry.locate(block, at);
    return (at.cylinder * heads + at.track) * zone.sectorsPerTrack + at.sector;
  });
}

const withRegions = (regions: SpareRegions, slippedSectors: readonly number[] = []): DriveZone => ({ ...plain, regions, slippedSectors });
const perCylinder: SpareRegions = { tracks: 3, spareSectors: 4, atFront: false, takeSlips: true };

describe('spares in regions of a zone', () => {
  it('lie at the end of each track, of each cylinder, or at its front', () => {
    const perTrack = sectorsInOrder(withRegions({ ...perCylinder, tracks: 1 }));
    expect(perTrack.slice(14, 18)).to.deep.equal([14, 15, 20, 21]);
    expect(perTrack).to.have.length(600 - 30 * 4);
    const atEnd = sectorsInOrder(withRegions(perCylinder));
    expect(atEnd.slice(54, 58)).to.deep.equal([54, 55, 60, 61]);
    const atFront = sectorsInOrder(withRegions({ ...perCylinder, atFront: true }));
    expect([atFront[0], ...atFront.slice(54, 58)]).to.deep.equal([4, 58, 59, 64, 65]);
  });

  it('lie in a region that the end of the zone cuts short, too', () => {
    const zone = withRegions({ ...perCylinder, tracks: 4 * heads });
    expect(sectorsOf(zone, heads)).to.equal(600 - 3 * 4);
    expect(sectorsInOrder(zone).at(-1)).to.equal(595);
  });

  it('take up slipped sectors of their region, and no other block moves', () => {
    const slipped = sectorsInOrder(withRegions(perCylinder, [70, 72]));
    expect(slipped.slice(65, 69)).to.deep.equal([69, 71, 73, 74]);
    expect(slipped.slice(110, 114)).to.deep.equal([116, 117, 120, 121]);
    const front = sectorsInOrder(withRegions({ ...perCylinder, atFront: true }, [70, 72]));
    expect(front.slice(56, 66)).to.deep.equal([62, 63, 64, 65, 66, 67, 68, 69, 71, 73]);
    expect(front[112]).to.equal(124);
  });

  it('leave slipped sectors alone where they are not for them: those push on all that is behind', () => {
    const zone = withRegions({ ...perCylinder, takeSlips: false }, [10, 58, 70]);
    const sectors = sectorsInOrder(zone);
    expect(sectors.slice(9, 11)).to.deep.equal([9, 11]);
    // Sector 58 is a spare itself.
    expect(sectors.slice(54, 57)).to.deep.equal([55, 60, 61]);
    expect(sectors).to.have.length(560 - 2);
  });

  it('never hold a block, nor does a slipped or a reserved sector; blocks ascend, and runs say how far they follow one another', () => {
    const regions = fc.record({
      tracks: fc.integer({ min: 1, max: 12 }),
      spareSectors: fc.integer({ min: 0, max: 8 }),
      atFront: fc.boolean(),
      takeSlips: fc.boolean(),
    });
    const slips = fc.uniqueArray(fc.integer({ min: 0, max: 599 }), { maxLength: 12 });
    fc.assert(
      fc.property(regions, slips, fc.integer({ min: 0, max: 70 }), (of, slipped, reservedSectors) => {
        const slippedSectors = slipped.sort((a, b) => a - b);
        const zone = { ...withRegions(of, slippedSectors), reservedSectors };
        const sectors = sectorsInOrder(zone);
        sectors.slice(1).forEach((sector, i) => expect(sector).to.be.above(sectors[i]!));
        expect(sectors.at(-1)).to.be.below(600);
        const whole = of.tracks * 20;
        const slipsIn = (sector: number): number =>
          slippedSectors.filter((slip) => Math.floor(slip / whole) === Math.floor(sector / whole)).length;
        for (const sector of sectors)
          if (slipsIn(sector) <= of.spareSectors || !of.takeSlips) expect(slippedSectors).not.to.include(sector);
        if (slipped.length === 0) {
          const isSpare = (sector: number): boolean => {
            const [at, length] = [sector % whole, Math.min(whole, 600 - (sector - (sector % whole)))];
            return of.atFront ? at < of.spareSectors : at >= length - of.spareSectors;
          };
          expect(sectors).to.deep.equal(Array.from({ length: 600 }, (_, s) => s).filter((s) => s >= reservedSectors && !isSpare(s)));
        }
        const geometry = new Geometry({ heads, mapping: 0, zones: [zone], capacity: sectors.length });
        const at = new TrackCursor();
        sectors.forEach((sector, block) => {
          geometry.locate(block, at);
          expect(geometry.blockAt(at.cylinder, at.track, at.sector)).to.equal(block);
          const run = at.run;
          const following = sectors
            .slice(block)
            .findIndex((other, i) => other !== sector + i || Math.floor(other / 20) !== Math.floor(sector / 20));
          expect(run).to.equal(following < 0 ? sectors.length - block : following);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('refuse a region that they fill', () => {
    const full = withRegions({ ...perCylinder, spareSectors: 60 });
    expect(hasRoom(full)).to.equal(false);
    expect(hasRoom(withRegions(perCylinder))).to.equal(true);
    expect(() => sectorsOf(full, heads)).to.throw(RangeError, '60 spares in a region of 60');
  });
});
