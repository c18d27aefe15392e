/** Where in the device the next blocks of the journal are written: the ring cut at its end and where the layout cuts it. It knows no transaction. */
import { Kind, Purpose } from '../../io/plan.js';
import { RunList } from '../run-list.js';
import type { Activity } from './activity.js';
import type { Mount } from './mount.js';

export class JournalWrites {
  private readonly runs = new RunList();

  constructor(private readonly mount: Mount) {}

  /** Writes `blocks` blocks for a transaction from the ring's head on; the activity is told when all are done. */
  append(activity: Activity, transaction: number, blocks: number): void {
    const { space } = this.mount.journal;
    const untilEnd = Math.min(blocks, space.blocks - space.head);
    this.write(activity, space.head, untilEnd);
    this.write(activity, 1, blocks - untilEnd);
    space.take(transaction, blocks);
  }

  /** Writes the journal's superblock, which says where the oldest transaction begins. */
  superblock(activity: Activity): void {
    this.write(activity, 0, 1);
  }

  private write(activity: Activity, first: number, blocks: number): void {
    if (blocks === 0) return;
    const { layout, io, sectorsPerBlock } = this.mount;
    const { runs } = this;
    runs.clear();
    layout.mapJournal(first, blocks, runs);
    for (let run = 0; run < runs.size; run++) {
      io.range(Kind.WRITE, Purpose.METADATA, runs.block[run]! * sectorsPerBlock, runs.blocks[run]! * sectorsPerBlock, activity);
    }
  }
}
