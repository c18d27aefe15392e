/**
 * A mechanical drive that carries out one command at a time: when it ends, and where the time went. It knows no queue and no kernel.
 *
 * What the drive does of its own accord between commands (reading ahead, writing out its buffer) is not scheduled: each command
 * first catches up with it. So commands come in the order of time, each not before the end of the one before it.
 *
 * Order of the arm: a running piece of write-out is finished; then comes the command; write-out goes on when no command needs the
 * arm, in ascending blocks with wrap-around; reading ahead goes on while there is nothing to write out.
 */
import type { Nanoseconds, Sectors } from '../../../sim/units.js';
import { Mechanics } from './mechanics.js';
import { Command, OverheadTable, Served } from './overheads.js';
import { sentAfterRead } from './link.js';
import type { DriveBuffer, DriveLink, DriveParameters } from './parameters.js';
import { ReadAhead } from './read-ahead.js';
import { NO_SEGMENT, ReadBuffer } from './read-buffer.js';
import { WriteCache } from './write-cache.js';
import { expectConserved, expectWithin } from '../../io/conservation.js';

export class Drive {
  readonly mechanics: Mechanics;
  /** Of the last command, nanoseconds with fractions: waiting for the drive's own work, then the controller, the arm, the spindle, media and link. */
  waitTime: Nanoseconds;
  overheadTime: Nanoseconds;
  seekTime: Nanoseconds;
  rotationTime: Nanoseconds;
  transferTime: Nanoseconds;
  /** Of the last command: cylinders that the arm moved; 0 where the buffer served it. */
  seekCylinders = 0;
  /** Accesses of the arm for commands and out of the write cache, and the cylinders that it moved to their begins. Reading ahead is none. */
  private accesses = 0;
  private cylindersMoved = 0.5 - 0.5;
  /** Commands that the buffer served, and those that moved the arm. */
  readHits = 0;
  readMisses = 0;
  /** Time that the arm wrote out the buffer while no command was in service. */
  backgroundTime: Nanoseconds;
  readonly name: string;

  private readonly buffer: DriveBuffer;
  private readonly link: DriveLink;
  private readonly overheads: OverheadTable;
  private readonly segments: ReadBuffer;
  private readonly ahead: ReadAhead;
  private readonly dirty = new WriteCache();
  private aheadSegment = NO_SEGMENT;
  private previous: Command = Command.READ;
  /** When the last command ended; Infinity while one is in service, where there is a write cache. */
  private idleFrom: Nanoseconds;
  /** The write-out that runs or ran last: sectors that still occupy the buffer, from when, until when. */
  private writingSectors = 0;
  private writingFrom: Nanoseconds;
  private armFree: Nanoseconds;
  /** Sectors that went to the media, and those that a later write replaced in the buffer. */
  private sectorsToMedia: Sectors;
  private sectorsReplaced: Sectors;

  constructor(parameters: DriveParameters) {
    this.name = parameters.name;
    this.mechanics = new Mechanics(parameters);
    this.buffer = parameters.buffer;
    this.link = parameters.link;
    this.overheads = new OverheadTable(parameters.overheads);
    this.segments = new ReadBuffer(parameters.buffer.segments, parameters.buffer.segmentSectors);
    this.ahead = new ReadAhead(this.mechanics);
    this.waitTime = this.overheadTime = this.seekTime = this.rotationTime = this.transferTime = 0.5;
    this.backgroundTime = this.idleFrom = this.writingFrom = this.armFree = 0.5;
    this.waitTime = this.overheadTime = this.seekTime = this.rotationTime = this.transferTime = 0;
    this.backgroundTime = this.idleFrom = this.writingFrom = this.armFree = 0;
    this.sectorsToMedia = this.sectorsReplaced = 0.5;
    this.sectorsToMedia = this.sectorsReplaced = 0;
  }

  /** Whether writes are answered from the buffer, so that a flush has something to wait for. */
  get hasWriteCache(): boolean {
    return this.buffer.writeCache;
  }

  /** Mean distance over all accesses of the arm, in cylinders; null where there was none. */
  get meanSeekCylinders(): number | null {
    return this.accesses === 0 ? null : this.cylindersMoved / this.accesses;
  }

