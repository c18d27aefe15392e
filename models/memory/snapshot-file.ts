/**
 * A snapshot's file on the host, written front to back through the host's page cache. A writer goes on as soon as the cache has its bytes,
 * and waits where too many are not on the disk yet; a flusher brings them there in chunks. It knows no page of a guest.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import { Gate, type Scenario } from '../../sim/process.js';
import { second, sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../sim/units.js';
import { HostIo, type Device, type IoOwner } from '../io/host-io.js';
import { Kind } from '../io/plan.js';

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
  private readonly reader = new HostIo(this);
  private readonly idle: HostIo[] = [];
  private readonly room = new Gate();
  private readonly nextChunk: Timer;
  /** Bytes that the flusher has handed to the disk, done or not. */
  private handed: Bytes;
  private lastBytes: Bytes = 0;
  private mustFlushAll = false;
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

  /** Has the rest brought to the disk too; does not wait for it. */
  close(): void {
    this.mustFlushAll = true;
    this.wakeFlusher();
  }

  /** Waits until everything is on the disk. */
  *sync(): Scenario {
    this.close();
    while (this.flushed < this.written) yield this.room;
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
    if (io.kind === Kind.READ) {
      const done = this.readBack!;
      this.readBack = null;
      done.open();
      return;
    }
    this.idle.push(io);
    this.flushed += io.bytes;
    this.room.open();
    this.wakeFlusher();
  }

  private wakeFlusher(): void {
    if (this.idle.length === 0 || this.nextChunk.pending) return;
    const dirty = this.written - this.handed;
    if (dirty === 0) this.mustFlushAll = false;
    if (dirty === 0 || (this.written - this.flushed <= this.settings.backgroundLimit && !this.mustFlushAll)) return;
    const earliest = this.lastStart + (this.lastBytes / this.settings.fileRate) * second;
    this.nextChunk.start(Math.max(0, Math.ceil(earliest - this.kernel.now)));
  }

  private submitChunk(): void {
    this.lastStart = this.kernel.now;
    this.lastBytes = Math.min(this.written - this.handed, this.settings.chunk);
    const at = this.handed;
    this.handed += this.lastBytes;
    this.submit(this.idle.pop()!, Kind.WRITE, at, this.lastBytes);
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
