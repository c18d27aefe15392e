/**
 * Arm and spindle: how long it takes to reach and pass a run of sectors. It knows no command, no buffer and no queue.
 *
 * The spindle's angle follows from absolute time: 0 at time 0, one turn a revolution. For each piece of it that follows on one track:
 * the arm seeks (or only the head is switched; the longer of the two where both), a write settles if anything moved, the sector
 * comes round, and the piece passes under the head.
 */
import type { Nanoseconds, Sectors } from '../../../sim/units.js';
import { Geometry, TrackCursor } from './geometry.js';
import { revolutionOf, type DriveParameters } from './parameters.js';
import { seekTable } from './seek-curve.js';

/** A sector that was missed by less than this is taken as just in time: times of completions are rounded to whole nanoseconds. */
const ROUNDING: Nanoseconds = 1;

export class Mechanics {
  readonly geometry: Geometry;
  readonly revolution: Nanoseconds;
  /** Where the arm stands. */
  cylinder = 0;
  head = 0;
  /** Of the last access: nanoseconds by cause, with fractions. */
  seekTime: Nanoseconds;
  rotationTime: Nanoseconds;
  transferTime: Nanoseconds;
  /** Of the last access, by piece: when its first sector came under the head, how many follow, how long each takes. */
  pieces = 0;
  pieceBegan = new Float64Array(16);
  pieceSectors = new Float64Array(16);
  pieceSectorTime = new Float64Array(16);
  /** Of the last access: cylinders from where the arm stood to its first piece. */
  seekCylinders = 0;

  private readonly seekTimes: Float64Array;
  private readonly headSwitch: Nanoseconds;
  private readonly writeSettle: Nanoseconds;
  /** By zone. */
  private readonly sectorTimes: Float64Array;
  private readonly at = new TrackCursor();

  constructor(drive: DriveParameters) {
    this.geometry = new Geometry(drive);
    this.revolution = revolutionOf(drive);
    this.seekTimes = seekTable(drive.seek, drive.cylinders);
    this.headSwitch = drive.headSwitch;
    this.writeSettle = drive.writeSettle;
    this.sectorTimes = Float64Array.from(drive.zones, (zone) => this.revolution / zone.sectorsPerTrack);
    this.seekTime = this.rotationTime = this.transferTime = 0.5;
    this.seekTime = this.rotationTime = this.transferTime = 0;
  }

  /**
   * Reads or writes `sectors` from `block` on, starting at `start`; answers when the last one has passed.
   * The data of a write comes in from `dataFrom` on, a sector every `dataTime`: a piece begins to pass when it cannot run out on the way.
   */
  access(start: Nanoseconds, block: Sectors, sectors: Sectors, isWrite: boolean, dataFrom = start, dataTime: Nanoseconds = 0): Nanoseconds {
    const { at, geometry } = this;
    geometry.locate(block, at);
    this.seekCylinders = Math.abs(at.cylinder - this.cylinder);
    this.pieces = 0;
    let time = start;
    let seekTime = 0;
    let rotationTime = 0;
    let transferTime = 0;
    for (let left = sectors; ;) {
      const move = this.moveTime(isWrite);
      seekTime += move;
      time += move;
      const taken = left < at.run ? left : at.run;
      const sectorTime = this.sectorTimes[at.zone]!;
      const lead = dataTime > sectorTime ? (taken - 1) * (dataTime - sectorTime) : 0;
      const ready = dataTime === 0 ? dataFrom : dataFrom + (sectors - left + 1) * dataTime + lead;
      const wait = time < ready ? ready - time + this.waitAt(ready) : this.waitAt(time);
      rotationTime += wait;
      const pass = taken * sectorTime;
      transferTime += pass;
      this.notePiece(time + wait, taken, sectorTime);
      time += wait + pass;
      this.cylinder = at.cylinder;
      this.head = at.head;
      left -= taken;
      if (left === 0) break;
      geometry.locate(block + sectors - left, at);
    }
    this.seekTime = seekTime;
    this.rotationTime = rotationTime;
    this.transferTime = transferTime;
    return time;
  }

  /** How long it would take from `start` until the first sector passes under the head. Moves nothing. */
  positioningTime(start: Nanoseconds, block: Sectors, isWrite: boolean): Nanoseconds {
    this.geometry.locate(block, this.at);
    const move = this.moveTime(isWrite);
    return move + this.waitAt(start + move);
  }

  /** Sectors from `block` on that pass under the head without a gap. */
  runFrom(block: Sectors): Sectors {
    this.geometry.locate(block, this.at);
    return this.at.run;
  }

  /** The time in which one sector passes under the head, where `block` stands. */
  sectorTimeAt(block: Sectors): Nanoseconds {
    this.geometry.locate(block, this.at);
    return this.sectorTimes[this.at.zone]!;
  }

  private notePiece(began: Nanoseconds, sectors: Sectors, sectorTime: Nanoseconds): void {
    const i = this.pieces++;
    if (i === this.pieceBegan.length) this.growPieces();
    this.pieceBegan[i] = began;
    this.pieceSectors[i] = sectors;
    this.pieceSectorTime[i] = sectorTime;
  }

  private growPieces(): void {
    const wider = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.pieceBegan = wider(this.pieceBegan);
    this.pieceSectors = wider(this.pieceSectors);
    this.pieceSectorTime = wider(this.pieceSectorTime);
  }

  private moveTime(isWrite: boolean): Nanoseconds {
    const { at } = this;
    let move = this.seekTimes[Math.abs(at.cylinder - this.cylinder)]!;
    if (at.head !== this.head && move < this.headSwitch) move = this.headSwitch;
    return isWrite && move > 0 ? move + this.writeSettle : move;
  }

  private waitAt(time: Nanoseconds): Nanoseconds {
    const { at, revolution } = this;
    const turned = time - Math.floor(time / revolution) * revolution;
    const wait = at.angle * this.sectorTimes[at.zone]! - turned;
    if (wait >= 0) return wait;
    return wait > -ROUNDING ? 0 : wait + revolution;
  }
}