  /** The last command ended at this whole nanosecond: from here on the drive's own work counts as such. */
  endAt(time: Nanoseconds): void {
    this.idleFrom = time;
  }

  /** Sectors in the buffer that are not on the media at `time`. */
  dirtySectors(time: Nanoseconds): Sectors {
    this.catchUp(time);
    return this.dirty.sectors + (this.armFree > time ? this.writingSectors : 0);
  }

  /** Time spent on write-out while no command was in service, until `time`, where none is in service. */
  backgroundUntil(time: Nanoseconds): Nanoseconds {
    this.catchUp(time);
    return this.backgroundTime + this.backgroundPiece(time);
  }

  /**
   * @param written sectors of all writes that it was given, or more where `isAtMost`
   * @throws Error where they are neither on the media, nor in the buffer, nor replaced there
   */
  checkConservation(written: Sectors, isAtMost: boolean): void {
    const found = this.sectorsToMedia + this.dirty.sectors + this.sectorsReplaced;
    const what = `sectors written to ${this.name} and those on the media or in its buffer`;
    if (isAtMost) expectWithin(what, found, written);
    else expectConserved(what, written, found);
  }

  /** Reads; answers when the last sector has reached the host. */
  read(start: Nanoseconds, block: Sectors, sectors: Sectors): Nanoseconds {
    this.beginCommand(start);
    const end = this.isInBuffer(start, block, sectors)
      ? this.readBuffer(start, sectors)
      : this.canFollowAhead(start, block)
        ? this.readFollowing(start, block, sectors)
        : this.readMedia(start, block, sectors);
    return this.endCommand(Command.READ, end);
  }

  /** Writes; answers when the data is on the media, or in the buffer where the write cache is on. */
  write(start: Nanoseconds, block: Sectors, sectors: Sectors): Nanoseconds {
    this.beginCommand(start);
    if (this.segments.segments > 0) {
      this.invalidate(start, block, sectors);
      if (this.buffer.writesTakeSegments) this.keepWritten(block, sectors);
    }
    const isCached = this.buffer.writeCache && sectors <= this.buffer.writeCacheSectors;
    const end = isCached ? this.writeBuffer(start, block, sectors) : this.writeMedia(start, block, sectors);
    return this.endCommand(Command.WRITE, end);
  }

  /** Writes the buffer out; answers when nothing is left in it. */
  flush(start: Nanoseconds): Nanoseconds {
    this.beginCommand(start);
    this.writeOutAll();
    const end = Math.max(start, this.armFree);
    this.waitTime = end - start;
    this.idleFrom = end;
    return end;
  }

  /** How long a command that started now would take until data flows: what a drive with several commands compares. Nothing is served by it. */
  positioningTime(start: Nanoseconds, command: Command, block: Sectors, sectors: Sectors): Nanoseconds {
    if (command === Command.WRITE && this.buffer.writeCache && this.hasRoomFor(sectors)) return 0;
    if (command === Command.READ && (this.dirty.covers(block, block + sectors) || this.isInSegment(start, block, sectors))) return 0;
    const served = this.overheads.start(command, Served.BY_MEDIA, this.previous);
    return this.mechanics.positioningTime(Math.max(start + served, this.armFree), block, command === Command.WRITE);
  }

  /** Whether the buffer takes a write at once, as far as it was written out when the last command began. */
  private hasRoomFor(sectors: Sectors): boolean {
    return this.dirty.sectors + this.writingSectors + sectors <= this.buffer.writeCacheSectors;
  }

  private readBuffer(start: Nanoseconds, sectors: Sectors): Nanoseconds {
    this.readHits += 1;
    this.overheadTime = this.overheads.start(Command.READ, Served.BY_BUFFER, this.previous);
    this.transferTime = sectors * this.link.timePerSector;
    return start + this.overheadTime + this.transferTime;
  }

