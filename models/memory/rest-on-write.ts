/**
 * The last pages of a snapshot, saved while the guest runs again: a writer's page is copied into a buffer before it changes, whoever writes;
 * a thread saves the others and brings the buffer to the file. It knows neither which pages these are nor why.
 */
import type { Scenario } from '../../sim/process.js';
import { MiB, type Bytes } from '../../sim/units.js';
import { Charge, type Charges } from '../guests/memory/charges.js';
import { PageBits } from '../guests/memory/page-bits.js';
import { Writer } from '../guests/memory/write-guard.js';
import { fullEntryBytes } from './memory-image.js';
import type { SnapshotHost } from './snapshot-host.js';

const slicePages = Math.floor(MiB / fullEntryBytes);

export class RestOnWrite {
  private readonly unsaved: PageBits;
  private readonly chosen = new Int32Array(slicePages);
  private buffered: Bytes = 0;
  /** All before it are saved. */
  private cursor = 0;

  constructor(private readonly host: SnapshotHost) {
    this.unsaved = new PageBits(host.memory.pages);
  }

  /** The guest stands still, and nothing is protected: takes over what is to be saved, and protects it. */
  begin(rest: PageBits): void {
    const { host, unsaved } = this;
    unsaved.copyFrom(rest);
    this.cursor = 0;
    for (let page = unsaved.next(0); page < unsaved.pages; page = unsaved.next(page + 1)) host.tracker.protect(page, host.charges);
  }

  /** A page is about to be written. */
  beforeWrite(page: number, writer: Writer, charges: Charges): void {
    const { host } = this;
    if (!this.unsaved.delete(page)) return;
    if (writer === Writer.PROCESSOR) charges.add(Charge.EXIT);
    charges.add(Charge.PAGE_COPY);
    this.buffered += host.save(page);
    if (writer === Writer.DEVICE) host.record.pagesByDevice += 1;
    else host.record.pagesByFault += 1;
  }

  /** Until all are in the file. */
  *saveAll(): Scenario {
    const { host, unsaved } = this;
    while (unsaved.count > 0 || this.buffered > 0) {
      const count = this.choose();
      host.charges.add(Charge.PAGE_COPY, count);
      yield* host.work();
      for (let i = 0; i < count; i++) this.saveChosen(this.chosen[i]!);
      const bytes = this.buffered;
      this.buffered = 0;
      yield* host.write(bytes);
    }
  }

  private choose(): number {
    const { unsaved } = this;
    let count = 0;
    for (let page = unsaved.next(this.cursor); page < unsaved.pages && count < slicePages; page = unsaved.next(page + 1))
      this.chosen[count++] = page;
    if (count > 0) this.cursor = this.chosen[count - 1]! + 1;
    return count;
  }

  /** Unless a writer had it saved while the thread was at work. */
  private saveChosen(page: number): void {
    const { host } = this;
    if (!this.unsaved.delete(page)) return;
    host.tracker.protection.delete(page);
    this.buffered += host.save(page);
    host.record.pagesByThread += 1;
  }
}
