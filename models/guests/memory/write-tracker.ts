/**
 * How the hypervisor learns of writes: pages that are write-protected, and the log of pages that became dirty. It decides nothing.
 *
 * - write-protect: the first write to a protected page faults, is logged, and the page is writable again.
 * - large pages: protection covers 2 MiB at a time; the first write to such a page breaks it up into 512 small ones that stay protected.
 * - modification log: the processor logs pages that it makes dirty, 512 at a time, without a fault (Intel's page-modification logging);
 *   nobody can save a page before it is written then.
 * Writes of devices never fault: the emulation of the device logs them.
 */
import { Charge, scannedPages, type Charges } from './charges.js';
import type { GuestMemory } from './guest-memory.js';
import { PageBits } from './page-bits.js';

export type LogMechanism = 'write-protect' | 'modification-log';

export interface TrackerSettings {
  readonly mechanism: LogMechanism;
  /** Whether the guest's memory is mapped by pages of 2 MiB. */
  readonly largePages: boolean;
  /** Whether taking the log goes through all entries to protect them again, as KVM did in 2010, or through those of written pages only. */
  readonly protectsAllAgain: boolean;
}

const pagesOfLargePage = 512;
const logEntries = 512;

export class WriteTracker {
  /** Pages whose next write by a processor faults. */
  readonly protection: PageBits;
  /** Pages written since the log was taken last, or that were counted as written. */
  readonly dirty: PageBits;
  /** Of 2 MiB pages: still whole. */
  private readonly whole: PageBits;
  private logged = 0;
  private isLogging = false;

  constructor(
    private readonly memory: GuestMemory,
    private readonly settings: TrackerSettings,
    /** Of the processor that writes. */
    private readonly charges: Charges,
  ) {
    this.protection = new PageBits(memory.pages);
    this.dirty = new PageBits(memory.pages);
    this.whole = new PageBits(Math.ceil(memory.pages / pagesOfLargePage));
    if (settings.largePages) this.whole.fill();
  }

  /** Whether written pages are logged without protection: whoever needs the content before a write must protect all the same. */
  get logsWithoutFaults(): boolean {
    return this.settings.mechanism === 'modification-log';
  }

  /** Write-protects all pages; what that costs is charged to `worker`. */
  protectAll(worker: Charges): void {
    this.chargeAll(worker);
    this.protection.fill();
    this.isLogging = true;
  }

  /** Write-protects one page again. */
  protect(page: number, worker: Charges): void {
    worker.add(Charge.PROTECT_PAGE);
    this.protection.add(page);
  }

  /** Starts to log written pages in the cheapest way that the machine has. The log is empty then. */
  startLog(worker: Charges): void {
    this.dirty.clear();
    this.isLogging = true;
    if (!this.logsWithoutFaults) this.protectAll(worker);
  }

  /** No page is protected and nothing is logged any more. */
  stop(): void {
    this.protection.clear();
    this.dirty.clear();
    this.isLogging = false;
  }

  /** Adds the log to `into`, empties it and lets it begin anew; answers how many bits were added. */
  collect(into: PageBits, worker: Charges): number {
    worker.add(Charge.BITMAP_SCAN, Math.ceil(this.memory.pages / scannedPages));
    const added = into.addAll(this.dirty);
    if (!this.logsWithoutFaults) this.protectDirty(worker);
    this.dirty.clear();
    return added;
  }

  /** A processor is about to write a protected page, and may: logs it and lifts the protection. */
  fault(page: number): void {
    this.charges.add(Charge.FAULT);
    if (this.whole.count > 0 && this.whole.delete(Math.floor(page / pagesOfLargePage))) this.charges.add(Charge.SPLIT_LARGE_PAGE);
    this.protection.delete(page);
    this.log(page);
  }

  /** A processor writes a page that is not protected. */
  written(page: number): void {
    if (!this.isLogging || !this.logsWithoutFaults || !this.dirty.add(page)) return;
    this.logged += 1;
    if (this.logged % logEntries === 0) this.charges.add(Charge.LOG_FULL);
  }

  /** A device writes a page. */
  writtenByDevice(page: number): void {
    this.log(page);
  }

  /** Counts a page as written and lifts its protection, though nobody wrote it. */
  release(page: number): void {
    this.protection.delete(page);
    this.log(page);
  }

  private log(page: number): void {
    if (this.isLogging) this.dirty.add(page);
  }

  private chargeAll(worker: Charges): void {
    const large = this.whole.count;
    worker.add(Charge.PROTECT_LARGE_PAGE, large);
    worker.add(Charge.PROTECT_PAGE, Math.max(0, this.memory.pages - large * pagesOfLargePage));
  }

  private protectDirty(worker: Charges): void {
    if (this.settings.protectsAllAgain) this.chargeAll(worker);
    else worker.add(Charge.PROTECT_PAGE, this.dirty.count);
    this.protection.addAll(this.dirty);
  }
}