  /** The head is on its way over these sectors: they are sent as they come. */
  private readFollowing(start: Nanoseconds, block: Sectors, sectors: Sectors): Nanoseconds {
    this.readHits += 1;
    const { ahead, link } = this;
    this.overheadTime = this.overheads.start(Command.READ, Served.BY_BUFFER, this.previous);
    ahead.extend(this.aheadLimit(block + sectors), start);
    const sent = start + this.overheadTime + sectors * link.timePerSector;
    const end = Math.max(sent, ahead.timeOf(block + sectors) + link.timePerSector);
    this.segments.touch(this.aheadSegment);
    const rest = end - start - this.overheadTime;
    this.transferTime = Math.min(rest, sectors * Math.max(link.timePerSector, this.mechanics.sectorTimeAt(block)));
    this.rotationTime = rest - this.transferTime;
    return end;
  }

  private readMedia(start: Nanoseconds, block: Sectors, sectors: Sectors): Nanoseconds {
    this.readMisses += 1;
    this.stopAhead(start);
    const { buffer, link, mechanics } = this;
    const passed = this.useArm(start, Command.READ, block, sectors);
    const end = link.timePerSector === 0 ? passed : sentAfterRead(mechanics, link, sectors);
    this.transferTime += end - passed;
    if (buffer.segments > 0) {
      this.aheadSegment = this.segments.replace(block, block + sectors);
      if (buffer.readAhead && this.dirty.sectors === 0) {
        this.ahead.begin(passed, block + sectors, this.aheadLimit(block + sectors));
      }
    }
    return end;
  }

  private writeMedia(start: Nanoseconds, block: Sectors, sectors: Sectors): Nanoseconds {
    this.stopAhead(start);
    if (this.dirty.sectors > 0) this.writeOutAll();
    this.sectorsToMedia += sectors;
    return this.useArm(start, Command.WRITE, block, sectors);
  }

  private writeBuffer(start: Nanoseconds, block: Sectors, sectors: Sectors): Nanoseconds {
    const { buffer, dirty } = this;
    this.overheadTime = this.overheads.start(Command.WRITE, Served.BY_BUFFER, this.previous);
    let begin = start;
    let added = sectors - dirty.overlap(block, block + sectors);
    while (dirty.sectors + added + (this.armFree > begin ? this.writingSectors : 0) > buffer.writeCacheSectors) {
      if (this.armFree > begin) begin = this.armFree;
      else this.writeOutPiece();
      // What it writes anew may have left with the piece.
      added = sectors - dirty.overlap(block, block + sectors);
    }
    this.waitTime = begin - start;
    this.transferTime = sectors * this.link.timePerSector;
    const end = begin + this.overheadTime + this.transferTime;
    this.catchUp(end);
    if (dirty.sectors === 0 && this.armFree < end) this.armFree = end;
    this.sectorsReplaced += dirty.overlap(block, block + sectors);
    dirty.add(block, block + sectors);
    return end;
  }

  /** The arm serves a command: after the controller's time, and after the write-out that runs. */
  private useArm(start: Nanoseconds, command: Command, block: Sectors, sectors: Sectors): Nanoseconds {
    const { mechanics } = this;
    this.overheadTime = this.overheads.start(command, Served.BY_MEDIA, this.previous);
    const commanded = start + this.overheadTime;
    const begin = Math.max(commanded, this.armFree);
    this.waitTime = begin - commanded;
    const isWrite = command === Command.WRITE;
    const end = mechanics.access(begin, block, sectors, isWrite, commanded, isWrite ? this.link.timePerSector : 0);
    this.seekTime = mechanics.seekTime;
    this.rotationTime = mechanics.rotationTime;
    this.transferTime = mechanics.transferTime;
    this.seekCylinders = mechanics.seekCylinders;
    this.noteAccess();
    this.armFree = end;
    this.writingSectors = 0;
    return end;
  }

  private noteAccess(): void {
    this.accesses += 1;
    this.cylindersMoved += this.mechanics.seekCylinders;
  }

  private beginCommand(start: Nanoseconds): void {
    if (this.buffer.writeCache) {
      this.catchUp(start);
      this.backgroundTime += this.backgroundPiece(start);
      this.idleFrom = Infinity;
    }
    this.waitTime = this.overheadTime = this.seekTime = this.rotationTime = this.transferTime = 0;
    this.seekCylinders = 0;
  }

