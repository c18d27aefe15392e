/** What a place on the disk belongs to, as far as a fresh file system tells: its journal, its bitmaps and inode tables, or files (directories and maps among them). */
import type { GroupedLayout } from '../../../models/filesystems/groups/grouped-layout.js';
import { RunList } from '../../../models/filesystems/run-list.js';
import { sectorBytes, type Sectors } from '../../../sim/units.js';

export const enum Region {
  FILES = 0,
  JOURNAL = 1,
  /** Superblocks, descriptors, bitmaps and inode tables. */
  TABLES = 2,
}

export class Regions {
  private readonly journal = new RunList();
  private readonly sectorsPerBlock: number;

  constructor(private readonly layout: GroupedLayout) {
    layout.mapJournal(0, layout.journalBlocks, this.journal);
    this.sectorsPerBlock = layout.blockBytes / sectorBytes;
  }

  of(sector: Sectors): Region {
    const block = Math.floor(sector / this.sectorsPerBlock);
    const { journal } = this;
    for (let run = 0; run < journal.size; run++)
      if (block >= journal.block[run]! && block < journal.block[run]! + journal.blocks[run]!) return Region.JOURNAL;
    const { geometry } = this.layout.groups;
    const group = geometry.groupOf(block);
    const isTable = block < geometry.tableBegin(group) || (block < geometry.tableEnd(group) && block >= geometry.tableBegin(group));
    return isTable ? Region.TABLES : Region.FILES;
  }
}
