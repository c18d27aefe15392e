/**
 * QEMU's background snapshot: all pages are protected through userfaultfd while the guest stands still for a moment; then one thread saves
 * memory in the order of addresses and lifts the protection page by page. A writer of a protected page waits; the thread saves the pages
 * that are waited for before all others. Memory at the stop is what the snapshot restores. Devices run into the protection as well.
 */
import type { Scenario } from '../../sim/process.js';
import { Charge, scannedPages, type Charges } from '../guests/memory/charges.js';
import { PageBits } from '../guests/memory/page-bits.js';
import { Writer } from '../guests/memory/write-guard.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import type { SnapshotHost } from './snapshot-host.js';

class BackgroundSnapshot implements MemorySnapshot {
  readonly savesIncrements = false;
  watchesDevices = false;
  private readonly unsaved: PageBits;
  /** Pages that writers wait for, in the order of their faults. */
  private readonly urgent: number[] = [];

  constructor(
    private readonly host: SnapshotHost,
    private readonly slicePages: number,
  ) {
    this.unsaved = new PageBits(host.memory.pages);
  }

  *epoch(): Scenario {
    const { host, unsaved } = this;
    yield* host.stop();
    host.charges.add(Charge.DEVICE_STATE);
    host.charges.add(Charge.DISK_SNAPSHOT);
    unsaved.fill();
    host.tracker.protectAll(host.charges);
    yield* host.work();
    host.instant();
    this.watchesDevices = true;
    host.resume();
    yield* this.saveAll();
    this.watchesDevices = false;
    host.tracker.stop();
  }

  beforeWrite(page: number, writer: Writer, charges: Charges): boolean {
    if (!this.unsaved.has(page)) return true;
    if (writer === Writer.PROCESSOR) charges.add(Charge.USER_FAULT);
    this.urgent.push(page);
    return false;
  }

  private *saveAll(): Scenario {
    const { host, unsaved } = this;
    let cursor = 0;
    while (unsaved.count > 0) {
      let bytes = this.saveUrgent();
      const hasUrgent = bytes > 0;
      for (let count = 0; !hasUrgent && count < this.slicePages && unsaved.count > 0; count++) {
        const page = unsaved.next(cursor);
        cursor = page + 1;
        bytes += this.savePage(page);
        host.record.pagesByThread += 1;
      }
      host.charges.add(Charge.BITMAP_SCAN, this.slicePages / scannedPages);
      yield* host.work();
      yield* host.write(bytes);
      if (hasUrgent) host.machine.retryWrites();
    }
    host.machine.retryWrites();
  }

  private saveUrgent(): number {
    let bytes = 0;
    for (const page of this.urgent) {
      if (!this.unsaved.has(page)) continue;
      bytes += this.savePage(page);
      this.host.record.pagesByFault += 1;
    }
    this.urgent.length = 0;
    return bytes;
  }

  private savePage(page: number): number {
    this.unsaved.delete(page);
    this.host.tracker.protection.delete(page);
    return this.host.save(page);
  }
}

export const backgroundSnapshot = memoryMethod({
  about: 'a thread saves memory in order while writers of pages not yet saved wait for it',
  source: 'QEMU 6.0 and later, capability background-snapshot (userfaultfd write protection)',
  options: {
    slicePages: { kind: 'count', about: 'pages that the thread saves before it looks for faults again', default: 16, min: 1 },
  },
  make: (host, { slicePages }) => new BackgroundSnapshot(host, slicePages),
});
