/**
 * Where a sector stands: logical block number -> zone, cylinder, head, sector and angle, and back. It knows no time.
 *
 * Blocks run through zone, cylinder, head, sector. A place is answered in the fields of a `TrackCursor`, which its owner reuses.
 */
import type { Sectors } from '../../../sim/units.js';
import { sectorsOf, type DriveParameters, type DriveZone } from './parameters.js';

/** A place on the medium, and how far its track goes on. */
export class TrackCursor {
  zone = 0;
  /** Cylinder on the drive. */
  cylinder = 0;
  /** Track within the cylinder, in the order of blocks. */
  track = 0;
  /** The head that reads the track. */
  head = 0;
  /** Sector within the track. */
  sector = 0;
  sectorsPerTrack = 0;
  /** How many sectors after the index mark this one stands: 0 .. sectorsPerTrack - 1. */
  angle = 0;
}

const ZONE_TABLE_SIZE = 4096;

export class Geometry {
  /** Sectors that the drive offers. */
  readonly capacity: Sectors;
  private readonly heads: number;
  private readonly reversesOddCylinders: boolean;
  private readonly zoneCount: number;
  /** Per zone; `firstBlock` has one entry more, the sectors of all zones. */
  private readonly firstBlock: Float64Array;
  private readonly firstCylinder: Int32Array;
  private readonly cylinderCount: Int32Array;
  private readonly sectorsPerTrack: Int32Array;
  private readonly sectorsPerCylinder: Int32Array;
  private readonly trackSkew: Int32Array;
  private readonly cylinderSkew: Int32Array;
  private readonly offset: Int32Array;
  /** For each of equal stretches of blocks, the zone in which it starts. */
  private readonly zoneHint = new Uint8Array(ZONE_TABLE_SIZE);
  private readonly hintBlocks: number;

  constructor(drive: Pick<DriveParameters, 'heads' | 'mapping' | 'zones' | 'capacity'>) {
    const { heads, zones } = drive;
    const column = (value: (zone: DriveZone) => number): Int32Array => Int32Array.from(zones, value);
    this.heads = heads;
    this.reversesOddCylinders = drive.mapping === 1;
    this.zoneCount = zones.length;
    this.firstCylinder = column((zone) => zone.firstCylinder);
    this.cylinderCount = column((zone) => zone.lastCylinder - zone.firstCylinder + 1);
    this.sectorsPerTrack = column((zone) => zone.sectorsPerTrack);
    this.sectorsPerCylinder = column((zone) => zone.sectorsPerTrack * heads);
    this.trackSkew = column((zone) => zone.trackSkew % zone.sectorsPerTrack);
    this.cylinderSkew = column((zone) => zone.cylinderSkew % zone.sectorsPerTrack);
    this.offset = column((zone) => zone.firstSectorOffset);
    this.firstBlock = new Float64Array(zones.length + 1);
    for (let z = 0; z < zones.length; z++) {
      this.firstBlock[z + 1] = this.firstBlock[z]! + sectorsOf(zones[z]!, heads);
    }
    this.capacity = drive.capacity;
    if (!(this.capacity <= this.firstBlock[zones.length]!)) throw new RangeError('the zones hold less than the capacity');
    this.hintBlocks = Math.ceil(this.capacity / ZONE_TABLE_SIZE);
    for (let i = 0, z = 0; i < ZONE_TABLE_SIZE; i++) {
      while (z < zones.length - 1 && this.firstBlock[z + 1]! <= i * this.hintBlocks) z++;
      this.zoneHint[i] = z;
    }
  }

  /** Sets the cursor to a block below the capacity. */
  locate(block: Sectors, at: TrackCursor): void {
    let zone = this.zoneHint[(block / this.hintBlocks) | 0]!;
    while (block >= this.firstBlock[zone + 1]!) zone++;
    const spt = this.sectorsPerTrack[zone]!;
    const perCylinder = this.sectorsPerCylinder[zone]!;
    const inZone = block - this.firstBlock[zone]!;
    const cylinder = (inZone / perCylinder) | 0;
    const inCylinder = inZone - cylinder * perCylinder;
    const track = (inCylinder / spt) | 0;
    at.zone = zone;
    at.sectorsPerTrack = spt;
    at.sector = inCylinder - track * spt;
    this.enter(zone, cylinder, track, at);
  }

  /** Moves the cursor to the start of the track that follows; the drive's last track has none. */
  nextTrack(at: TrackCursor): void {
    let { zone } = at;
    let cylinder = at.cylinder - this.firstCylinder[zone]!;
    let track = at.track + 1;
    if (track === this.heads) {
      track = 0;
      cylinder += 1;
      if (cylinder === this.cylinderCount[zone]!) {
        zone += 1;
        cylinder = 0;
        if (zone === this.zoneCount) throw new RangeError('the last track of the drive has no next one');
        at.zone = zone;
        at.sectorsPerTrack = this.sectorsPerTrack[zone]!;
      }
    }
    at.sector = 0;
    this.enter(zone, cylinder, track, at);
  }

  /** The block at a place; `cylinder` counts from the drive's first one and holds data. */
  blockAt(cylinder: number, track: number, sector: number): Sectors {
    for (let zone = 0; zone < this.zoneCount; zone++) {
      const inZone = cylinder - this.firstCylinder[zone]!;
      if (inZone < 0 || inZone >= this.cylinderCount[zone]!) continue;
      return this.firstBlock[zone]! + inZone * this.sectorsPerCylinder[zone]! + track * this.sectorsPerTrack[zone]! + sector;
    }
    throw new RangeError(`cylinder ${cylinder} holds no data`);
  }

  private enter(zone: number, cylinder: number, track: number, at: TrackCursor): void {
    at.cylinder = this.firstCylinder[zone]! + cylinder;
    at.track = track;
    at.head = this.reversesOddCylinders && (cylinder & 1) === 1 ? this.heads - 1 - track : track;
    const tracksBefore = track + (this.heads - 1) * cylinder;
    const skewed = this.offset[zone]! + tracksBefore * this.trackSkew[zone]! + cylinder * this.cylinderSkew[zone]! + at.sector;
    at.angle = skewed % at.sectorsPerTrack;
  }
}
