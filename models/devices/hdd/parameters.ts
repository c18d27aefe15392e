/**
 * What a mechanical drive is made of, in numbers. Plain data: it knows no file, no test-bed and no time of day.
 * All times are nanoseconds (fractions allowed), all lengths are sectors of 512 bytes unless a name says cylinders.
 */
import type { Nanoseconds, Sectors } from '../../../sim/units.js';

/** How logical tracks of a cylinder lie on its heads: 0 in order; 1 in order on even cylinders of a zone, in reverse on odd ones; 2 as 1, but cylinders are counted from the drive's first one. */
export type TrackMapping = 0 | 1 | 2;

/** Spares that lie in each region of so many tracks, counted from the zone's start. */
export interface SpareRegions {
  readonly tracks: number;
  readonly spareSectors: Sectors;
  /** Before the region's blocks, or behind them. */
  readonly atFront: boolean;
  /** Whether a slipped sector uses up a spare of its region; otherwise it pushes on all that lies behind it in the zone. */
  readonly takeSlips: boolean;
}

/** A band of cylinders whose tracks hold the same number of sectors. Cylinders between two zones hold no data. */
export interface DriveZone {
  readonly firstCylinder: number;
  /** Inclusive. */
  readonly lastCylinder: number;
  readonly sectorsPerTrack: Sectors;
  /** By how much the first sector of a track stands behind that of the track before it in the same cylinder. */
  readonly trackSkew: Sectors;
  /** As `trackSkew`, from the last track of a cylinder to the first of the next one. */
  readonly cylinderSkew: Sectors;
  /** Where the zone's first sector stands on its track. */
  readonly firstSectorOffset: Sectors;
  /** Sectors at the zone's start and at its end that hold no host data: the drive's own, and spares. */
  readonly reservedSectors: Sectors;
  readonly spareSectors: Sectors;
  /** Bad sectors that are passed over, counted from the zone's start, ascending. */
  readonly slippedSectors: readonly Sectors[];
  /** Spares besides those at the zone's end; absent: none. */
  readonly regions?: SpareRegions;
}

/** Most zones of a drive; real ones have some tens. */
export const mostZones = 65_535;

/** One measured point of the seek curve; between points the curve is linear. */
export interface SeekPoint {
  readonly cylinders: number;
  readonly time: Nanoseconds;
}

/** Time that the controller spends on a command before the arm or the buffer acts, by what it does and what came before. */
export interface CommandOverheads {
  readonly readMissAfterRead: Nanoseconds;
  readonly readMissAfterWrite: Nanoseconds;
  readonly writeMissAfterRead: Nanoseconds;
  readonly writeMissAfterWrite: Nanoseconds;
  readonly readHitAfterRead: Nanoseconds;
  readonly readHitAfterWrite: Nanoseconds;
  readonly writeHitAfterRead: Nanoseconds;
  readonly writeHitAfterWrite: Nanoseconds;
  /** Spent at the end of every command of the kind. */
  readonly readCompletion: Nanoseconds;
  readonly writeCompletion: Nanoseconds;
}

/** The drive's own memory. */
export interface DriveBuffer {
  /** Pieces of the buffer, each of which holds one run of consecutive sectors; 0 for a drive without a buffer. */
  readonly segments: number;
  readonly segmentSectors: Sectors;
  /** Whether the drive reads on after a read, until the arm is needed or `readAheadSectors` are read. */
  readonly readAhead: boolean;
  /** Most sectors that are read beyond the end of a request. */
  readonly readAheadSectors: Sectors;
  /** Where reading ahead ends in any case: with the track or the cylinder of the request's last sector; absent: with the drive. */
  readonly readAheadWithin?: 'track' | 'cylinder' | 'drive';
  /** Whether written data takes a segment, too, and can be read from it; otherwise reads have the segments for themselves. */
  readonly writesTakeSegments: boolean;
  /** Whether a write is answered as soon as it stands in the buffer. */
  readonly writeCache: boolean;
  /** Most sectors that wait in the buffer to be written. */
  readonly writeCacheSectors: Sectors;
  /** Most sectors written from the buffer in one go, before a waiting read gets the arm. */
  readonly destageSectors: Sectors;
}

/**
 * The link between host and drive. Media and link work at the same time, as far as the data is there: a write begins to pass under
 * the head as soon as its data cannot run out on the way.
 */
export interface DriveLink {
  readonly timePerSector: Nanoseconds;
  /** Share of a read (0..1) that must stand in the buffer before it is sent. */
  readonly readWatermark: number;
}

export interface DriveParameters {
  readonly name: string;
  readonly heads: number;
  /** Cylinders that the arm can reach, from 0. */
  readonly cylinders: number;
  readonly rpm: number;
  readonly mapping: TrackMapping;
  /** Sectors that the drive offers; the zones hold as many or more. */
  readonly capacity: Sectors;
  readonly zones: readonly DriveZone[];
  /** Ascending in cylinders; a distance beyond the last point takes as long as the last two points continue. */
  readonly seek: readonly SeekPoint[];
  readonly headSwitch: Nanoseconds;
  /** Added where the arm or the head moved before a write. */
  readonly writeSettle: Nanoseconds;
  readonly overheads: CommandOverheads;
  readonly link: DriveLink;
  readonly buffer: DriveBuffer;
}

/** The time of one revolution. */
export const revolutionOf = (drive: Pick<DriveParameters, 'rpm'>): Nanoseconds => 60e9 / drive.rpm;
