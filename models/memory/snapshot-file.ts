/**
 * A snapshot's file on the host, written front to back, through the host's page cache or past it. A writer into the cache goes on as soon as
 * that has its bytes, and waits where too many are not on the disk yet; a flusher brings them there in chunks, in the background unless
 * somebody waits for it. It knows no page of a guest.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import { Gate, type Scenario } from '../../sim/process.js';
import { second, sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../sim/units.js';
import { HostIo, type Device, type IoOwner } from '../io/host-io.js';
import { Kind, Mode } from '../io/plan.js';
import type { ServiceTimeline } from '../io/service-timeline.js';

export interface SnapshotFileSettings {
  readonly firstSector: Sectors;
  /** Room on the disk; behind its end the file goes on at its begin. */
  readonly sectors: Sectors;
  /** Bytes in the cache that are not on the disk, at which a writer waits. */
  readonly dirtyLimit: Bytes;
  /** Those from which the flusher works. */
  readonly backgroundLimit: Bytes;
  /** What the flusher hands to the disk at once. */
  readonly chunk: Bytes;
  /** Chunks that it has under way at most. */
  readonly depth: number;
  /** Bytes a second that the host's file system writes at most, however fast the disk is. */
  readonly fileRate: number;
  /** Bytes a second at which the cache takes bytes in. */
  readonly cacheRate: number;
}

export class SnapshotFile implements IoOwner {
  /** Bytes written since the start, into the cache and on the disk. */
  written: Bytes;
  flushed: Bytes;
  /** Told of each I/O in service. */
  timeline: ServiceTimeline | null = null;
  private readonly reader = new HostIo(this);
  private readonly direct = new HostIo(this);
  private readonly directDone = new Gate();
  private readonly idle: HostIo[] = [];
  private readonly room = new Gate();
  private readonly nextChunk: Timer;
  /** Bytes that the flusher has handed to the disk, done or not. */
  private handed: Bytes;
  private lastBytes: Bytes = 0;
  private mustFlushAll = false;
  /** How many wait until everything is on the disk. */
  private waiters = 0;
  private lastStart: Nanoseconds;
  private readBack: Gate | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly device: Device,
    private readonly settings: SnapshotFileSettings,
  ) {
    this.nextChunk = kernel.timer(() => this.submitChunk());
    this.written = this.flushed = this.handed = this.lastStart = 0.5;
    this.written = this.flushed = this.handed = 0;
    for (let i = 0; i < settings.depth; i++) this.idle.push(new HostIo(this));
    this.lastStart = -second;
  }

  /** Goes on when the cache has all bytes. */
  *write(bytes: Bytes): Scenario {
    const { dirtyLimit, cacheRate, chunk } = this.settings;
    for (let rest = bytes; rest > 0;) {
      const piece = Math.min(rest, chunk);
      while (this.written - this.flushed + piece > dirtyLimit) {
        this.wakeFlusher();
        yield this.room;
      }
      yield Math.ceil((piece / cacheRate) * second);
      this.written += piece;
      rest -= piece;
      this.wakeFlusher();
    }
  }

  /** Takes bytes in without waiting, however many are not on the disk: a log of what the disk itself has taken. */
  append(bytes: Bytes): void {
    this.written += bytes;
    this.wakeFlusher();
  }

  /** Has the rest brought to the disk too; does not wait for it. */
  close(): void {
    this.mustFlushAll = true;
    this.wakeFlusher();
  }

  /** Waits until everything that is written now is on the disk, and the file system is through with the last of it. */
  *sync(): Scenario {
    this.waiters += 1;
    this.close();
    const end = this.written;
    while (this.flushed < end) yield this.room;
    this.waiters -= 1;
    const rest = this.fileSystemFree - this.kernel.now;
    if (rest > 0) yield rest;
  }

  /** Writes bytes past the cache in pieces, each of which is on the disk before the next one is handed to it; what the cache has goes first. */
  *writeDirectly(bytes: Bytes, pieceBytes: Bytes): Scenario {
    if (this.flushed < this.written) yield* this.sync();
    for (let rest = bytes; rest > 0;) {
      const piece = Math.min(rest, pieceBytes);
      const at = this.written;
      this.written = this.handed = at + piece;
      this.direct.mode = Mode.BLOCKING;
      this.submit(this.direct, Kind.WRITE, at, piece);
      yield this.directDone;
      rest -= piece;
    }
  }

  /** Reads bytes at a place of the file from the disk, past the cache; one reader at a time. */
  *read(at: Bytes, bytes: Bytes): Scenario {
    if (this.readBack !== null) throw new Error('a snapshot file is read by two at once');
    const done = new Gate();
    this.readBack = done;
    this.submit(this.reader, Kind.READ, at, bytes);
    yield done;
  }

  ioDone(io: HostIo): void {
    this.timeline?.done(io, this.kernel.now);
    if (io.kind === Kind.READ) {
      const done = this.readBack!;
      this.readBack = null;
      done.open();
      return;
    }
    this.flushed += io.bytes;
    if (io === this.direct) {
      this.directDone.open();
      return;
    }
    this.idle.push(io);
    this.room.open();
    this.wakeFlusher();
  }

  private wakeFlusher(): void {
    if (this.idle.length === 0 || this.nextChunk.pending) return;
    const dirty = this.written - this.handed;
    if (dirty === 0) this.mustFlushAll = false;
    if (dirty === 0 || (this.written - this.flushed <= this.settings.backgroundLimit && !this.mustFlushAll && this.waiters === 0)) return;
    this.nextChunk.start(Math.max(0, this.fileSystemFree - this.kernel.now));
  }

  /** When the file system has done its part of the last chunk. */
  private get fileSystemFree(): Nanoseconds {
    return this.lastStart + Math.ceil((this.lastBytes / this.settings.fileRate) * second);
  }

  private submitChunk(): void {
    this.lastStart = this.kernel.now;
    this.lastBytes = Math.min(this.written - this.handed, this.settings.chunk);
    const at = this.handed;
    this.handed += this.lastBytes;
    const io = this.idle.pop()!;
    io.mode = this.waiters > 0 ? Mode.ASYNC : Mode.BACKGROUND;
    this.submit(io, Kind.WRITE, at, this.lastBytes);
    this.wakeFlusher();
  }

  private submit(io: HostIo, kind: Kind, at: Bytes, bytes: Bytes): void {
    const { firstSector, sectors } = this.settings;
    io.kind = kind;
    io.bytes = bytes;
    io.sectors = Math.ceil(bytes / sectorBytes);
    io.sector = firstSector + (Math.floor(at / sectorBytes) % (sectors - io.sectors));
    this.device.submit(io);
  }
}
