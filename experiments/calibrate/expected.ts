/**
 * What a disk is expected to take, without a simulation: seek by distance, half a turn in the mean, the medium's rate with its track switches, the
 * controller's time. It knows no measurement of its own.
 */
import { Geometry, TrackCursor } from '../../models/devices/hdd/geometry.js';
import { revolutionOf, type DriveParameters } from '../../models/devices/hdd/parameters.js';
import { seekTable } from '../../models/devices/hdd/seek-curve.js';
import type { Nanoseconds } from '../../sim/units.js';
import type { Accesses, Hits, Observation, Stream } from './observations.js';

/** Places at which the rate of a run is looked at. */
const samplesOfRun = 64;

export class DiskExpectation {
  private readonly geometry: Geometry;
  private readonly seekTimes: Float64Array;
  private readonly revolution: Nanoseconds;
  private readonly from = new TrackCursor();
  private readonly to = new TrackCursor();

  constructor(private readonly drive: DriveParameters) {
    this.geometry = new Geometry(drive);
    this.seekTimes = seekTable(drive.seek, drive.cylinders);
    this.revolution = revolutionOf(drive);
  }

  /** Whether the drive has all sectors that were measured. */
  holds({ what }: Observation): boolean {
    if (what.kind === 'stream') return what.start + what.sectors <= this.drive.capacity;
    const accesses = what.kind === 'spread' ? what.of : what;
    if (accesses.kind === 'hit') return true;
    return accesses.to.every((sector, i) => sector + accesses.sectors[i]! <= this.drive.capacity);
  }

  /** The mean time of a request; of a spread, the standard deviation. */
  of({ what }: Observation): Nanoseconds {
    switch (what.kind) {
      case 'access':
        return meanOf(this.accessTimes(what)) + this.revolution / 2;
      case 'spread': {
        const times = this.accessTimes(what.of);
        const centre = meanOf(times);
        const variance = meanOf(times.map((time) => (time - centre) ** 2));
        return Math.sqrt(variance + this.revolution ** 2 / 12);
      }
      case 'stream':
        return this.streamTime(what);
      case 'hit':
        return this.hitTime(what);
    }
  }

  /** Without the rotation. */
  private accessTimes({ from, to, sectors, isWrite }: Accesses): number[] {
    const { overheads, headSwitch, writeSettle, link } = this.drive;
    const overhead = isWrite
      ? overheads.writeMissAfterWrite + overheads.writeCompletion
      : overheads.readMissAfterRead + overheads.readCompletion;
    return to.map((sector, i) => {
      this.geometry.locate(Math.min(from[i]!, this.drive.capacity - 1), this.from);
      this.geometry.locate(sector, this.to);
      const seek = this.seekTimes[Math.abs(this.to.cylinder - this.from.cylinder)]!;
      const move = this.to.head === this.from.head ? seek : Math.max(seek, headSwitch);
      const settle = isWrite && move > 0 ? writeSettle : 0;
      return overhead + move + settle + sectors[i]! * this.sectorTime(this.to) + (isWrite ? 0 : link.timePerSector);
    });
  }

  private streamTime({ start, sectors, requestSectors }: Stream): Nanoseconds {
    let time = 0;
    for (let i = 0; i < samplesOfRun; i++) {
      this.geometry.locate(start + Math.floor(((i + 0.5) / samplesOfRun) * sectors), this.to);
      time += this.sectorTime(this.to) / samplesOfRun;
    }
    // Whichever is slower sets the pace: the medium, or command after command out of the buffer.
    return Math.max(requestSectors * time, this.hitTime({ kind: 'hit', sectors: requestSectors }));
  }

  private hitTime({ sectors }: Hits): Nanoseconds {
    const { overheads, link } = this.drive;
    return overheads.readHitAfterRead + overheads.readCompletion + sectors * link.timePerSector;
  }

  /** Of the medium where the cursor stands, with its share of the skew at the end of a track. */
  private sectorTime({ zone, sectorsPerTrack }: TrackCursor): Nanoseconds {
    const { heads, zones } = this.drive;
    const { trackSkew, cylinderSkew } = zones[zone]!;
    const skew = ((heads - 1) * trackSkew + cylinderSkew) / heads;
    return (this.revolution * (1 + skew / sectorsPerTrack)) / sectorsPerTrack;
  }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
