/** Which grain tables of a VMDK are in memory, and the reads of the others. They know not what tables hold. */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import { TableLfu } from '../table-lfu.js';
import { grainTableBytes, VmdkLayout } from './layout.js';

/** Keys of the cache are above 0. */
const firstKey = 1;
/** QEMU's own number (block/vmdk.c). */
const heldTables = 16;

export class GrainTables {
  readonly layout: VmdkLayout;
  private held = new TableLfu(heldTables);

  /** @param copy the one of `directories` that the driver reads */
  constructor(
    diskBytes: Bytes,
    private readonly copy: 0 | 1,
  ) {
    this.layout = new VmdkLayout(diskBytes);
  }

  /** A new session has read none. */
  open(): void {
    this.held = new TableLfu(heldTables);
  }

  /** Uses the table for `offset` of the disk, which is read first where it is not held. */
  load(plan: Plan, file: { read(plan: Plan, offset: Bytes, bytes: Bytes): void }, offset: Bytes): void {
    const { layout } = this;
    const table = layout.tableAt(offset);
    if (this.held.use(table + firstKey)) return;
    this.held.add(table + firstKey);
    file.read(plan, layout.placeOfTable(layout.directories[this.copy], table), grainTableBytes);
  }

  get counters(): Readonly<Record<string, number>> {
    return { 'grain table hits': this.held.hits, 'grain table misses': this.held.misses };
  }
}
