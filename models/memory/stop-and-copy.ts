/**
 * Stop-and-copy: the guest stands still until all pages are saved, or, incrementally, those that it wrote since the epoch before. Memory at
 * the moment of the stop is what the snapshot restores.
 *
 * QEMU 0.12 gathers a state in a buffer of 32 KiB and writes that as the guest's own writes go by default: each is on the disk before the
 * next one begins.
 */
import type { Scenario } from '../../sim/process.js';
import { KiB, MiB, type Bytes } from '../../sim/units.js';
import { Charge, scannedPages } from '../guests/memory/charges.js';
import { pageBytes } from '../guests/memory/guest-memory.js';
import { PageBits } from '../guests/memory/page-bits.js';
import type { EpochKind } from './memory-image.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import type { SnapshotHost } from './snapshot-host.js';

const slicePages = MiB / pageBytes;
const stateBuffer: Bytes = 32 * KiB;

export class StopAndCopy implements MemorySnapshot {
  readonly savesIncrements = true;
  readonly watchesDevices = false;
  protected readonly toSave: PageBits;
  /** In the buffer and not in the file. */
  private gathered: Bytes = 0;

  /**
   * @param waitsForDisk whether each buffer is on the disk before the next is written, and not in the cache of the host
   * @param skipsFree whether pages on the free list of the guest's kernel are left out
   */
  constructor(
    protected readonly host: SnapshotHost,
    private readonly waitsForDisk: boolean,
    private readonly skipsFree = false,
  ) {
    this.toSave = new PageBits(host.memory.pages);
  }

  /** Nothing is saved while the guest runs. */
  beforeWrite(): boolean {
    return true;
  }

  *epoch(kind: EpochKind): Scenario {
    const { host } = this;
    yield* host.stop();
    host.charges.add(Charge.STOP_AND_COPY);
    this.choose(kind);
    if (this.skipsFree) this.leaveOutFree();
    host.instant();
    yield* this.copyAll();
    host.resume();
  }

  /** Fills in the pages to save, and lets the log begin anew. */
  protected choose(kind: EpochKind): void {
    const { host, toSave } = this;
    if (kind === 'full') {
      toSave.fill();
      host.tracker.startLog(host.charges);
    } else {
      toSave.clear();
      host.record.rounds = 1;
      host.tracker.collect(toSave, host.charges);
    }
  }

  /** What a free page holds is nobody's. Going through the list is charged like going through a bitmap. */
  private leaveOutFree(): void {
    const { host, toSave } = this;
    const { free, pages } = host.memory;
    host.charges.add(Charge.BITMAP_SCAN, Math.ceil(pages / scannedPages));
    for (let page = free.next(0); page < pages; page = free.next(page + 1)) toSave.delete(page);
  }

  private *copyAll(): Scenario {
    const { host, toSave } = this;
    for (let page = toSave.next(0); page < toSave.pages;) {
      let bytes = 0;
      let count = 0;
      for (; count < slicePages && page < toSave.pages; count++, page = toSave.next(page + 1)) bytes += host.save(page);
      host.record.pagesByThread += count;
      yield* host.work();
      yield* this.write(bytes, stateBuffer);
    }
    yield* host.work();
    yield* this.write(0, 1);
  }

  /** Takes bytes into the buffer, and writes it in whole units. */
  private *write(bytes: Bytes, unit: Bytes): Scenario {
    const whole = Math.floor((this.gathered + bytes) / unit) * unit;
    this.gathered += bytes - whole;
    if (whole === 0) return;
    yield* this.waitsForDisk ? this.host.writeDirectly(whole, stateBuffer) : this.host.write(whole);
  }
}

export const stopAndCopy = memoryMethod({
  about:
    'the guest stands still until its memory is saved: all of it, or what it wrote since the epoch before. However few the pages, each stop ' +
    "also takes the test-bed's fixed stopAndCopy: no mechanism of its own, but what ConSnap's downtimes of this method have beyond saving " +
    'pages; calibrated on a claim with its Figure 10',
  source: 'QEMU savevm; ConSnap (2014), sections II and IV; mechanisms 7.1, 7.2; QEMU 0.12, savevm.c',
  options: {
    sync: {
      kind: 'switch',
      about: 'each buffer of 32 KiB is on the disk before the next is written, not in the cache of the host',
      default: true,
    },
    skipFree: { kind: 'switch', about: "pages on the free list of the guest's kernel are not saved (iROW, 2016)", default: false },
  },
  make: (host, { sync, skipFree }) => new StopAndCopy(host, sync, skipFree),
});
