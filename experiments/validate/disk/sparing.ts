/** Where a drive has its spare sectors, by the number of the scheme as the DiskSim manual counts them ("Sparing scheme used"). It reads no file. */
import type { DriveZone } from '../../../models/devices/hdd/parameters.js';
import type { Sectors } from '../../../sim/units.js';

export type Unused = Pick<DriveZone, 'reservedSectors' | 'spareSectors' | 'slippedSectors' | 'regions'>;
export const nothingUnused: Unused = { reservedSectors: 0, spareSectors: 0, slippedSectors: [] };

/** What the tables say of a zone and its drive. Slipped sectors ascend, counted from the zone's start; spares are sectors or tracks of each region. */
export interface Sparing {
  readonly front: Sectors;
  readonly spares: number;
  readonly slippedSectors: readonly Sectors[];
  readonly sectorsPerTrack: Sectors;
  readonly heads: number;
  /** Cylinders in a region of scheme 8. */
  readonly rangeSize: number;
  /** Slipped sectors of the whole drive in its last zone; else 0. */
  readonly slipsOfDrive: number;
}

type Scheme = (zone: Sparing) => Pick<Unused, 'spareSectors' | 'regions'>;

const inRegions =
  (tracks: (zone: Sparing) => number, atFront: boolean, takeSlips: boolean): Scheme =>
  (zone) => ({ spareSectors: 0, regions: { tracks: tracks(zone), spareSectors: zone.spares, atFront, takeSlips } });
const cylinder = (zone: Sparing): number => zone.heads;

/** Slipped sectors use up spares, except in the schemes that say so: those have others at the drive's end. */
const schemes: Readonly<Record<number, Scheme>> = {
  0: () => ({ spareSectors: 0 }),
  // Whole tracks at the end of a zone.
  1: ({ spares, sectorsPerTrack }) => ({ spareSectors: spares * sectorsPerTrack }),
  // Sectors at the end of each cylinder; of each track; of each cylinder, not for slipped ones.
  2: inRegions(cylinder, false, true),
  3: inRegions(() => 1, false, true),
  4: inRegions(cylinder, false, false),
  // At the front of each cylinder; the same, not for slipped ones.
  5: inRegions(cylinder, true, true),
  6: inRegions(cylinder, true, false),
  // At the drive's end.
  7: ({ spares, slipsOfDrive }) => ({ spareSectors: Math.max(0, spares - slipsOfDrive) }),
  // At the end of each range of cylinders.
  8: inRegions(({ heads, rangeSize }) => heads * rangeSize, false, true),
  // At the end of each zone; the same, not for slipped ones.
  9: ({ spares, slippedSectors }) => ({ spareSectors: Math.max(0, spares - slippedSectors.length) }),
  10: ({ spares }) => ({ spareSectors: spares }),
};

export const isModelled = (scheme: number): boolean => Object.hasOwn(schemes, scheme);

/** What of a zone holds no host data. The scheme is one that is modelled. */
export const unusedBy = (scheme: number, zone: Sparing): Unused => ({
  reservedSectors: zone.front,
  slippedSectors: zone.slippedSectors,
  ...schemes[scheme]!(zone),
});
