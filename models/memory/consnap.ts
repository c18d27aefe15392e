/**
 * ConSnap: copy-on-write of a guest's memory. All pages are protected while the guest stands still for a moment; then three savers share
 * one save_bitmap: the page-fault handler (with the pages around the one that faulted), the handler of DMA writes, and the active thread,
 * which walks through memory. Each copies a page into a buffer before it changes; the thread flushes the buffer slice by slice.
 *
 * - dirty_bitmap: pages written since the instant; it becomes save_bitmap at the next one, so that only they are saved again. Pages whose
 *   protection was lifted because a neighbour faulted count as written: nobody would see a later write to them.
 * - No lock: the thread may have chosen a page that a handler saves meanwhile. What the handler saved counts.
 * - A handler that finds the buffer full makes the writer wait for the next flush.
 * - A flush ends when its slice is on the disk: the controller holds T_flush against a share of the disk's bandwidth, and nothing of the disk
 *   is seen in the time that the page cache of the host takes.
 * - A buffer that is full is flushed at once: the pause of the controller is one of the active thread, which saves nothing meanwhile. Both are
 *   options.
 */
import type { Scenario } from '../../sim/process.js';
import { MiB, millisecond, second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { Charge, scannedPages, type Charges } from '../guests/memory/charges.js';
import { pageBytes } from '../guests/memory/guest-memory.js';
import { PageBits } from '../guests/memory/page-bits.js';
import { Writer } from '../guests/memory/write-guard.js';
import type { EpochKind } from './memory-image.js';
import { memoryMethod, type MemorySnapshot } from './memory-snapshot.js';
import type { SnapshotHost } from './snapshot-host.js';

/** How often a sleeping thread that a full buffer may wake looks at it. */
const wakeUp: Nanoseconds = millisecond;

export interface ConSnapOptions {
  /** Pages around a fault that are saved with it, itself included; a window that begins at a multiple of its size. */
  readonly neighbours: number;
  readonly slice: Bytes;
  readonly buffer: Bytes;
  readonly sync: boolean;
  readonly wake: boolean;
}

export class ConSnap implements MemorySnapshot {
  readonly savesIncrements = true;
  watchesDevices = false;
  protected readonly saveBitmap: PageBits;
  private readonly slicePages: number;
  private readonly chosen: Int32Array;
  private chosenCount = 0;
  private cursor = 0;
  /** In the buffer and not in the file. */
  private buffered: Bytes = 0;
  private hasWaiters = false;

  constructor(
    protected readonly host: SnapshotHost,
    private readonly options: ConSnapOptions,
  ) {
    this.saveBitmap = new PageBits(host.memory.pages);
    this.slicePages = Math.max(1, Math.floor(options.slice / pageBytes));
    this.chosen = new Int32Array(this.slicePages);
  }

  *epoch(kind: EpochKind): Scenario {
    const { host } = this;
    yield* host.stop();
    this.takeDirtyPages(kind);
    host.charges.add(Charge.DEVICE_STATE);
    host.charges.add(Charge.DISK_SNAPSHOT);
    host.tracker.protectAll(host.charges);
    yield* host.work();
    host.instant();
    this.watchesDevices = true;
    host.resume();
    yield* this.saveActively();
    this.watchesDevices = false;
  }

  beforeWrite(page: number, writer: Writer, charges: Charges): boolean {
    const { host, saveBitmap } = this;
    if (!saveBitmap.has(page)) return true;
    if (this.buffered >= this.options.buffer) {
      this.hasWaiters = true;
      return false;
    }
    if (writer === Writer.DEVICE) {
      host.record.pagesByDevice += this.copy(page, charges);
      return true;
    }
    charges.add(Charge.EXIT);
    host.record.pagesByFault += this.copy(page, charges);
    this.copyNeighbours(page, charges);
    return true;
  }

  /** save_bitmap := all pages, or dirty_bitmap; dirty_bitmap := 0. */
  private takeDirtyPages(kind: EpochKind): void {
    const { host, saveBitmap } = this;
    const { tracker } = host;
    host.charges.add(Charge.BITMAP_SCAN, saveBitmap.pages / scannedPages);
    if (kind === 'full') saveBitmap.fill();
    else saveBitmap.copyFrom(tracker.dirty);
    tracker.dirty.clear();
    host.record.rounds = 1;
  }

  private copyNeighbours(page: number, charges: Charges): void {
    const { host, saveBitmap } = this;
    const { neighbours } = this.options;
    const first = page - (page % neighbours);
    const end = Math.min(saveBitmap.pages, first + neighbours);
    for (let near = first; near < end; near++) {
      if (near === page || !saveBitmap.has(near)) continue;
      host.record.pagesByNeighbour += this.copy(near, charges);
      this.released(near);
    }
  }

  /** A page that was saved with its neighbour may be written without a fault from now on. */
  protected released(page: number): void {
    this.host.tracker.release(page);
  }

  /** Copies a page into the buffer for a handler; answers 1. */
  private copy(page: number, charges: Charges): number {
    charges.add(Charge.PAGE_COPY);
    this.saveBitmap.delete(page);
    this.buffered += this.host.save(page);
    return 1;
  }

  /** The active save thread: it ends when save_bitmap is empty and everything is in the file. */
  private *saveActively(): Scenario {
    const { host, saveBitmap, options } = this;
    this.cursor = 0;
    while (saveBitmap.count > 0 || this.buffered > 0) {
      if (saveBitmap.count > 0 && this.buffered < options.slice) {
        this.choose();
        yield* host.work();
        this.copyChosen();
      }
      const slice = Math.min(this.buffered, options.slice);
      this.buffered -= slice;
      const pause = slice > 0 ? yield* host.flushSlice(slice, saveBitmap.count, options.sync) : 0;
      this.letWritersGo();
      yield* this.pause(pause);
    }
  }

  /** The thread sleeps; a full buffer may wake it, for then a writer waits. */
  private *pause(time: Nanoseconds): Scenario {
    const { host, options } = this;
    const end = host.kernel.now + Math.ceil(time);
    const look = options.wake ? wakeUp : second;
    while (host.kernel.now < end && !(options.wake && this.buffered >= options.buffer)) yield Math.min(look, end - host.kernel.now);
  }

  /** The next pages whose bit is set, as many as a slice still has room for. */
  private choose(): void {
    const { host, saveBitmap, chosen } = this;
    const room = Math.max(1, this.slicePages - Math.floor(this.buffered / pageBytes));
    const from = this.cursor;
    this.chosenCount = 0;
    for (let page = saveBitmap.next(from); page < saveBitmap.pages && this.chosenCount < room; page = saveBitmap.next(page + 1)) {
      chosen[this.chosenCount++] = page;
      this.cursor = page + 1;
    }
    if (this.chosenCount === 0) this.cursor = 0;
    host.charges.add(Charge.BITMAP_SCAN, Math.max(0, this.cursor - from) / scannedPages);
    host.charges.add(Charge.PAGE_COPY, this.chosenCount);
  }

  /** The thread's copies are whole: those count that no handler saved meanwhile. */
  private copyChosen(): void {
    const { host, saveBitmap } = this;
    for (let i = 0; i < this.chosenCount; i++) {
      const page = this.chosen[i]!;
      if (!this.counts(page)) continue;
      saveBitmap.delete(page);
      this.buffered += host.save(page);
      host.record.pagesByThread += 1;
    }
  }

  /** Whether the thread's copy of a page goes to the file. */
  protected counts(page: number): boolean {
    return this.saveBitmap.has(page);
  }

  private letWritersGo(): void {
    if (!this.hasWaiters || this.buffered >= this.options.buffer) return;
    this.hasWaiters = false;
    this.host.machine.retryWrites();
  }
}

export const conSnap = memoryMethod({
  about: 'copy-on-write with faults, intercepted DMA and an active thread; increments by the pages written since the last instant',
  source: 'ConSnap (2014), sections III.B, III.C and III.E',
  options: {
    neighbours: {
      kind: 'count',
      about: 'pages saved at a fault, an aligned window with the one that faulted',
      default: 8,
      min: 1,
      max: 512,
    },
    slice: { kind: 'size', about: 'of the buffer, flushed at once', default: MiB, min: pageBytes },
    buffer: { kind: 'size', about: 'bytes in the buffer at which writers wait', default: 64 * MiB, min: pageBytes },
    sync: { kind: 'switch', about: 'a slice is flushed when it is on the disk, not when the cache of the host has it', default: true },
    wake: { kind: 'switch', about: 'a full buffer ends the pause of the controller', default: true },
  },
  make: (host, options) => new ConSnap(host, options),
});