  private endCommand(command: Command, end: Nanoseconds): Nanoseconds {
    const completion = this.overheads.completion(command);
    this.overheadTime += completion;
    this.previous = command;
    this.idleFrom = end + completion;
    return this.idleFrom;
  }

  /** Starts the pieces of write-out that begin before `time`. */
  private catchUp(time: Nanoseconds): void {
    while (this.dirty.sectors > 0 && this.armFree < time) this.writeOutPiece();
  }

  private writeOutAll(): void {
    while (this.dirty.sectors > 0) this.writeOutPiece();
  }

  private writeOutPiece(): void {
    const { dirty } = this;
    if (this.ahead.isActive) this.stopAhead(this.armFree);
    this.backgroundTime += this.backgroundPiece(this.armFree);
    dirty.take(dirty.takenEnd, this.buffer.destageSectors);
    this.writingSectors = dirty.takenEnd - dirty.takenStart;
    this.sectorsToMedia += this.writingSectors;
    this.writingFrom = this.armFree;
    this.armFree = this.mechanics.access(this.armFree, dirty.takenStart, this.writingSectors, true);
    this.noteAccess();
  }

  /** How long the last piece of write-out ran, until `time`, while no command was in service. */
  private backgroundPiece(time: Nanoseconds): Nanoseconds {
    return Math.max(0, Math.min(this.armFree, time) - Math.max(this.writingFrom, this.idleFrom));
  }

  private isInBuffer(time: Nanoseconds, block: Sectors, sectors: Sectors): boolean {
    if (this.buffer.writeCache && this.dirty.covers(block, block + sectors)) return true;
    if (!this.isInSegment(time, block, sectors)) return false;
    const segment = this.segments.find(block);
    this.segments.touch(segment);
    if (this.ahead.isActive && segment === this.aheadSegment) this.ahead.extend(this.aheadLimit(block + sectors), time);
    return true;
  }

  private isInSegment(time: Nanoseconds, block: Sectors, sectors: Sectors): boolean {
    if (this.segments.segments === 0) return false;
    if (this.ahead.isActive) this.segments.grow(this.aheadSegment, this.ahead.reached(time));
    const segment = this.segments.find(block);
    return segment !== NO_SEGMENT && block + sectors <= this.segments.endOf(segment);
  }

  private canFollowAhead(time: Nanoseconds, block: Sectors): boolean {
    if (!this.ahead.isActive || block >= this.mechanics.geometry.capacity) return false;
    return this.segments.find(block) === this.aheadSegment && block <= this.ahead.reached(time);
  }

  /** How far reading ahead goes after a request that ends there. */
  private aheadLimit(end: Sectors): Sectors {
    const { readAheadSectors, readAheadWithin: within = 'drive' } = this.buffer;
    const most = end + readAheadSectors;
    return within === 'drive' ? most : Math.min(most, this.mechanics.geometry.endOf(within, end - 1));
  }

  private stopAhead(time: Nanoseconds): void {
    if (!this.ahead.isActive) return;
    this.segments.grow(this.aheadSegment, this.ahead.reached(time));
    this.ahead.stop();
  }

  /** Written data takes a segment and can be read from it; a write that continues one stays in it. */
  private keepWritten(block: Sectors, sectors: Sectors): void {
    const before = this.segments.find(block);
    if (before !== NO_SEGMENT && !(this.ahead.isActive && before === this.aheadSegment)) {
      this.segments.grow(before, block + sectors);
      this.segments.touch(before);
    } else if (this.segments.replace(block, block + sectors) === this.aheadSegment) {
      this.ahead.stop();
    }
  }

  private invalidate(time: Nanoseconds, block: Sectors, sectors: Sectors): void {
    if (this.ahead.isActive) {
      this.segments.grow(this.aheadSegment, this.ahead.reached(time));
      if (block < this.ahead.limit && block + sectors > this.segments.endOf(this.aheadSegment) - this.segments.segmentSectors)
        this.stopAhead(time);
    }
    this.segments.invalidate(block, block + sectors);
  }
}
