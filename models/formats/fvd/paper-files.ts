/** The files of an image of the FVD paper, as its driver and its tools read and write them. It knows neither states nor requests. */
import { MiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import type { ImageFile, ImageFormat } from '../../io/image-format.js';
import { Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { ExtentList } from '../backing.js';
import { SynchronousFile } from '../synchronous-file.js';
import { holdsMerged } from './copy-on-write.js';
import { headerBytes, type PaperLayout } from './paper-layout.js';

/** Pieces in which a tool looks through an image. */
export const scanBytes: Bytes = MiB;

export class PaperFiles {
  readonly files: readonly ImageFile[];
  readonly data: SynchronousFile;
  private readonly metadata: SynchronousFile;

  constructor(
    private readonly layout: PaperLayout,
    name: string,
    private readonly backing: ImageFormat | null,
  ) {
    this.files = layout.roles.map((role): ImageFile => ({ role, name: `${name}.fvd${role === 'data' ? '.data' : ''}`, bytes: 0 }));
    this.metadata = new SynchronousFile(0, this.files[0]!);
    this.data = new SynchronousFile(layout.dataFile, this.files[layout.dataFile]!);
  }

  get allocatedBytes(): Bytes {
    const { layout } = this;
    return layout.dataFile === 0 ? layout.dataFileBytes : layout.metadataBytes + layout.dataFileBytes;
  }

  makeEmpty(): void {
    const { layout } = this;
    this.files[0]!.bytes = layout.metadataBytes;
    this.files[layout.dataFile]!.bytes = layout.dataFileBytes;
  }

  /** The tool writes header and bitmap; the data is a sparse file. */
  create(plan: Plan): void {
    const { layout } = this;
    this.metadata.writePlainly(plan, 0, layout.metadataBytes);
    this.data.truncate(plan, layout.dataFileBytes);
    if (layout.isGrouped) layout.addAllStates(plan, Kind.WRITE, Mode.BLOCKING);
  }

  readMetadata(plan: Plan): void {
    const { layout } = this;
    this.metadata.read(plan, 0, headerBytes);
    layout.addAllStates(plan, Kind.READ, Mode.BLOCKING);
  }

  /** The header's first sector: whether prefetching has finished, and whether the image was closed cleanly. */
  writeHeader(plan: Plan): void {
    this.metadata.writeSectors(plan, 0, sectorBytes, Purpose.METADATA);
  }

  flush(plan: Plan, hasStates: boolean): void {
    this.flushData(plan);
    if (this.layout.dataFile !== 0 && hasStates) plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.METADATA, 0, 0, 0);
  }

  flushData(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, this.layout.dataFile, 0, 0);
  }

  /** Writes a range of the disk: a request's data from `guestStart` to `guestEnd`, the rest with what lies below. */
  write(plan: Plan, start: Bytes, end: Bytes, guestStart: Bytes, guestEnd: Bytes, purpose: Purpose): void {
    const { layout } = this;
    const below = plan.tracksContents ? new ExtentList(this.backing, this.files.length, start, end) : null;
    for (let at = start; at < end;) {
      const run = layout.run(at, end - at);
      const entry = plan.add(Kind.WRITE, Mode.ASYNC, purpose, layout.dataFile, layout.placeOf(at), run);
      if (below !== null) holdsMerged(plan, entry, at, run, guestStart, guestEnd, below);
      at += run;
    }
  }

  /** A tool reads a range of the disk to see where it is sparse. */
  scan(plan: Plan, start: Bytes, end: Bytes): void {
    for (let at = start; at < end;) {
      const run = this.layout.run(at, Math.min(scanBytes, end - at));
      this.data.readSectors(plan, this.layout.placeOf(at), run, Purpose.METADATA);
      at += run;
    }
  }
}
