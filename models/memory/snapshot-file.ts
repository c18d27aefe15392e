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
  /** Bytes a second that the host's file system writes at most, however fast the disk is. */
  readonly fileRate: number;
  /** Bytes a second at which the cache takes bytes in. */
  readonly cacheRate: number;
}

export class SnapshotFile implements IoOwner {
  /** Bytes written since the start, into the cache and on the disk. */
  written: Bytes;
  flushed: Bytes;
  private readonly io = new HostIo(this);
  private readonly room = new Gate();
  private readonly nextChunk: Timer;
  private isFlushing = false;
  private mustFlushAll = false;
  private lastStart: Nanoseconds;
  private readBack: Gate | null = null;

  constructor(
    private readonly kernel: Kernel,
    private readonly device: Device,
    private readonly settings: SnapshotFileSettings,
  ) {
    this.nextChunk = kernel.timer(() => this.submitChunk());
    this.written = this.flushed = this.lastStart = 0.5;
    this.written = this.flushed = 0;
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

  /** Reads bytes at a place of the file from the disk; nobody writes meanwhile. */
  *read(at: Bytes, bytes: Bytes): Scenario {
    const done = new Gate();
    const { io } = this;
    this.readBack = done;
    io.kind = Kind.READ;
    this.place(at, bytes);
    this.device.submit(io);
    yield done;
  }

  ioDone(io: HostIo): void {
    if (io.kind === Kind.READ) {
      const done = this.readBack!;
      this.readBack = null;
      done.open();
      return;
    }
    this.isFlushing = false;
    this.flushed += io.bytes;
    this.room.open();
    this.wakeFlusher();
  }

  private wakeFlusher(): void {
    if (this.isFlushing || this.nextChunk.pending) return;
    const dirty = this.written - this.flushed;
    if (dirty === 0) this.mustFlushAll = false;
    if (dirty === 0 || (dirty <= this.settings.backgroundLimit && !this.mustFlushAll)) return;
    const bytes = Math.min(dirty, this.settings.chunk);
    const earliest = this.lastStart + (this.io.bytes / this.settings.fileRate) * second;
    this.io.bytes = bytes;
    this.isFlushing = true;
    this.nextChunk.start(Math.max(0, Math.ceil(earliest - this.kernel.now)));
  }

  private submitChunk(): void {
    this.lastStart = this.kernel.now;
    this.io.kind = Kind.WRITE;
    this.place(this.flushed, this.io.bytes);
    this.device.submit(this.io);
  }

  private place(at: Bytes, bytes: Bytes): void {
    const { firstSector, sectors } = this.settings;
    const { io } = this;
    io.bytes = bytes;
    io.sectors = Math.ceil(bytes / sectorBytes);
    io.sector = firstSector + (Math.floor(at / sectorBytes) % (sectors - io.sectors));
  }
}
