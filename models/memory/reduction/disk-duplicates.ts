/**
 * Pages that hold what a block of the disk holds are saved as a reference to it. All requests of the disk are tracked for that: a read
 * makes its pages and its blocks the same, a write of either parts them. Which pages a write of the disk came from the workloads do not
 * say, so only what was read is found.
 *
 * A reference means the disk at the instant, of which a snapshot is taken then. So a page that was referred to before it is saved again when
 * its block is written meanwhile. After it nothing new is found: before a read fills a page the page is saved as it was.
 */
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import type { PageRuns } from '../../../traces/memory/page-runs.js';
import type { DiskWatcher } from '../../guests/memory/disk-watcher.js';
import { pageBytes } from '../../guests/memory/guest-memory.js';
import { PageBits } from '../../guests/memory/page-bits.js';
import { headerBytes, NO_BLOCK } from '../memory-image.js';
import type { SnapshotHost } from '../snapshot-host.js';
import { pageReduction, type PageEntry, type PageReduction } from './page-reduction.js';

const referenceBytes: Bytes = headerBytes + 8;

class DiskDuplicates implements PageReduction, DiskWatcher {
  /** By page: the block it was read from, its version and the block's mark then. */
  private readonly blockOf: Int32Array;
  private readonly versionOf: Uint32Array;
  private readonly markOf: Uint32Array;
  /** By block: the number of its last write, which marks what it holds, and the page that was read from it last. */
  private marks = new Uint32Array(1024);
  private pageOf = new Int32Array(1024).fill(NO_BLOCK);
  private writes = 0;
  private hasInstant = false;
  /** Pages that this epoch's image refers to the disk, before its instant. */
  private readonly referred: PageBits;
  /** By slot: the first block of a request and how many, and the writes until it was issued. */
  private readonly first: number[] = [];
  private readonly count: number[] = [];
  private readonly writesAt: number[] = [];

  constructor(
    private readonly host: SnapshotHost,
    private readonly trackingTime: Nanoseconds,
  ) {
    const { pages } = host.memory;
    this.blockOf = new Int32Array(pages).fill(NO_BLOCK);
    this.versionOf = new Uint32Array(pages);
    this.markOf = new Uint32Array(pages);
    this.referred = new PageBits(pages);
    host.machine.watchers.push(this);
  }

  begin(): void {
    this.hasInstant = false;
    this.referred.clear();
  }

  atInstant(): void {
    this.hasInstant = true;
    if (this.host.verifies) this.host.image.blockMarks = this.marks.slice();
  }

  reduce(page: number, version: number, entry: PageEntry): void {
    const block = this.blockOf[page]!;
    if (entry.isLeftOut || block === NO_BLOCK || this.versionOf[page] !== version) return;
    if (!this.hasInstant) this.referred.add(page);
    entry.bytes = referenceBytes;
    entry.block = block;
    entry.mark = this.markOf[page]!;
  }

  takeTime(): Nanoseconds {
    return 0;
  }

  loadTime(): Nanoseconds {
    return 0;
  }

  issued(slot: number, isWrite: boolean, offset: Bytes, bytes: Bytes): void {
    const first = Math.floor(offset / pageBytes);
    const end = Math.ceil((offset + bytes) / pageBytes);
    this.host.machine.charges.addTime((end - first) * this.trackingTime);
    while (end > this.marks.length) this.grow();
    this.first[slot] = first;
    // A read that does not begin at a block, or ends within one, fills no page with just a block.
    this.count[slot] = isWrite || offset % pageBytes !== 0 ? 0 : Math.floor(bytes / pageBytes);
    this.writesAt[slot] = this.writes;
    if (isWrite) for (let block = first; block < end; block++) this.written(block);
  }

  filled(slot: number, pages: PageRuns): void {
    let block = this.first[slot]!;
    let left = this.count[slot]!;
    for (let run = 0; run < pages.size; run++) {
      for (let i = 0; i < pages.count[run]! && left > 0; i++, left--) this.same(pages.first[run]! + i, block++, this.writesAt[slot]!);
    }
  }

  private written(block: number): void {
    this.marks[block] = ++this.writes;
    this.forget(block);
  }

  /** A page that was written since, by the request itself or another one, is told by its version. */
  private same(page: number, block: number, writesAt: number): void {
    // What overtook the read may be in it or not.
    if (this.marks[block]! > writesAt) return;
    this.forget(block);
    this.blockOf[page] = block;
    this.versionOf[page] = this.host.memory.version(page);
    this.markOf[page] = this.marks[block]!;
    this.pageOf[block] = page;
  }

  /** Nothing is known to hold what a block holds. */
  private forget(block: number): void {
    const page = this.pageOf[block]!;
    this.pageOf[block] = NO_BLOCK;
    if (page === NO_BLOCK || this.blockOf[page] !== block) return;
    this.blockOf[page] = NO_BLOCK;
    if (!this.hasInstant && this.referred.delete(page)) this.host.tracker.release(page);
  }

  private grow(): void {
    const marks = new Uint32Array(this.marks.length * 2);
    const pageOf = new Int32Array(marks.length).fill(NO_BLOCK);
    marks.set(this.marks);
    pageOf.set(this.pageOf);
    this.marks = marks;
    this.pageOf = pageOf;
  }
}

export const diskDuplicates = pageReduction({
  about: 'pages that hold what a block of the disk holds are saved as a reference; the disk is read here and there to bring them back',
  source: 'iROW (2016), section 1: elimination of data that the disk holds too, and what it costs',
  options: {
    trackingTime: { kind: 'time', about: 'of the guest for each block that its disk reads or writes; assumed, 0.2 to 2 us', default: 500 },
  },
  make: (host, { trackingTime }) => new DiskDuplicates(host, trackingTime),
});
