/** The metadata of a published FVD image as the driver creates, reads and writes it: always whole, in the main loop. It knows no requests. */
import { sectorBytes } from '../../../sim/units.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import type { SynchronousFile } from '../synchronous-file.js';
import { headerBytes, headerUsedBytes, type PublishedLayout } from './published-layout.js';

export class PublishedMetadata {
  constructor(
    private readonly layout: PublishedLayout,
    private readonly file: SynchronousFile,
  ) {}

  /** The tool writes the header, an empty bitmap and table, and zeros over the journal. */
  create(plan: Plan): void {
    const { layout, file } = this;
    file.writePlainly(plan, 0, headerBytes);
    if (layout.bitmapBytes > 0) file.writePlainly(plan, layout.bitmapOffset, layout.bitmapBytes);
    if (layout.tableBytes > 0) file.writePlainly(plan, layout.tableOffset, layout.tableBytes);
    if (layout.journalBytes > 0) file.writePlainly(plan, layout.journalOffset, layout.journalBytes);
  }

  /** The driver's buffers are aligned and it flushes nothing by itself, whatever the cache mode. */
  read(plan: Plan): void {
    const { layout, file } = this;
    file.open('writethrough');
    file.read(plan, 0, headerUsedBytes);
    if (layout.bitmapBytes > 0) file.read(plan, layout.bitmapOffset, layout.bitmapBytes);
    if (layout.tableBytes > 0) file.read(plan, layout.tableOffset, layout.tableBytes);
  }

  writeTables(plan: Plan): void {
    const { layout, file } = this;
    if (layout.bitmapBytes > 0) file.write(plan, layout.bitmapOffset, layout.bitmapBytes);
    if (layout.tableBytes > 0) file.write(plan, layout.tableOffset, layout.tableBytes);
  }

  /** The header is read and written anew: it says whether the image was closed cleanly. */
  rewriteHeader(plan: Plan): void {
    this.file.read(plan, 0, headerUsedBytes);
    this.file.write(plan, 0, headerUsedBytes);
  }

  /** Journal sectors, written while the main loop goes on. */
  writeJournal(plan: Plan, sector: number, sectors: number): void {
    const place = this.layout.journalOffset + sector * sectorBytes;
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.METADATA, this.file.id, place, sectors * sectorBytes);
    plan.holds(entry, 0, sectors * sectorBytes, Content.METADATA, place);
  }
}
