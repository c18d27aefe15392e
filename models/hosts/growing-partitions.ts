/**
 * Raw partitions, one a file, and behind them room that files share: what is added later, as by a snapshot, and what outgrows its partition
 * takes an extent at a time from it, in the order of first use. The shared room begins when it is first needed, behind what the last
 * partition's file takes up then; a file that is removed leaves its extents to the file that takes its number. It knows no format.
 */
import type { Kernel } from '../../sim/kernel.js';
import { InputError } from '../../sim/errors.js';
import { formatBytes, MiB, sectorBytes, type Bytes, type Sectors } from '../../sim/units.js';
import { HostIo, type Device, type Host, type IoOwner } from '../io/host-io.js';
import { Kind } from '../io/plan.js';
import { RawPartitions } from './raw-partition.js';

/** What a file takes at a time from the shared room. An assumption: larger ones would be wasted by sparse files, smaller ones scatter. */
const extentSectors: Sectors = MiB / sectorBytes;
/** In a file's list of extents. */
const none = -1;

/** Where a file lies; the last file's place ends where its file does once others need room. */
export interface GrowingPartition {
  readonly device: Device;
  readonly firstSector: Sectors;
  sectors: Sectors;
}

/** An I/O that is carried out in pieces. */
interface Whole {
  readonly io: HostIo;
  pieces: number;
  seekCylinders: number;
}

export class GrowingPartitions implements Host, IoOwner {
  private readonly fixed: RawPartitions;
  /** Extents by file, by place in the file. */
  private readonly extents: Int32Array[] = [];
  private firstExtent: Sectors = none;
  private extentsTaken = 0;
  private readonly wholes: (Whole | undefined)[] = [];

  /**
   * @param partitions by FileId
   * @param device where added files lie
   * @param last the partition of `device` behind which room is shared
   * @param bytesOfLast size of its file now
   */
  constructor(
    kernel: Kernel,
    private readonly partitions: readonly GrowingPartition[],
    private readonly device: Device,
    private readonly last: GrowingPartition,
    private readonly bytesOfLast: () => Bytes,
  ) {
    this.fixed = new RawPartitions(kernel, partitions);
  }

  submit(io: HostIo): void {
    const partition = this.partitions[io.file];
    const isTransfer = io.kind === Kind.READ || io.kind === Kind.WRITE;
    if (partition !== undefined && (!isTransfer || Math.ceil((io.offset + io.bytes) / sectorBytes) <= partition.sectors)) {
      this.fixed.submit(io);
    } else if (isTransfer && (partition === undefined || partition.device === this.device)) this.submitInPieces(io);
    else if (io.kind === Kind.FLUSH) {
      io.sector = io.sectors = 0;
      this.device.submit(io);
    } else this.fixed.submit(io);
  }

  ioDone(piece: HostIo): void {
    const whole = this.wholes[piece.request]!;
    whole.pieces -= 1;
    whole.seekCylinders += piece.seekCylinders;
    if (whole.pieces > 0) return;
    this.wholes[piece.request] = undefined;
    // All began together, so the parts of the one that ends last are those of the whole.
    whole.io.spent.set(piece.spent);
    whole.io.seekCylinders = whole.seekCylinders;
    whole.io.owner.ioDone(whole.io);
  }

  private submitInPieces(io: HostIo): void {
    const first = Math.floor(io.offset / sectorBytes);
    const end = Math.ceil((io.offset + io.bytes) / sectorBytes);
    const run = this.runAt(io.file, first, end);
    if (first + run === end) {
      io.sector = this.sectorOf(io.file, first);
      io.sectors = run;
      this.device.submit(io);
      return;
    }
    const free = this.wholes.indexOf(undefined);
    const place = free === -1 ? this.wholes.length : free;
    const pieces: HostIo[] = [];
    for (let at = first; at < end;) {
      const piece = new HostIo(this);
      piece.kind = io.kind;
      piece.mode = io.mode;
      piece.purpose = io.purpose;
      piece.request = place;
      piece.sector = this.sectorOf(io.file, at);
      piece.sectors = this.runAt(io.file, at, end);
      at += piece.sectors;
      pieces.push(piece);
    }
    this.wholes[place] = { io, pieces: pieces.length, seekCylinders: 0 };
    for (const piece of pieces) this.device.submit(piece);
    io.submitted = pieces[0]!.submitted;
  }

  /** Sector of the device on which a sector of a file lies. */
  private sectorOf(file: number, sector: Sectors): Sectors {
    const partition = this.partitions[file];
    if (partition !== undefined && sector < partition.sectors) return partition.firstSector + sector;
    if (this.firstExtent === none) this.openSharedRoom();
    return this.firstExtent + this.extentOf(file, Math.floor(sector / extentSectors)) * extentSectors + (sector % extentSectors);
  }

  /** How far from a sector of a file on, before `end`, it lies in one piece. */
  private runAt(file: number, sector: Sectors, end: Sectors): Sectors {
    const start = this.sectorOf(file, sector);
    const ownEnd = this.partitions[file]?.sectors ?? 0;
    let at = sector < ownEnd ? ownEnd : (Math.floor(sector / extentSectors) + 1) * extentSectors;
    while (at < end && this.sectorOf(file, at) === start + at - sector) at = (Math.floor(at / extentSectors) + 1) * extentSectors;
    return Math.min(at, end) - sector;
  }

  private extentOf(file: number, index: number): number {
    while (this.extents.length <= file) this.extents.push(new Int32Array(16).fill(none));
    let list = this.extents[file]!;
    if (index >= list.length) {
      const longer = new Int32Array(2 * index).fill(none);
      longer.set(list);
      this.extents[file] = list = longer;
    }
    if (list[index] === none) list[index] = this.takeExtent();
    return list[index]!;
  }

  private takeExtent(): number {
    const end = this.firstExtent + (this.extentsTaken + 1) * extentSectors;
    if (end > this.device.capacity) throw this.full();
    return this.extentsTaken++;
  }

  private openSharedRoom(): void {
    const { last } = this;
    const taken = Math.ceil(this.bytesOfLast() / MiB) * (MiB / sectorBytes);
    last.sectors = Math.min(last.sectors, taken);
    this.firstExtent = last.firstSector + last.sectors;
  }

  private full(): InputError {
    return new InputError(
      `a drive of ${formatBytes(this.device.capacity * sectorBytes)}`,
      `an image whose files have grown past its end, with ${this.extentsTaken} extents of ${formatBytes(extentSectors * sectorBytes)} in use`,
      'an image that stays within the drive: a smaller virtual disk, fewer writes or fewer snapshots',
    );
  }
}
