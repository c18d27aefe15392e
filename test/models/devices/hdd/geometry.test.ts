import { expect } from 'chai';
import fc from 'fast-check';
import { Geometry, TrackCursor } from '../../../../models/devices/hdd/geometry.js';
import { exampleDrive } from '../example-drive.js';

describe('the geometry of a drive', () => {
  const geometry = new Geometry(exampleDrive);
  const reversing = new Geometry({ ...exampleDrive, mapping: 1 });
  const place = (block: number, of = geometry): TrackCursor => {
    const at = new TrackCursor();
    of.locate(block, at);
    return at;
  };

  it('finds the block again from its cylinder, track and sector', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: exampleDrive.capacity - 1 }), (block) => {
        const at = place(block);
        expect(geometry.blockAt(at.cylinder, at.track, at.sector)).to.equal(block);
      }),
    );
  });

  it('orders blocks by cylinder, then track, then sector', () => {
    const rank = (block: number): number => {
      const at = place(block);
      return (at.cylinder * exampleDrive.heads + at.track) * 1000 + at.sector;
    };
    fc.assert(fc.property(fc.integer({ min: 1, max: exampleDrive.capacity - 1 }), (block) => rank(block - 1) < rank(block)));
  });

  it('says how far blocks follow one another: to the end of the track', () => {
    expect(place(30).run).to.equal(70);
    expect(place(200 * 300 + 49).run).to.equal(1);
  });

  describe('with reserved, spare and slipped sectors', () => {
    const [outer, inner] = exampleDrive.zones;
    const zones = [{ ...outer!, reservedSectors: 110, spareSectors: 300, slippedSectors: [115, 116, 140] }, inner!];
    const spared = new Geometry({ ...exampleDrive, zones, capacity: exampleDrive.capacity - 110 - 300 - 3 });

    it('passes over them', () => {
      expect(place(0, spared)).to.include({ cylinder: 0, track: 1, sector: 10, run: 5 });
      expect(place(4, spared)).to.include({ track: 1, sector: 14, run: 1 });
      expect(place(5, spared)).to.include({ track: 1, sector: 17, run: 23 });
      expect(place(28, spared)).to.include({ track: 1, sector: 41, run: 59 });
      const lastOfZone = 200 * 300 - 110 - 300 - 3 - 1;
      expect(place(lastOfZone, spared)).to.include({ zone: 0, cylinder: 198, track: 2, sector: 99 });
      expect(place(lastOfZone + 1, spared)).to.include({ zone: 1, cylinder: 201, track: 0, sector: 0 });
    });

    it('finds each block again, and none in the gaps', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: spared.capacity - 1 }), (block) => {
          const at = place(block, spared);
          expect(spared.blockAt(at.cylinder, at.track, at.sector)).to.equal(block);
        }),
      );
      for (const sector of [9, 15, 16, 40]) expect(() => spared.blockAt(0, 1, sector)).to.throw(RangeError);
    });
  });

  it('leaves out the cylinders between zones', () => {
    expect(place(200 * 300 - 1).cylinder).to.equal(199);
    expect(place(200 * 300)).to.include({ zone: 1, cylinder: 201, head: 0, sector: 0, sectorsPerTrack: 50 });
    expect(() => geometry.blockAt(200, 0, 0)).to.throw(RangeError);
  });

  it('skews tracks and cylinders, from the offset of the zone on', () => {
    expect(place(0).angle).to.equal(0);
    expect(place(100).angle).to.equal(12);
    // Two tracks of the cylinder before, then the step to the next cylinder.
    expect(place(300).angle).to.equal(2 * 12 + 20);
    expect(place(200 * 300).angle).to.equal(7);
    expect(place(200 * 300 + 45).angle).to.equal((7 + 45) % 50);
  });

  it('reverses the heads of odd cylinders where the mapping says so, and nothing else', () => {
    expect(place(0, reversing).head).to.equal(0);
    expect(place(300, reversing).head).to.equal(2);
    expect(place(300, reversing).angle).to.equal(place(300).angle);
    // Odd within the zone, not on the drive.
    expect(place(200 * 300, reversing).head).to.equal(0);
  });

  it('reverses the heads of odd cylinders of the drive, where the mapping counts them so', () => {
    const serpentine = new Geometry({ ...exampleDrive, mapping: 2 });
    expect(place(0, serpentine).head).to.equal(0);
    expect(place(300, serpentine).head).to.equal(2);
    // The zone begins with cylinder 201.
    expect(place(200 * 300, serpentine).head).to.equal(2);
    expect(place(200 * 300 + 150, serpentine).head).to.equal(0);
  });

  it('finds the end of a track and of a cylinder, over slipped sectors and at the end of the drive', () => {
    expect([geometry.endOf('track', 130), geometry.endOf('cylinder', 130)]).to.deep.equal([200, 300]);
    expect(geometry.endOf('cylinder', exampleDrive.capacity - 1)).to.equal(exampleDrive.capacity);
    const zones = [{ ...exampleDrive.zones[0]!, slippedSectors: [150] }, exampleDrive.zones[1]!];
    const slipped = new Geometry({ ...exampleDrive, zones, capacity: exampleDrive.capacity - 1 });
    expect([slipped.endOf('track', 130), slipped.endOf('cylinder', 130)]).to.deep.equal([199, 299]);
  });

  it('has room for hundreds of zones, and for skews that go backwards', () => {
    const zones = Array.from({ length: 600 }, (_, i) => ({ ...exampleDrive.zones[1]!, firstCylinder: i, lastCylinder: i, trackSkew: -6 }));
    const many = new Geometry({ heads: 3, mapping: 0, zones, capacity: 600 * 150 });
    for (let zone = 0; zone < 600; zone += 7) {
      expect(place(zone * 150 + 60, many)).to.include({ zone, track: 1, sector: 10 });
      expect(place(zone * 150 + 60, many).angle).to.equal((7 - 6 + 10) % 50);
    }
    expect(place(50, many).angle).to.equal(1);
    expect(place(100, new Geometry({ heads: 3, mapping: 0, zones: [{ ...zones[0]!, trackSkew: -20 }], capacity: 150 })).angle).to.equal(17);
  });

  it('refuses zones that hold less than the capacity', () => {
    expect(() => new Geometry({ ...exampleDrive, capacity: exampleDrive.capacity + 1 })).to.throw(RangeError);
  });
});
