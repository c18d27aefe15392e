/**
 * Where the blocks of a zone lie among its sectors that hold no host data: the drive's own, spares, and slipped (bad) ones. It knows no angle and no other zone.
 *
 * Blocks are counted from the zone's start, those that the drive keeps for itself included. Spares lie at the zone's end, or in each region of so many tracks at its end or its front. A
 * slipped sector pushes what lies behind it on: to the zone's end, or, where the region's spares are for that, within the region only, towards its spares.
 */
import type { Sectors } from '../../../sim/units.js';
import type { DriveZone, SpareRegions } from './parameters.js';

export interface ZoneLayout {
  /** Blocks that a region holds; Infinity where there are no regions. Spares of a region, and those that lie before its blocks. */
  readonly regionBlocks: Sectors;
  readonly regionSpares: Sectors;
  readonly regionFront: Sectors;
  /** Blocks at the zone's start that hold no host data, and those behind them that do. */
  readonly reserved: Sectors;
  readonly sectors: Sectors;
  /** Ascending: from a block on, so many sectors further than without slipped ones. */
  readonly shiftFrom: Float64Array;
  readonly shifts: Float64Array;
  /** Whether they shift through all regions, or each within its own. */
  readonly shiftsRegions: boolean;
}

interface Shift {
  readonly from: Sectors;
  readonly by: Sectors;
}

const noRegions: SpareRegions = { tracks: Infinity, spareSectors: 0, atFront: false, takeSlips: false };

/** @throws RangeError where a region holds no more than its spares */
export function layoutOf(zone: DriveZone, heads: number): ZoneLayout {
  const regions = zone.regions ?? noRegions;
  const tracks = (zone.lastCylinder - zone.firstCylinder + 1) * heads;
  const whole = regions.tracks * zone.sectorsPerTrack;
  const regionBlocks = whole - regions.spareSectors;
  if (!(regionBlocks > 0)) throw new RangeError(`${regions.spareSectors} spares in a region of ${whole} sectors`);
  const front = regions.atFront ? regions.spareSectors : 0;
  /** Blocks before a sector of the zone, where nothing is slipped. */
  const blocksBefore = (sector: Sectors): Sectors => {
    if (whole === Infinity) return sector;
    const region = Math.floor(sector / whole);
    return region * regionBlocks + Math.min(regionBlocks, Math.max(0, sector - region * whole - front));
  };
  const total = tracks * zone.sectorsPerTrack;
  const slips = regions.takeSlips ? [] : pushed(zone.slippedSectors, blocksBefore);
  const shifts = regions.takeSlips ? withinRegions(zone.slippedSectors, regions, whole, regionBlocks) : slips;
  // A region that the zone's end cuts short has its spares, too.
  const rest = whole === Infinity ? 0 : total % whole;
  const blocks = blocksBefore(total - rest) + Math.max(0, rest - regions.spareSectors);
  const reserved = blocksBefore(zone.reservedSectors);
  return {
    regionBlocks,
    regionSpares: regions.spareSectors,
    regionFront: front,
    reserved,
    sectors: blocks - reserved - zone.spareSectors - slips.length,
    shiftFrom: Float64Array.from(shifts, ({ from }) => from),
    shifts: Float64Array.from(shifts, ({ by }) => by),
    shiftsRegions: !regions.takeSlips,
  };
}

/** Whether a region of the zone holds more than its spares. */
export const hasRoom = ({ regions, sectorsPerTrack }: DriveZone): boolean =>
  regions === undefined || regions.spareSectors < regions.tracks * sectorsPerTrack;

/** Sectors of host data that a zone holds. */
export const sectorsOf = (zone: DriveZone, heads: number): Sectors => layoutOf(zone, heads).sectors;

function pushed(slipped: readonly Sectors[], blocksBefore: (sector: Sectors) => Sectors): Shift[] {
  const shifts: Shift[] = [];
  for (const sector of slipped) {
    const block = blocksBefore(sector);
    const isSpare = blocksBefore(sector + 1) === block;
    if (!isSpare) shifts.push({ from: block - shifts.length, by: shifts.length + 1 });
  }
  return shifts;
}

/** As many slipped sectors of a region as it has spares; what is beyond them is not passed over. */
function withinRegions(slipped: readonly Sectors[], regions: SpareRegions, whole: Sectors, regionBlocks: Sectors): Shift[] {
  const byRegion = new Map<number, Sectors[]>();
  for (const sector of slipped) {
    const region = Math.floor(sector / whole);
    byRegion.set(region, [...(byRegion.get(region) ?? []), sector - region * whole]);
  }
  const shifts: Shift[] = [];
  for (const [region, sectors] of [...byRegion].sort(([a], [b]) => a - b)) {
    const first = region * regionBlocks;
    const own = regions.atFront ? towardsFront(sectors, regions.spareSectors) : towardsEnd(sectors, regions.spareSectors, regionBlocks);
    shifts.push(...own.map(({ from, by }) => ({ from: first + from, by })), { from: first + regionBlocks, by: 0 });
  }
  return shifts;
}

function towardsEnd(sectors: readonly Sectors[], spares: Sectors, regionBlocks: Sectors): Shift[] {
  const shifts: Shift[] = [];
  for (const sector of sectors) {
    if (shifts.length < spares && sector - shifts.length < regionBlocks)
      shifts.push({ from: sector - shifts.length, by: shifts.length + 1 });
  }
  return shifts;
}

/** What lies before a slipped sector moves into the spares. */
function towardsFront(sectors: readonly Sectors[], spares: Sectors): Shift[] {
  let count = 0;
  for (let i = sectors.length - 1; i >= 0 && count < spares && sectors[i]! >= spares - count; i--) count += 1;
  const passed = sectors.slice(sectors.length - count);
  const shifts = passed.map((sector, i) => ({ from: sector - spares + count - i, by: i + 1 - count }));
  return count === 0 ? [] : [{ from: 0, by: -count }, ...shifts];
}
