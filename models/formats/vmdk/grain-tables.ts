/** Which grain tables of a VMDK are in memory, so that a driver knows what it must read. They know neither files nor what tables hold. */
import type { Bytes } from '../../../sim/units.js';
import { TableLfu } from '../table-lfu.js';
import type { VmdkLayout } from './layout.js';

/** Keys of the cache are above 0. */
const firstKey = 1;
/** QEMU's own number (block/vmdk.c). */
const heldTables = 16;

export class GrainTables {
  private held = new TableLfu(heldTables);

  /** @param directory place of the copy that the driver reads */
  constructor(
    private readonly layout: VmdkLayout,
    private readonly directory: Bytes,
  ) {}

  /** A new session has read none. */
  open(): void {
    this.held = new TableLfu(heldTables);
  }

  /** Uses the table for `offset` of the disk; answers its place in the file where it must be read first, -1 where it is held. */
  use(offset: Bytes): Bytes {
    const table = this.layout.tableAt(offset);
    if (this.held.use(table + firstKey)) return -1;
    this.held.add(table + firstKey);
    return this.layout.placeOfTable(this.directory, table);
  }

  get counters(): Readonly<Record<string, number>> {
    return { 'grain table hits': this.held.hits, 'grain table misses': this.held.misses };
  }
}
