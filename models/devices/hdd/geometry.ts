/**
 * Where a sector stands: logical block number -> zone, cylinder, head, sector and angle, and back. It knows no time.
 *
 * Blocks run through zone, cylinder, head, sector. A place is answered in the fields of a `TrackCursor`, which its owner reuses.
 */
import type { Sectors } from '../../../sim/units.js';
import { mostZones, type DriveParameters, type DriveZone } from './parameters.js';
import { layoutOf, type ZoneLayout } from './spares.js';

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
  private readonly reverses: boolean;
  /** Per zone: whether its first cylinder, and every second one from there, is reversed where any is. */
  private readonly reversesFirst: Uint8Array;
  /** Per zone; `firstBlock` has one entry more, the sectors of all zones. */
  private readonly firstBlock: Float64Array;
  private readonly firstCylinder: Int32Array;
  private readonly cylinderCount: Int32Array;
  private readonly layouts: readonly ZoneLayout[];
  /** Per zone: blocks at its start that hold no host data; 1 where spares of regions or slipped sectors lie between blocks. */
  private readonly reserved: Float64Array;
  private readonly hasGaps: Uint8Array;
  /** Of the last block in a zone with gaps: blocks from it on to the next gap. */
  private untilGap: Sectors = 0.5 - 0.5;
  private readonly sectorsPerTrack: Int32Array;
  private readonly sectorsPerCylinder: Int32Array;
  private readonly trackSkew: Float64Array;
  private readonly cylinderSkew: Float64Array;
  private readonly offset: Float64Array;
  /** For each of equal stretches of blocks, the zone in which it starts. */
  private readonly zoneHint = new Uint16Array(ZONE_TABLE_SIZE);
  private readonly hintBlocks: number;
  private readonly at = new TrackCursor();

  constructor(drive: Pick<DriveParameters, 'heads' | 'mapping' | 'zones' | 'capacity'>) {
    const { heads, zones } = drive;
    const column = (value: (zone: DriveZone) => number): Int32Array => Int32Array.from(zones, value);
    this.heads = heads;
    this.reverses = drive.mapping !== 0;
    this.reversesFirst = Uint8Array.from(zones, (zone) => (drive.mapping === 2 ? zone.firstCylinder & 1 : 0));
    this.firstCylinder = column((zone) => zone.firstCylinder);
    this.cylinderCount = column((zone) => zone.lastCylinder - zone.firstCylinder + 1);
    this.sectorsPerTrack = column((zone) => zone.sectorsPerTrack);
    this.sectorsPerCylinder = column((zone) => zone.sectorsPerTrack * heads);
    this.layouts = zones.map((zone) => layoutOf(zone, heads));
    this.reserved = Float64Array.from(this.layouts, ({ reserved }) => reserved);
    this.hasGaps = Uint8Array.from(this.layouts, ({ regionBlocks, shifts }) => (regionBlocks < Infinity || shifts.length > 0 ? 1 : 0));
    // Skews may be fractions of a sector, and may go backwards.
    const turned = (of: (zone: DriveZone) => Sectors): Float64Array =>
      Float64Array.from(zones, (zone) => ((of(zone) % zone.sectorsPerTrack) + zone.sectorsPerTrack) % zone.sectorsPerTrack);
    this.trackSkew = turned((zone) => zone.trackSkew);
    this.cylinderSkew = turned((zone) => zone.cylinderSkew);
    this.offset = turned((zone) => zone.firstSectorOffset);
    this.firstBlock = new Float64Array(zones.length + 1);
    for (let z = 0; z < zones.length; z++) {
      this.firstBlock[z + 1] = this.firstBlock[z]! + this.layouts[z]!.sectors;
    }
    if (zones.length > mostZones) throw new RangeError(`${zones.length} zones; at most ${mostZones}`);
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
    const ofZone = this.reserved[zone]! + block - this.firstBlock[zone]!;
    const inZone = this.hasGaps[zone] === 0 ? ofZone : this.passGaps(this.layouts[zone]!, ofZone);
    const cylinder = (inZone / perCylinder) | 0;
    const inCylinder = inZone - cylinder * perCylinder;
    const track = (inCylinder / spt) | 0;
    at.zone = zone;
    at.sectorsPerTrack = spt;
    at.sector = inCylinder - track * spt;
    at.cylinder = this.firstCylinder[zone]! + cylinder;
    at.track = track;
    at.head = this.reverses && (cylinder & 1) !== this.reversesFirst[zone] ? this.heads - 1 - track : track;
    const tracksBefore = track + (this.heads - 1) * cylinder;
    at.angle = (this.offset[zone]! + tracksBefore * this.trackSkew[zone]! + cylinder * this.cylinderSkew[zone]! + at.sector) % spt;
    at.run = spt - at.sector;
    const zoneRest = this.firstBlock[zone + 1]! - block;
    if (zoneRest < at.run) at.run = zoneRest;
    if (this.hasGaps[zone] === 1 && this.untilGap < at.run) at.run = this.untilGap;
  }

  /** The sector of a block, both counted from the zone's start, past spares of regions and slipped sectors; notes how far it is to the next of them. */
  private passGaps(layout: ZoneLayout, block: Sectors): Sectors {
    const { regionBlocks, shiftFrom } = layout;
    const shifted = countUpTo(shiftFrom, block);
    const shift = shifted === 0 ? 0 : layout.shifts[shifted - 1]!;
    const inRegions = layout.shiftsRegions ? block + shift : block;
    const region = Math.floor(inRegions / regionBlocks);
    this.untilGap = (region + 1) * regionBlocks - inRegions;
    if (shifted < shiftFrom.length && shiftFrom[shifted]! - block < this.untilGap) this.untilGap = shiftFrom[shifted]! - block;
    return block + shift + region * layout.regionSpares + layout.regionFront;
  }

  /** The first block behind the track, or behind the cylinder, of a block below the capacity. */
  endOf(place: 'track' | 'cylinder', block: Sectors): Sectors {
    const { at } = this;
    this.locate(block, at);
    const { cylinder, track } = at;
    let end = block + at.run;
    while (end < this.capacity) {
      this.locate(end, at);
      if (at.cylinder !== cylinder || (place === 'track' && at.track !== track)) break;
      end += at.run;
    }
    return end;
  }

  /** The block at a place. @throws RangeError where the place holds no host data */
  blockAt(cylinder: number, track: number, sector: number): Sectors {
    const zone = this.firstCylinder.findIndex((first, z) => cylinder >= first && cylinder < first + this.cylinderCount[z]!);
    if (zone >= 0) {
      const at = new TrackCursor();
      const rank = (cylinderAt: number, trackAt: number, sectorAt: number): number =>
        cylinderAt * this.sectorsPerCylinder[zone]! + trackAt * this.sectorsPerTrack[zone]! + sectorAt;
      const wanted = rank(cylinder, track, sector);
      let low = this.firstBlock[zone]!;
      let high = Math.min(this.firstBlock[zone + 1]!, this.capacity) - 1;
      while (low <= high) {
        const block = Math.floor((low + high) / 2);
        this.locate(block, at);
        const found = rank(at.cylinder, at.track, at.sector);
        if (found === wanted) return block;
        if (found < wanted) low = block + 1;
        else high = block - 1;
      }
    }
    throw new RangeError(`cylinder ${cylinder}, track ${track}, sector ${sector} holds no data`);
  }
}

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
