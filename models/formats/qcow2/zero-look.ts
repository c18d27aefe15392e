/**
 * Whether parts of a disk are zeros, as QEMU 7.2 asks before it completes new clusters or remembers zeros instead of writing them: at a
 * quick look by the tables alone, or as well as the chain can tell. It changes nothing, and knows no requests.
 */
import type { Bytes } from '../../../sim/units.js';
import type { ImageFormat } from '../../io/image-format.js';
import { Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { bytesInBacking } from '../backing.js';
import { ownFiles } from './base-image.js';
import type { CachedMapping } from './cached-mapping.js';
import type { CachedRefcounts } from './cached-refcounts.js';
import type { Geometry } from './geometry.js';

/** The most of a raw image that is looked at in one piece: a page of the host's cache. */
const pageBytes: Bytes = 4096;

/** An image below that can say where it holds zeros. */
interface KnowsZeros {
  isZero(plan: Plan, offset: Bytes, bytes: Bytes): boolean;
  isAllZeros(plan: Plan, offset: Bytes, bytes: Bytes): boolean;
}

export class ZeroLook {
  /** Whether this session has looked if the file holds more than its clusters in use, as it does once, before it trusts a hole. */
  private hasCountedClusters = false;
  /** Data of a raw image below that was found last: a hole is not looked for in it again. */
  private dataStart: Bytes = 0;
  private dataEnd: Bytes = 0;

  /**
   * @param below the backing image again, if it can say where it holds zeros
   * @param holdsZeros whether a range of the backing image holds only zeros, where that is known
   */
  constructor(
    private readonly geometry: Geometry,
    private readonly refcounts: CachedRefcounts,
    private readonly mapping: CachedMapping,
    private readonly backing: ImageFormat | null,
    private readonly below: KnowsZeros | null,
    private readonly holdsZeros: (offset: Bytes, bytes: Bytes) => boolean,
  ) {}

  /** The image is opened anew. */
  forget(): void {
    this.hasCountedClusters = false;
    this.dataStart = this.dataEnd = 0;
  }

  /** Whether a range holds zeros that the tables of the chain tell of in one piece: a quick look, false where in doubt. */
  isZero(plan: Plan, offset: Bytes, bytes: Bytes): boolean {
    if (bytes === 0) return true;
    if (offset >= this.geometry.diskBytes) return false;
    this.find(plan, offset, bytes);
    const { runOffset, runBytes, runIsZeros } = this.mapping;
    if (runOffset !== 0) return false;
    const isWhole = runBytes === bytes && offset + bytes <= this.geometry.diskBytes;
    const bytesBelow = runIsZeros ? 0 : bytesInBacking(this.backing, offset, runBytes);
    if (bytesBelow === 0) return isWhole;
    if (this.below === null) return false;
    plan.fileBase += ownFiles;
    const isZeroBelow = this.below.isZero(plan, offset, bytesBelow);
    plan.fileBase -= ownFiles;
    return isZeroBelow && isWhole && bytesBelow === bytes;
  }

  /** Whether a range holds zeros, piece by piece, as far as it lies on the disk. */
  isAllZeros(plan: Plan, offset: Bytes, bytes: Bytes): boolean {
    const end = Math.min(offset + bytes, this.geometry.diskBytes);
    for (let at = offset; at < end;) {
      this.find(plan, at, end - at);
      const { runOffset, runBytes, runIsZeros } = this.mapping;
      if (runOffset !== 0) return false;
      if (!runIsZeros && !this.isAllZerosBelow(plan, at, bytesInBacking(this.backing, at, runBytes))) return false;
      at += runBytes;
    }
    return true;
  }

  private find(plan: Plan, offset: Bytes, bytes: Bytes): void {
    if (!this.hasCountedClusters) {
      this.hasCountedClusters = true;
      this.refcounts.readAll(plan);
    }
    this.mapping.find(plan, offset, bytes);
  }

  private isAllZerosBelow(plan: Plan, offset: Bytes, bytes: Bytes): boolean {
    if (bytes <= 0) return true;
    plan.fileBase += ownFiles;
    const isZero = this.below !== null ? this.below.isAllZeros(plan, offset, bytes) : this.probe(plan, offset, bytes);
    plan.fileBase -= ownFiles;
    return isZero;
  }

  /** Looks for data and holes of a raw image below. */
  private probe(plan: Plan, offset: Bytes, bytes: Bytes): boolean {
    if (this.backing!.formatName !== 'raw') return false;
    if (offset >= this.dataStart && offset < this.dataEnd) return false;
    this.addProbe(plan, offset);
    const end = offset + bytes;
    for (let at = offset; at < end;) {
      const page = Math.min(end, (Math.floor(at / pageBytes) + 1) * pageBytes) - at;
      if (!this.holdsZeros(at, page)) {
        this.foundData(plan, at, offset);
        return false;
      }
      at += page;
    }
    return true;
  }

  /** Data begins at `start`: where it ends is looked for from there. */
  private foundData(plan: Plan, start: Bytes, offset: Bytes): void {
    if (start > offset) {
      if (start >= this.dataStart && start < this.dataEnd) return;
      this.addProbe(plan, start);
    }
    this.addProbe(plan, start);
    this.dataStart = start;
    this.dataEnd = start;
    const { diskBytes } = this.backing!;
    while (this.dataEnd < diskBytes) {
      const page = Math.min(diskBytes, (Math.floor(this.dataEnd / pageBytes) + 1) * pageBytes) - this.dataEnd;
      if (this.holdsZeros(this.dataEnd, page)) break;
      this.dataEnd += page;
    }
  }

  private addProbe(plan: Plan, offset: Bytes): void {
    plan.add(Kind.SEEK_DATA, Mode.BLOCKING, Purpose.METADATA, 0, offset, 0);
  }
}
