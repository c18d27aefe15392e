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

  it('walks to the same track as a search does, over cylinders and zones', () => {
    const at = place(0);
    for (let block = at.sectorsPerTrack; block < exampleDrive.capacity; block += at.sectorsPerTrack) {
      geometry.nextTrack(at);
      expect(at).to.deep.equal(place(block));
    }
    expect(() => geometry.nextTrack(at)).to.throw(RangeError);
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

  it('refuses zones that hold less than the capacity', () => {
    expect(() => new Geometry({ ...exampleDrive, capacity: exampleDrive.capacity + 1 })).to.throw(RangeError);
  });
});
