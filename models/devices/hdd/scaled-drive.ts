/**
 * A whole drive from what a data sheet says of it. What a data sheet leaves out is filled in by stated rules; it knows no particular drive.
 *
 * - Seek curve: a + b sqrt(d) + c d, through the track-to-track, the average (the mean over random seeks) and the full-stroke time.
 * - Zones: `zones` bands of equally many cylinders, whose sectors a track fall evenly from the outermost to the innermost; as many cylinders as the capacity takes.
 * - Skews: head switch or track-to-track seek, with the write settle, rounded up to sectors: sequential reads and writes lose no revolution at a track's end.
 * - Write settle: the average write seek less the average read seek; none where that is no longer.
 */
import { sectorBytes, type Nanoseconds, type Sectors } from '../../../sim/units.js';
import { mostZones, type DriveBuffer, type DriveParameters, type DriveZone, type SeekPoint } from './parameters.js';

export interface DriveSpec {
  readonly name: string;
  readonly capacity: Sectors;
  readonly heads: number;
  readonly rpm: number;
  readonly zones: number;
  readonly outerSectorsPerTrack: number;
  readonly innerSectorsPerTrack: number;
  readonly seekTrackToTrack: Nanoseconds;
  readonly seekAverage: Nanoseconds;
  readonly seekFullStroke: Nanoseconds;
  readonly writeSettle: Nanoseconds;
  readonly headSwitch: Nanoseconds;
  /** The controller's time for any command. */
  readonly commandOverhead: Nanoseconds;
  /** Bytes a second between host and drive. */
  readonly linkRate: number;
  readonly buffer: DriveBuffer;
}

/** Sectors of a track that passes at `rate` bytes a second, track switches left aside. */
export const sectorsPerTrackAt = (rate: number, rpm: number): number => Math.round((rate * 60) / rpm / sectorBytes);

/** Fills in a drive. @throws RangeError where the numbers contradict each other (a seek curve that falls, no room for a zone), or are of no drive (half a head) */
export function scaledDrive(spec: DriveSpec): DriveParameters {
  checkCounts(spec);
  const zones = scaledZones(spec);
  const cylinders = zones[zones.length - 1]!.lastCylinder + 1;
  const overhead = spec.commandOverhead;
  return {
    name: spec.name,
    heads: spec.heads,
    cylinders,
    rpm: spec.rpm,
    mapping: 0,
    capacity: spec.capacity,
    zones,
    seek: fittedSeek(spec, cylinders),
    headSwitch: spec.headSwitch,
    writeSettle: spec.writeSettle,
    overheads: {
      readMissAfterRead: overhead,
      readMissAfterWrite: overhead,
      writeMissAfterRead: overhead,
      writeMissAfterWrite: overhead,
      readHitAfterRead: overhead,
      readHitAfterWrite: overhead,
      writeHitAfterRead: overhead,
      writeHitAfterWrite: overhead,
      readCompletion: 0,
      writeCompletion: 0,
    },
    link: { timePerSector: (sectorBytes * 1e9) / spec.linkRate, readWatermark: 0 },
    buffer: spec.buffer,
  };
}

function checkCounts({ name, capacity, heads, zones, buffer, writeSettle }: DriveSpec): void {
  const counts = { sectors: capacity, heads, zones, segments: buffer.segments, 'sectors a segment': buffer.segmentSectors };
  for (const [what, count] of Object.entries(counts)) {
    const least = what.includes('segment') && buffer.segments === 0 ? 0 : 1;
    if (!(Number.isInteger(count) && count >= least)) throw new RangeError(`${name}: ${count} ${what}`);
  }
  if (zones > mostZones) throw new RangeError(`${name}: more than ${mostZones} zones`);
  if (!(writeSettle >= 0)) throw new RangeError(`${name}: writes settle in ${writeSettle} ns`);
}

function scaledZones(spec: DriveSpec): DriveZone[] {
  const { zones: count, heads } = spec;
  const step = count === 1 ? 0 : (spec.innerSectorsPerTrack - spec.outerSectorsPerTrack) / (count - 1);
  const perTrack = Array.from({ length: count }, (_, z) => Math.round(spec.outerSectorsPerTrack + z * step));
  const perCylinder = heads * perTrack.reduce((sum, sectors) => sum + sectors, 0);
  const cylinders = Math.ceil(spec.capacity / perCylinder);
  if (!(cylinders >= 1 && perTrack.every((sectors) => sectors > 0))) throw new RangeError(`${spec.name}: no room for ${count} zones`);
  const revolution = 60e9 / spec.rpm;
  return perTrack.map((sectorsPerTrack, z) => {
    const skewFor = (time: Nanoseconds): Sectors => Math.ceil(((time + spec.writeSettle) * sectorsPerTrack) / revolution);
    return {
      firstCylinder: z * cylinders,
      lastCylinder: (z + 1) * cylinders - 1,
      sectorsPerTrack,
      trackSkew: skewFor(spec.headSwitch),
      cylinderSkew: skewFor(Math.max(spec.headSwitch, spec.seekTrackToTrack)),
      firstSectorOffset: 0,
      reservedSectors: 0,
      spareSectors: 0,
      slippedSectors: [],
    };
  });
}

function fittedSeek(spec: DriveSpec, cylinders: number): SeekPoint[] {
  const full = cylinders - 1;
  // One cylinder or two: there is no curve.
  if (full <= 1) return [{ cylinders: 1, time: spec.seekTrackToTrack }];
  const { meanRoot, meanDistance } = randomSeekMoments(cylinders);
  // With a = t1 - b - c:  b (root - 1) + c (distance - 1) = t - t1, at the mean and at the full stroke.
  const [rootMean, rootFull] = [meanRoot - 1, Math.sqrt(full) - 1];
  const [distanceMean, distanceFull] = [meanDistance - 1, full - 1];
  const [timeMean, timeFull] = [spec.seekAverage - spec.seekTrackToTrack, spec.seekFullStroke - spec.seekTrackToTrack];
  const determinant = rootMean * distanceFull - rootFull * distanceMean;
  const b = (timeMean * distanceFull - timeFull * distanceMean) / determinant;
  const c = (rootMean * timeFull - rootFull * timeMean) / determinant;
  const points = curveDistances(full).map((d) => ({ cylinders: d, time: spec.seekTrackToTrack + b * (Math.sqrt(d) - 1) + c * (d - 1) }));
  const falls = points.some((point, i) => i > 0 && point.time < points[i - 1]!.time);
  if (falls || determinant === 0) throw new RangeError(`${spec.name}: no rising seek curve goes through the three times`);
  return points;
}

/** Means of sqrt(distance) and distance over seeks between two cylinders drawn evenly, those of no distance left out. */
function randomSeekMoments(cylinders: number): { meanRoot: number; meanDistance: number } {
  let roots = 0;
  let distances = 0;
  for (let d = 1; d < cylinders; d++) {
    roots += (cylinders - d) * Math.sqrt(d);
    distances += (cylinders - d) * d;
  }
  const pairs = (cylinders * (cylinders - 1)) / 2;
  return { meanRoot: roots / pairs, meanDistance: distances / pairs };
}

/** 1, 2, 3 .. 32, then steps of a twentieth, to the full stroke: between them the curve is straight enough. */
function curveDistances(full: number): number[] {
  const distances: number[] = [];
  for (let d = 1; d < full; d += Math.max(1, Math.floor(d / 20))) distances.push(d);
  distances.push(full);
  return distances;
}
