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
  /** Blocks from here that follow one another on this track, this one included. */
  run = 0;
  /** How many sectors after the index mark this one stands: 0 .. sectorsPerTrack - 1. */
  angle = 0;
}

const ZONE_TABLE_SIZE = 4096;

export class Geometry {
  /** Sectors that the drive offers. */
  readonly capacity: Sectors;
  private readonly heads: number;
  private readonly reversesOddCylinders: boolean;
  /** Per zone; `firstBlock` has one entry more, the sectors of all zones. */
  private readonly firstBlock: Float64Array;
  private readonly firstCylinder: Int32Array;
  private readonly cylinderCount: Int32Array;
  /** Per zone: place of its first block, counted from the zone's first sector. */
  private readonly reserved: Int32Array;
  /** Per zone, ascending: the blocks of the zone before which a slipped sector is passed over. */
  private readonly slips: readonly Float64Array[];
  private readonly sectorsPerTrack: Int32Array;
  private readonly sectorsPerCylinder: Int32Array;
  private readonly trackSkew: Float64Array;
  private readonly cylinderSkew: Float64Array;
  private readonly offset: Float64Array;
  /** For each of equal stretches of blocks, the zone in which it starts. */
  private readonly zoneHint = new Uint8Array(ZONE_TABLE_SIZE);
  private readonly hintBlocks: number;

  constructor(drive: Pick<DriveParameters, 'heads' | 'mapping' | 'zones' | 'capacity'>) {
    const { heads, zones } = drive;
    const column = (value: (zone: DriveZone) => number): Int32Array => Int32Array.from(zones, value);
    this.heads = heads;
    this.reversesOddCylinders = drive.mapping === 1;
    this.firstCylinder = column((zone) => zone.firstCylinder);
    this.cylinderCount = column((zone) => zone.lastCylinder - zone.firstCylinder + 1);
    this.sectorsPerTrack = column((zone) => zone.sectorsPerTrack);
    this.sectorsPerCylinder = column((zone) => zone.sectorsPerTrack * heads);
    this.reserved = column((zone) => zone.reservedSectors);
    this.slips = zones.map(blocksAfterSlips);
    // Skews may be fractions of a sector.
    this.trackSkew = Float64Array.from(zones, (zone) => zone.trackSkew % zone.sectorsPerTrack);
    this.cylinderSkew = Float64Array.from(zones, (zone) => zone.cylinderSkew % zone.sectorsPerTrack);
    this.offset = Float64Array.from(zones, (zone) => zone.firstSectorOffset);
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
    const blockInZone = block - this.firstBlock[zone]!;
    const slips = this.slips[zone]!;
    const passedOver = slips.length === 0 ? 0 : countUpTo(slips, blockInZone);
    const inZone = this.reserved[zone]! + blockInZone + passedOver;
    const cylinder = (inZone / perCylinder) | 0;
    const inCylinder = inZone - cylinder * perCylinder;
    const track = (inCylinder / spt) | 0;
    at.zone = zone;
    at.sectorsPerTrack = spt;
    at.sector = inCylinder - track * spt;
    at.cylinder = this.firstCylinder[zone]! + cylinder;
    at.track = track;
    at.head = this.reversesOddCylinders && (cylinder & 1) === 1 ? this.heads - 1 - track : track;
    const tracksBefore = track + (this.heads - 1) * cylinder;
    at.angle = (this.offset[zone]! + tracksBefore * this.trackSkew[zone]! + cylinder * this.cylinderSkew[zone]! + at.sector) % spt;
    at.run = spt - at.sector;
    const zoneRest = this.firstBlock[zone + 1]! - block;
    if (zoneRest < at.run) at.run = zoneRest;
    if (passedOver < slips.length && slips[passedOver]! - blockInZone < at.run) at.run = slips[passedOver]! - blockInZone;
  }

  /** The block at a place. @throws RangeError where the place holds no host data */
  blockAt(cylinder: number, track: number, sector: number): Sectors {
    const zone = this.firstCylinder.findIndex((first, z) => cylinder >= first && cylinder < first + this.cylinderCount[z]!);
    const inZone = (cylinder - this.firstCylinder[zone]!) * this.sectorsPerCylinder[zone]! + track * this.sectorsPerTrack[zone]! + sector;
    if (zone >= 0) {
      const at = new TrackCursor();
      const slips = this.slips[zone]!;
      for (let passedOver = 0; passedOver <= slips.length; passedOver++) {
        const block = this.firstBlock[zone]! + inZone - this.reserved[zone]! - passedOver;
        if (block < this.firstBlock[zone]! || block >= Math.min(this.firstBlock[zone + 1]!, this.capacity)) continue;
        this.locate(block, at);
        if (at.cylinder === cylinder && at.track === track && at.sector === sector) return block;
      }
    }
    throw new RangeError(`cylinder ${cylinder}, track ${track}, sector ${sector} holds no data`);
  }
}

/** A slipped sector pushes the blocks behind it on by one: the first block of the zone that is pushed, by slip. */
const blocksAfterSlips = (zone: DriveZone): Float64Array =>
  Float64Array.from(zone.slippedSectors, (sector, i) => sector - zone.reservedSectors - i);

/** How many of the ascending values are at most `limit`. */
function countUpTo(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
